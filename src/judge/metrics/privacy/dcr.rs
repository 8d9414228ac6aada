//! The two protection scores of SDMetrics 0.32, from distances to the closest record, as the
//! library defines them.
//!
//! As in the library, distances are scaled by the ranges of each reference table.

use super::chance::Chance;
use super::draws::Draw;
use super::nearest::nearest;
use super::pair::{Pair, median, share};
use super::rows::{Rows, Scale};
use super::uniform::uniform;
use table::Table;

/// Distance of every synthetic row to the closest reference row (DCR), in [0, 1].
pub fn dcr(synthetic: &Table, reference: &Table) -> Vec<f64> {
    closest(&Rows::of(synthetic), &Rows::of(reference))
}

/// SDMetrics' DCROverfittingProtection: `min(2 (1 - p), 1)` with p the share of synthetic rows
/// strictly closer to the training rows than to the hold-out.
/// 1 is best; NaN without synthetic rows.
pub fn overfitting_protection(train: &Table, holdout: &Table, synthetic: &Table) -> f64 {
    protection(closer(&dcr(synthetic, train), &dcr(synthetic, holdout)))
}

/// SDMetrics' DCRBaselineProtection: the median DCR of synthetic rows divided by that of uniform
/// rows, 1 at most.
/// 1 is best; NaN when uniform rows are copies.
pub fn baseline_protection(train: &Table, synthetic: &Table, uniform: &Table) -> f64 {
    baseline(median(dcr(synthetic, train)), median(dcr(uniform, train)))
}

fn closest(queries: &Rows, references: &Rows) -> Vec<f64> {
    nearest(queries, references, &Scale::of(references), 1).distances()
}

fn closer(to_these: &[f64], to_those: &[f64]) -> f64 {
    let both: Vec<(f64, f64)> = to_these.iter().copied().zip(to_those.iter().copied()).collect();
    share(&both, |(these, those)| these < those)
}

/// The score for a share of closer rows.
pub(super) fn protection(closer: f64) -> f64 {
    if closer.is_nan() { closer } else { (2.0 * (1.0 - closer)).min(1.0) }
}

fn baseline(synthetic: f64, uniform: f64) -> f64 {
    let ratio = synthetic / uniform;
    if uniform == 0.0 || ratio.is_nan() { f64::NAN } else { ratio.min(1.0) }
}

/// The distances from which the scores of a draw are computed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closeness {
    /// Median distance of synthetic rows, by each table's own ranges.
    pub(super) median: Pair,
}

impl Closeness {
    /// For one draw of the rows of a pool.
    pub(super) fn of(rows: &Rows, draw: &Draw) -> Self {
        let synthetic = rows.take(&draw.synthetic);
        let to_training = closest(&synthetic, &rows.take(&draw.training));
        if draw.holdout.is_empty() {
            return Self { median: Pair { training: median(to_training), holdout: f64::NAN } };
        }
        let to_holdout = closest(&synthetic, &rows.take(&draw.holdout));
        Self { median: Pair { training: median(to_training), holdout: median(to_holdout) } }
    }
}

/// Median distance of uniform rows to the training and to the hold-out rows of one draw.
pub(super) fn uniform_median(rows: &Rows, draw: &Draw, stream: u64, seed: u64) -> Pair {
    let one = |reference: &[usize]| {
        if reference.is_empty() {
            return f64::NAN;
        }
        let reference = rows.take(reference);
        median(closest(
            &uniform(&reference, draw.synthetic.len(), &mut Chance::new(seed, stream)),
            &reference,
        ))
    };
    Pair { training: one(&draw.training), holdout: one(&draw.holdout) }
}

/// DCRBaselineProtection of a draw, for training rows and for the hold-out.
pub(super) fn baseline_pair(median: Pair, uniform: Pair) -> Pair {
    Pair {
        training: baseline(median.training, uniform.training),
        holdout: baseline(median.holdout, uniform.holdout),
    }
}
