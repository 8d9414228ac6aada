//! A schema with its cells.

use super::Schema;
use ground::matrix::Matrix;
use std::collections::HashSet;

/// A schema and its cells: `rows x columns`.
/// A number is itself, a level is its index in `levels` (0, 1, ...), a missing cell is NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns.
    pub schema: Schema,
    /// The cells.
    pub cells: Matrix,
    /// Who each row is of, where patients have several rows; none where every row is a patient.
    pub patients: Option<Vec<usize>>,
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    /// Who each row is of, where patients have several rows.
    pub fn patients(&self) -> Option<&[usize]> {
        self.patients.as_deref()
    }

    /// How many patients are behind some rows, each of which is named once.
    pub fn patients_of(&self, rows: impl IntoIterator<Item = usize>) -> usize {
        patients_among(self.patients(), rows)
    }

    /// Position of a named column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.schema.columns.iter().position(|column| column.name == name)
    }

    /// Whether no cell of a column is missing.
    pub(crate) fn is_complete(&self, column: usize) -> bool {
        self.cells.column(column).all(|cell| !cell.is_nan())
    }

    /// Number of missing cells in the whole table.
    pub fn missing(&self) -> usize {
        self.cells.values().iter().filter(|cell| cell.is_nan()).count()
    }

    /// Number of missing cells of every patient, top to bottom.
    pub fn missing_per_row(&self) -> Vec<usize> {
        (0..self.rows())
            .map(|row| self.cells.row(row).iter().filter(|cell| cell.is_nan()).count())
            .collect()
    }
}

/// How many patients are behind some rows, each of which is named once.
/// `patients` says who each row is of; without it every row is a patient.
pub(crate) fn patients_among(
    patients: Option<&[usize]>,
    rows: impl IntoIterator<Item = usize>,
) -> usize {
    match patients {
        None => rows.into_iter().count(),
        Some(of) => rows.into_iter().map(|row| of[row]).collect::<HashSet<_>>().len(),
    }
}
