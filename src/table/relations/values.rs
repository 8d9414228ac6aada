//! The different cells of every column, as small numbers.

use super::states::Rows;
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
    /// The rows of each cell, of columns of levels and of two values.
    pub(super) sets: Vec<Rows>,
    /// The rows with a cell.
    pub(super) there: Rows,
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
    let places: Vec<u32> = table.cells.column(column).map(place).collect();
    let of = |pass: &dyn Fn(u32) -> bool| Rows::of(places.len(), |row| pass(places[row]));
    let has_sets = table.schema.columns[column].kind.is_coded() || cells.len() == 2;
    let counted = if has_sets { cells.len() } else { 0 };
    let sets = (0..counted).map(|at| of(&|place| place == at as u32)).collect();
    let there = of(&|place| place != MISSING);
    Values { cells, rows, places, sets, there }
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
