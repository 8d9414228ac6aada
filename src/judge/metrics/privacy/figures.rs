//! The figures of one draw: how near synthetic rows come to training rows, and how near to hold-out
//! rows.

use super::membership;
use super::neighbourhood::{Near, Neighbourhood};
use super::pair::{Pair, finite_quantile, median, share};

/// The figures of a draw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    /// Median distance of a synthetic row to the closest real row.
    pub(super) dcr_median: Pair,
    /// Share of synthetic rows strictly closer to a training row than to any hold-out row, and the
    /// reverse; NaN without a hold-out.
    /// Both are measured in one scale.
    /// [`super::dcr`] uses the ranges of either side, as the library does; the widest patients of a
    /// small hold-out then decide.
    pub(super) closer: Pair,
    /// 5 % quantile of the ratio of nearest to second nearest distance.
    pub(super) nndr: Pair,
    /// Nearest-neighbour adversarial accuracy.
    pub(super) nnaa: Pair,
    /// Share of real rows with a synthetic row nearer than any other real row of their kind.
    pub(super) identifiability: Pair,
    /// Area under the curve of the membership attack; 1/2 for the hold-out by definition.
    pub(super) mia_auc: Pair,
    /// Share of rows that the membership attack ranks above 95 % of the hold-out.
    pub(super) most_exposed: Pair,
}

impl Figures {
    /// From the neighbours of every row of a draw.
    pub(super) fn of(near: &Neighbourhood) -> Self {
        let to_training = |row: &Near| row.training;
        let to_holdout = |row: &Near| row.holdout;
        let scores = membership::scores(near);
        Self {
            dcr_median: pair(|kind| dcr_median(&near.synthetic, kind), to_training, to_holdout),
            closer: closer(near),
            nndr: pair(|kind| nndr(&near.synthetic, kind), to_training, to_holdout),
            nnaa: Pair {
                training: nnaa(&near.training, &near.synthetic, to_training),
                holdout: nnaa(&near.holdout, &near.synthetic, to_holdout),
            },
            identifiability: Pair {
                training: identifiability(&near.training, to_training),
                holdout: identifiability(&near.holdout, to_holdout),
            },
            mia_auc: Pair {
                training: membership::area(&scores),
                holdout: if near.holdout.is_empty() { f64::NAN } else { 0.5 },
            },
            most_exposed: membership::most_exposed(&scores),
        }
    }
}

type Kind = fn(&Near) -> [f64; super::neighbourhood::KEPT];

fn pair(figure: impl Fn(Kind) -> f64, training: Kind, holdout: Kind) -> Pair {
    Pair { training: figure(training), holdout: figure(holdout) }
}

fn dcr_median(synthetic: &[Near], kind: Kind) -> f64 {
    median(synthetic.iter().map(|row| kind(row)[0]).collect())
}

fn closer(near: &Neighbourhood) -> Pair {
    if near.holdout.is_empty() {
        return Pair { training: f64::NAN, holdout: f64::NAN };
    }
    Pair {
        training: share(&near.synthetic, |row| row.training[0] < row.holdout[0]),
        holdout: share(&near.synthetic, |row| row.holdout[0] < row.training[0]),
    }
}

/// A row between two equally near rows, or two copies, singles out neither: its ratio is 1.
fn nndr(synthetic: &[Near], kind: Kind) -> f64 {
    let ratio = |row: &Near| match kind(row) {
        [_, second, ..] if second.is_infinite() => f64::NAN,
        [nearest, second, ..] if nearest == second => 1.0,
        [nearest, second, ..] => nearest / second,
    };
    finite_quantile(synthetic.iter().map(ratio).collect(), 0.05)
}

fn nnaa(real: &[Near], synthetic: &[Near], kind: Kind) -> f64 {
    let real_side = share(real, |row| row.synthetic[0] > kind(row)[0]);
    let synthetic_side = share(synthetic, |row| kind(row)[0] > row.synthetic[0]);
    0.5 * (real_side + synthetic_side)
}

fn identifiability(real: &[Near], kind: Kind) -> f64 {
    share(real, |row| row.synthetic[0] < kind(row)[0])
}
