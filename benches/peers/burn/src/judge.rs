//! Both Fréchet distances on the host, in f64.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// The real cohort as the distances see it.
pub struct Judge {
    mean: DVector<f64>,
    covariance: DMatrix<f64>,
    /// Times its own transpose it is the covariance.
    factor: DMatrix<f64>,
}

impl Judge {
    /// From a cohort of `d` columns, row by row.
    pub fn new(cohort: &[f32], d: usize) -> Self {
        let rows = cohort.len() / d;
        let data = DMatrix::from_fn(rows, d, |i, j| f64::from(cohort[i * d + j]));
        let mean = data.row_mean().transpose();
        let centred = DMatrix::from_fn(rows, d, |i, j| data[(i, j)] - mean[j]);
        let covariance = centred.tr_mul(&centred) / (rows - 1) as f64;
        let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(covariance.clone());
        let factor = eigenvectors * DMatrix::from_diagonal(&eigenvalues.map(root));
        Self { mean, covariance, factor }
    }

    /// Marginal and joint distance of generated rows: `[1 + d, d]`, their means and below them
    /// their covariance (n - 1).
    pub fn distances(&self, generated: &[f32]) -> [f64; 2] {
        let d = self.mean.len();
        let value = |row: usize, column: usize| f64::from(generated[row * d + column]);
        let covariance = DMatrix::from_fn(d, d, |i, j| value(1 + i, j));
        let apart: Vec<f64> = (0..d).map(|j| (value(0, j) - self.mean[j]).powi(2)).collect();
        let spread = |j: usize| (root(covariance[(j, j)]) - root(self.covariance[(j, j)])).powi(2);
        let marginal = (0..d).map(|j| apart[j] + spread(j)).sum::<f64>() / d as f64;
        let inner = self.factor.tr_mul(&(&covariance * &self.factor));
        let cross: f64 = inner.symmetric_eigenvalues().iter().map(|value| root(*value)).sum();
        let joint = apart.iter().sum::<f64>() + self.covariance.trace() + covariance.trace() - 2.0 * cross;
        [marginal, joint]
    }
}

fn root(value: f64) -> f64 {
    if value < 0.0 { 0.0 } else { value.sqrt() }
}
