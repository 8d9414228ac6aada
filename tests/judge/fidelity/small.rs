//! Small tables written down cell by cell.

use ground::matrix::Matrix;
use table::{Column, Kind, Schema, Table};

/// A missing cell.
pub const NONE: f64 = f64::NAN;

/// A table by its columns: a number of levels (0: numbers) and the cells, top to bottom.
pub fn table(columns: &[(usize, &[f64])]) -> Table {
    let described = columns.iter().enumerate().map(|(place, &(levels, _))| Column {
        name: format!("column {place}"),
        kind: if levels == 0 { Kind::Numerical } else { Kind::Nominal },
        unit: None,
        label: None,
        levels: (0..levels).map(|level| format!("level {level}")).collect(),
        decimals: 0,
        missing: Vec::new(),
        ..Column::default()
    });
    let schema = Schema { columns: described.collect(), ..Schema::default() };
    let rows = columns[0].1.len();
    Table {
        schema,
        cells: Matrix::from_fn(rows, columns.len(), |row, column| columns[column].1[row]),
        patients: None,
    }
}

/// One column of numbers.
pub fn numbers(cells: &[f64]) -> Table {
    table(&[(0, cells)])
}

/// One coded column.
pub fn levels(count: usize, cells: &[f64]) -> Table {
    table(&[(count, cells)])
}

/// Refused unless both are within 1e-12, or both are NaN.
pub fn assert_close(got: f64, expected: f64) {
    let equal = (got - expected).abs() <= 1e-12 || (got.is_nan() && expected.is_nan());
    assert!(equal, "got {got}, expected {expected}");
}
