//! Whether synthetic values reach as far as the real ones, and not farther.

use crate::metrics::columns::{assert_same_columns, by_column, known};
use table::{Column, Table};

/// RangeCoverage of SDMetrics for columns of numbers: the share of the real range that lies between
/// the synthetic extremes, in [0, 1].
///
/// `max(0, 1 - max(0, (min_s - min_r) / range_r) - max(0, (max_r - max_s) / range_r))`.
/// None for coded columns, for a real column that is constant, and where a table has no value.
/// 1 is not always better, because a synthetic table should not repeat the extremes of single
/// patients.
/// Panics when the tables have different columns.
pub fn range_coverage(real: &Table, synthetic: &Table) -> Vec<Option<f64>> {
    by_pairs(real, synthetic, |column, real, synthetic| {
        let ([low_r, high_r], [low_s, high_s]) = (extremes(real)?, extremes(synthetic)?);
        let range = high_r - low_r;
        let uncovered = ((low_s - low_r) / range).max(0.0) + ((high_r - high_s) / range).max(0.0);
        (!column.kind.is_coded() && range > 0.0).then(|| (1.0 - uncovered).max(0.0))
    })
}

/// CategoryCoverage of SDMetrics for coded columns: the share of the levels of the real table that
/// the synthetic table has, too; in [0, 1].
///
/// None for numbers and where the real table has no value.
/// Panics when the tables have different columns.
pub fn category_coverage(real: &Table, synthetic: &Table) -> Vec<Option<f64>> {
    by_pairs(real, synthetic, |column, real, synthetic| {
        if !column.kind.is_coded() {
            return None;
        }
        let [real, synthetic] = [real, synthetic].map(|cells| {
            let mut seen = vec![false; column.levels.len()];
            known(cells).for_each(|level| seen[level as usize] = true);
            seen
        });
        let in_both =
            real.iter().zip(&synthetic).filter(|(real, synthetic)| **real && **synthetic).count();
        let in_real = real.into_iter().filter(|&seen| seen).count();
        (in_real > 0).then(|| in_both as f64 / in_real as f64)
    })
}

/// BoundaryAdherence of SDMetrics for columns of numbers: the share of synthetic values within the
/// real extremes, in [0, 1], 1 for all.
///
/// Where the real column has no missing cell, a missing synthetic one counts as outside.
/// None for coded columns and where a table has no value.
/// Panics when the tables have different columns.
pub fn boundary_adherence(real: &Table, synthetic: &Table) -> Vec<Option<f64>> {
    by_pairs(real, synthetic, |column, real, synthetic| {
        if column.kind.is_coded() {
            return None;
        }
        let ([low, high], _) = (extremes(real)?, extremes(synthetic)?);
        let may_be_missing = real.iter().any(|cell| cell.is_nan());
        let inside = known(synthetic).filter(|value| (low..=high).contains(value)).count();
        let judged = if may_be_missing { known(synthetic).count() } else { synthetic.len() };
        Some(inside as f64 / judged as f64)
    })
}

fn by_pairs(
    real: &Table,
    synthetic: &Table,
    score: impl Fn(&Column, &[f64], &[f64]) -> Option<f64>,
) -> Vec<Option<f64>> {
    assert_same_columns(real, synthetic);
    let cells = by_column(real).into_iter().zip(by_column(synthetic));
    let columns = real.schema.columns.iter().zip(cells);
    columns.map(|(column, (real, synthetic))| score(column, &real, &synthetic)).collect()
}

/// Lowest and highest value; none without a value.
fn extremes(cells: &[f64]) -> Option<[f64; 2]> {
    known(cells).fold(None, |extremes, value| {
        let [low, high] = extremes.unwrap_or([value; 2]);
        Some([low.min(value), high.max(value)])
    })
}
