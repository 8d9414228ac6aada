//! Column Shapes: how alike the distributions of each column are, one column at a time.
//!
//! It does not see how columns are related (shuffled columns score 1), nor missing cells; `pairs`
//! and `missingness` do.

use crate::metrics::columns::{assert_same_columns, by_column, known, mean_of_known};
use ground::ks::ks_distance;
use rayon::prelude::*;
use table::Table;

/// The score of every column and their mean, all in [0, 1], 1 for equal distributions.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnShapes {
    /// One score per column; none where one of the tables has no value in the column.
    pub columns: Vec<Option<f64>>,
    /// Mean over the columns that have a score; NaN when none has.
    pub mean: f64,
}

/// Column Shapes of SDMetrics 0.32: KSComplement for numbers, TVComplement for levels, missing
/// cells left out on both sides.
///
/// Panics when the tables have different columns.
pub fn column_shapes(real: &Table, synthetic: &Table) -> ColumnShapes {
    assert_same_columns(real, synthetic);
    let (real_cells, synthetic_cells) = (by_column(real), by_column(synthetic));
    let columns: Vec<Option<f64>> = real
        .schema
        .columns
        .par_iter()
        .zip(real_cells.par_iter().zip(&synthetic_cells))
        .map(|(column, (real, synthetic))| {
            let score = if column.kind.is_coded() {
                tv_complement(real, synthetic, column.levels.len())
            } else {
                ks_complement(real, synthetic)
            };
            (!score.is_nan()).then_some(score)
        })
        .collect();
    let mean = mean_of_known(columns.iter().copied().flatten());
    ColumnShapes { columns, mean }
}

/// KSComplement: `1 - sup |F_r - F_s|` over the cells with a value; NaN when a side has none.
fn ks_complement(real: &[f64], synthetic: &[f64]) -> f64 {
    1.0 - ks_distance(known(real).map(rounded).collect(), known(synthetic).map(rounded).collect())
}

/// The library rounds to 14 decimals before it compares, so that numbers that differ by a rounding
/// error are equal.
/// The formula is numpy's.
fn rounded(value: f64) -> f64 {
    const SCALE: f64 = 1e14;
    let large = value * SCALE;
    if large.is_finite() { large.round_ties_even() / SCALE } else { value }
}

/// TVComplement: `1 - ½ Σ |p_r - p_s|` over the levels, of the cells with a value; NaN when a side
/// has none.
fn tv_complement(real: &[f64], synthetic: &[f64], levels: usize) -> f64 {
    let [mut real, synthetic] = [real, synthetic].map(|cells| level_counts(cells, levels));
    if [&real, &synthetic].iter().any(|counts| counts.iter().sum::<f64>() == 0.0) {
        return f64::NAN;
    }
    for (real, &synthetic) in real.iter_mut().zip(&synthetic) {
        if *real == 0.0 && synthetic > 0.0 {
            // The library adds this to levels that only the synthetic table has; it moves the score
            // by 1e-9 at a thousand rows.
            *real = 1e-6;
        }
    }
    let totals = [real.iter().sum::<f64>(), synthetic.iter().sum()];
    let apart: f64 =
        real.iter().zip(&synthetic).map(|(r, s)| (r / totals[0] - s / totals[1]).abs()).sum();
    1.0 - 0.5 * apart
}

fn level_counts(cells: &[f64], levels: usize) -> Vec<f64> {
    let mut counts = vec![0.0; levels];
    known(cells).for_each(|level| counts[level as usize] += 1.0);
    counts
}
