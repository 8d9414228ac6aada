//! The different cells of every column, as small numbers.

use crate::Table;
use rayon::prelude::*;

/// Stands for a missing cell.
pub(super) const MISSING: u32 = u32::MAX;

/// A column by its different cells.
pub(super) struct Values {
    /// Ascending.
    pub(super) cells: Vec<f64>,
    /// Rows of each.
    pub(super) rows: Vec<usize>,
    /// By row: the place of its cell, or [`MISSING`].
    pub(super) places: Vec<u32>,
}

/// The cells of every column.
pub(super) fn values(table: &Table) -> Vec<Values> {
    (0..table.schema.columns.len()).into_par_iter().map(|column| of_column(table, column)).collect()
}

fn of_column(table: &Table, column: usize) -> Values {
    let mut cells: Vec<f64> = table.cells.column(column).filter(|cell| !cell.is_nan()).collect();
    cells.sort_by(f64::total_cmp);
    let runs: Vec<(f64, usize)> =
        cells.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
    let (cells, rows): (Vec<f64>, Vec<usize>) = runs.into_iter().unzip();
    let place = |cell: f64| match cell.is_nan() {
        true => MISSING,
        false => cells.partition_point(|known| *known < cell) as u32,
    };
    let places = table.cells.column(column).map(place).collect();
    Values { cells, rows, places }
}

impl Values {
    /// How many different cells there are.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Rows with a cell.
    pub(super) fn present(&self) -> usize {
        self.rows.iter().sum()
    }
}
