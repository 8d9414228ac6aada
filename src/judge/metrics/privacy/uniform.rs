//! Rows that know nothing of the real ones except extremes, levels and missing rates: the baseline
//! of DCRBaselineProtection.

use super::chance::Chance;
use super::rows::{Cells, MISSING, Rows, extremes};
use ground::matrix::Matrix;

/// `count` random rows (SDMetrics' `_generate_random_data`, with a seed).
/// Numbers are uniform between a column's extremes (whole numbers where the schema says so), levels
/// are uniform among those that occur, and each cell is missing with the column's missing rate.
///
/// Every cell takes two numbers of the stream, whatever the reference is, so that two references
/// get the same random numbers.
pub(super) fn uniform(reference: &Rows, count: usize, chance: &mut Chance) -> Rows {
    let columns: Vec<Column> =
        (0..reference.columns()).map(|column| Column::of(reference, column)).collect();
    let mut cells = Matrix::zeros(count, columns.len());
    for row in 0..count {
        for (cell, column) in cells.row_mut(row).iter_mut().zip(&columns) {
            let (missing, place) = (chance.unit() < column.missing, chance.unit());
            *cell = if missing || column.levels.is_empty() { MISSING } else { column.at(place) };
        }
    }
    reference.with_cells(cells)
}

struct Column {
    kind: Cells,
    /// Share of missing cells.
    missing: f64,
    /// Levels that occur; for numbers the two extremes.
    levels: Vec<f64>,
}

impl Column {
    fn of(reference: &Rows, column: usize) -> Self {
        let mut levels: Vec<f64> = reference.known(column).collect();
        let missing = 1.0 - levels.len() as f64 / reference.rows() as f64;
        let kind = reference.kind(column);
        if kind == Cells::Coded {
            levels.sort_unstable_by(f64::total_cmp);
            levels.dedup();
        } else if !levels.is_empty() {
            let (low, high) = extremes(reference, column);
            levels = vec![low, high];
        }
        Self { kind, missing, levels }
    }

    /// The value at a place in [0, 1).
    fn at(&self, place: f64) -> f64 {
        let (low, high) = (self.levels[0], self.levels[self.levels.len() - 1]);
        match self.kind {
            Cells::Real => low + place * (high - low),
            Cells::Whole => (low + (place * (high - low + 1.0)).floor()).min(high),
            Cells::Coded => self.levels[(place * self.levels.len() as f64) as usize],
        }
    }
}
