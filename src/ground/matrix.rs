//! A dense table of numbers on the host: what the table side hands to the engine side and takes
//! back.

/// Row-major `rows x columns` numbers.
/// A missing cell is NaN on the table side; encoded matrices have no NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![0.0; rows * columns] }
    }

    /// Takes row-major values; panics unless there are `rows * columns` of them.
    pub fn from_values(rows: usize, columns: usize, values: Vec<f64>) -> Self {
        assert_eq!(
            values.len(),
            rows * columns,
            "a {rows} x {columns} matrix needs {} values",
            rows * columns
        );
        Self { rows, columns, values }
    }

    /// Computes every cell from its (row, column).
    pub fn from_fn(rows: usize, columns: usize, mut cell: impl FnMut(usize, usize) -> f64) -> Self {
        let mut values = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in 0..columns {
                values.push(cell(row, column));
            }
        }
        Self { rows, columns, values }
    }

    /// Number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[inline]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All values, row by row.
    #[inline]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// All values, row by row, to be changed in place.
    #[inline]
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// One row.
    #[inline]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    /// One row, to be changed in place.
    #[inline]
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.values[row * self.columns..(row + 1) * self.columns]
    }

    /// The rows with these numbers, in this order.
    pub fn take(&self, rows: &[usize]) -> Self {
        Self::from_values(
            rows.len(),
            self.columns,
            rows.iter().flat_map(|&row| self.row(row)).copied().collect(),
        )
    }

    /// One column, top to bottom.
    pub fn column(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.rows).map(move |row| self.values[row * self.columns + column])
    }
}

impl std::ops::Index<(usize, usize)> for Matrix {
    type Output = f64;

    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.values[row * self.columns + column]
    }
}

impl std::ops::IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.values[row * self.columns + column]
    }
}
