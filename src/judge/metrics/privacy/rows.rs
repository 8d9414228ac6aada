//! Rows in the form that the mixed distance reads.
//! A missing cell is one far number, so that numerical and coded columns have one formula.

use ground::matrix::Matrix;
use table::{Kind, Table};

/// What stands for a missing cell.
/// It is so far from every value that the difference is the largest distance, 1; from itself it is
/// at distance 0.
/// (Values beyond 6e307 would break that, but nobody measures such values.)
pub(super) const MISSING: f64 = f64::MAX;

/// How a column is measured and drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cells {
    /// Real numbers.
    Real,
    /// Whole numbers.
    Whole,
    /// Indices of levels.
    Coded,
}

/// The cells of a table, made ready for distances: `rows x columns` numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    cells: Matrix,
    kinds: Vec<Cells>,
}

impl Rows {
    /// The rows of a table.
    pub fn of(table: &Table) -> Self {
        let mut cells = table.cells.clone();
        // Adding zero turns -0 into 0, so that equal rows have equal bits.
        cells
            .values_mut()
            .iter_mut()
            .for_each(|cell| *cell = if cell.is_nan() { MISSING } else { *cell + 0.0 });
        let kind = |kind: Kind| match kind {
            Kind::Numerical => Cells::Real,
            Kind::Integer | Kind::Date | Kind::Datetime | Kind::Time => Cells::Whole,
            Kind::Boolean | Kind::Ordinal | Kind::Nominal => Cells::Coded,
        };
        Self { cells, kinds: table.schema.columns.iter().map(|column| kind(column.kind)).collect() }
    }

    /// Rows with other cells of the same columns.
    pub(super) fn with_cells(&self, cells: Matrix) -> Self {
        assert_eq!(cells.columns(), self.columns(), "cells for rows of other columns");
        Self { cells, kinds: self.kinds.clone() }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.cells.columns()
    }

    /// One row.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        self.cells.row(row)
    }

    /// What the cells of a column are.
    pub(super) fn kind(&self, column: usize) -> Cells {
        self.kinds[column]
    }

    /// The values of a column, without its missing cells.
    pub(super) fn known(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        self.cells.column(column).filter(|&cell| cell != MISSING)
    }

    /// The rows with these numbers, in this order.
    pub fn take(&self, rows: &[usize]) -> Self {
        let cells = rows.iter().flat_map(|&row| self.cells.row(row)).copied().collect();
        self.with_cells(Matrix::from_values(rows.len(), self.columns(), cells))
    }

    /// These rows, and after them others with the same columns.
    pub(super) fn and(&self, others: &Self) -> Self {
        assert_eq!(
            self.kinds,
            others.kinds,
            "rows of {} and of {} columns joined",
            self.columns(),
            others.columns()
        );
        let cells = [self.cells.values(), others.cells.values()].concat();
        self.with_cells(Matrix::from_values(self.rows() + others.rows(), self.columns(), cells))
    }

    /// A row as bits: two rows have the same key exactly when they agree cell for cell, missing
    /// cells included.
    pub(super) fn key(&self, row: usize) -> Vec<u64> {
        self.row(row).iter().map(|cell| cell.to_bits()).collect()
    }
}

/// What the difference of two cells is divided by, column by column: the range of a numerical
/// column in the reference rows, 1 for levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    divisors: Vec<f64>,
}

impl Scale {
    /// The scale of these reference rows.
    ///
    /// In a numerical column without a range two cells are 0 apart when they are equal and 1 when
    /// not, as in SDMetrics.
    pub fn of(reference: &Rows) -> Self {
        let divisor = |column| {
            if reference.kind(column) == Cells::Coded {
                return 1.0;
            }
            let (low, high) = extremes(reference, column);
            // The smallest divisor turns every difference into more than 1.
            (high - low).clamp(f64::MIN_POSITIVE, f64::MAX)
        };
        Self { divisors: (0..reference.columns()).map(divisor).collect() }
    }

    /// One divisor per column.
    pub(super) fn divisors(&self) -> &[f64] {
        &self.divisors
    }

    /// The mixed distance of two rows: the mean over the columns of `min(|a - b| / divisor, 1)`, in
    /// [0, 1]; symmetric, and 0 exactly for equal rows.
    pub fn distance(&self, a: &[f64], b: &[f64]) -> f64 {
        let mut sum = 0.0;
        for ((a, b), divisor) in a.iter().zip(b).zip(&self.divisors) {
            sum += ((a - b).abs() / divisor).min(1.0);
        }
        sum / self.divisors.len() as f64
    }
}

/// Smallest and largest value of a column; infinite, and the wrong way round, when it has none.
pub(super) fn extremes(rows: &Rows, column: usize) -> (f64, f64) {
    rows.known(column).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}
