//! A schema with its cells.

use super::Schema;
use ground::matrix::Matrix;

/// A schema and its cells: `rows x columns`.
/// A number is itself, a level is its index in `levels` (0, 1, ...), a missing cell is NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns.
    pub schema: Schema,
    /// The cells.
    pub cells: Matrix,
}

impl Table {
    /// Number of patients.
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    /// Position of a named column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.schema.columns.iter().position(|column| column.name == name)
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
