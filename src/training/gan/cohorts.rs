//! The rows that models learn from: the same rows for all models, or each its own.

use ground::matrix::Matrix;

/// The encoded rows of a run's models.
#[derive(Clone, Copy, Debug)]
pub enum Cohorts<'a> {
    /// All models learn from the same rows (n x d).
    Shared(&'a Matrix),
    /// Model m learns from matrix m; all matrices have one shape (n x d).
    Each(&'a [Matrix]),
}

impl<'a> From<&'a Matrix> for Cohorts<'a> {
    fn from(rows: &'a Matrix) -> Self {
        Self::Shared(rows)
    }
}

impl<'a> From<&'a [Matrix]> for Cohorts<'a> {
    fn from(rows: &'a [Matrix]) -> Self {
        Self::Each(rows)
    }
}

impl<'a> From<&'a Vec<Matrix>> for Cohorts<'a> {
    fn from(rows: &'a Vec<Matrix>) -> Self {
        Self::Each(rows)
    }
}

impl<'a> Cohorts<'a> {
    /// The matrices: one, or one for each model.
    /// Panics when there is none, or when they differ in shape.
    pub fn matrices(self) -> &'a [Matrix] {
        let matrices = match self {
            Self::Shared(rows) => std::slice::from_ref(rows),
            Self::Each(rows) => rows,
        };
        let shape = |matrix: &Matrix| [matrix.rows(), matrix.columns()];
        let first = shape(matrices.first().expect("a run has a cohort"));
        for matrix in matrices {
            assert_eq!(shape(matrix), first, "shapes of two models' cohorts");
        }
        matrices
    }

    /// The rows that a model learns from. Panics beyond the last model.
    pub fn of(self, model: usize) -> &'a Matrix {
        match self {
            Self::Shared(rows) => rows,
            Self::Each(rows) => &rows[model],
        }
    }

    /// Patients that a model learns from.
    pub fn rows(self) -> usize {
        self.matrices()[0].rows()
    }

    /// Encoded columns.
    pub fn columns(self) -> usize {
        self.matrices()[0].columns()
    }
}
