//! Fréchet distances of two tables that any tool may have made: on columns scaled to [0, 1], where
//! training uses its own encoding.

use crate::metrics::columns::{assert_same_columns, by_column, known};
use ground::frechet::{JointFrechet, marginal};
use ground::matrix::Matrix;
use ground::moments::{covariance, moments};
use table::Table;

/// The place of a missing cell: apart from all values, by half their range.
const MISSING: f64 = -0.5;

/// Joint Fréchet distance of the scaled tables:
/// `|mean_r - mean_s|² + tr (S_r + S_s - 2 (S_r S_s)^½)`, at least 0, 0 for equal moments.
///
/// Columns are scaled by the real extremes to [0, 1] (levels by their index), and missing cells are
/// at -0.5.
/// Two samples of one population are at a distance that depends on their sizes.
/// NaN for fewer than two rows.
/// Panics when the tables have different columns.
pub fn joint_frechet(real: &Table, synthetic: &Table) -> f64 {
    let [real, synthetic] = scaled(real, synthetic).map(|table| covariance(&table));
    JointFrechet::new(&real.0, &real.1).distance(&synthetic.0, &synthetic.1)
}

/// Marginal Fréchet distance of the scaled tables: mean over columns of
/// `(mean_r - mean_s)² + (sd_r - sd_s)²`, at least 0.
///
/// Scaled as for [`joint_frechet`]; it does not see how columns are related.
/// NaN for fewer than two rows.
/// Panics when the tables have different columns.
pub fn marginal_frechet(real: &Table, synthetic: &Table) -> f64 {
    let [real, synthetic] = scaled(real, synthetic).map(|table| moments(&table));
    marginal(&real.0, &real.1, &synthetic.0, &synthetic.1)
}

/// Both tables with every column scaled by the extremes of the real one.
fn scaled(real: &Table, synthetic: &Table) -> [Matrix; 2] {
    assert_same_columns(real, synthetic);
    let scales: Vec<Scale> = by_column(real).iter().map(|cells| Scale::of(cells)).collect();
    [real, synthetic].map(|table| {
        Matrix::from_fn(table.rows(), scales.len(), |row, column| {
            scales[column].apply(table.cells[(row, column)])
        })
    })
}

/// The real extremes of a column; infinite and the wrong way round when it has no value.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn of(cells: &[f64]) -> Self {
        let (low, high) = known(cells)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        Self { low, high }
    }

    /// A constant column has no range: its value is 0 and any other is 1.
    fn apply(&self, cell: f64) -> f64 {
        if cell.is_nan() {
            MISSING
        } else if self.low < self.high {
            (cell - self.low) / (self.high - self.low)
        } else {
            f64::from(cell != self.low)
        }
    }
}
