//! The two readings of the paper's "Fréchet distance" between encoded tables; there is no Inception
//! net for a table.
//!
//! The marginal one sees every column alone and carries the paper's stop threshold; the joint one
//! also sees how columns go together.

use crate::matrix::Matrix;
use crate::spectrum::{semidefinite_factor, symmetric_eigenvalues};
use nalgebra::DMatrix;

/// The paper's stop threshold on the marginal distance.
pub const STOP_THRESHOLD: f64 = 0.0005;

/// The marginal distance that two samples of one population of encoded patients are apart by
/// chance, about 6e-4 at 804 rows each.
///
/// It goes down as one over the number of rows.
pub fn marginal_noise_floor(rows: usize) -> f64 {
    6e-4 * 804.0 / rows as f64
}

/// Mean over features of `(mean_r - mean_s)² + (sd_r - sd_s)²`; all four slices have one value per
/// feature.
///
/// NaN for no features or NaN input; a variance that rounding made negative counts as 0.
pub fn marginal(
    mean_real: &[f64],
    variance_real: &[f64],
    mean_synthetic: &[f64],
    variance_synthetic: &[f64],
) -> f64 {
    let d = mean_real.len();
    assert!(
        [variance_real.len(), mean_synthetic.len(), variance_synthetic.len()] == [d; 3],
        "marginal distance of {d} real means, {} real variances, {} synthetic means and {} \
         synthetic variances",
        variance_real.len(),
        mean_synthetic.len(),
        variance_synthetic.len()
    );
    let mut sum = 0.0;
    for feature in 0..d {
        let mean = mean_real[feature] - mean_synthetic[feature];
        let spread = root(variance_real[feature]) - root(variance_synthetic[feature]);
        sum += mean * mean + spread * spread;
    }
    sum / d as f64
}

/// The Fréchet distance between normal distributions, against one real table whose part is computed
/// once.
///
/// `|mean_r - mean_s|² + tr S_r + tr S_s - 2 tr (S_r S_s)^½` (Dowson and Landau 1982).
/// The last trace is the sum of the roots of the eigenvalues of `Fᵀ S_s F` for any factor
/// `F Fᵀ = S_r`: symmetric, and no larger than the rank of the real table.
#[derive(Clone, Debug)]
pub struct JointFrechet {
    mean: Vec<f64>,
    trace: f64,
    /// `d x rank`; absent when the real moments are not finite.
    factor: Option<DMatrix<f64>>,
}

impl JointFrechet {
    /// Takes the real table's mean (d) and covariance (`d x d`); panics when their sizes differ.
    pub fn new(mean: &[f64], covariance: &Matrix) -> Self {
        check_shapes(mean.len(), mean, covariance);
        let finite = is_finite(mean, covariance);
        Self {
            mean: mean.to_vec(),
            trace: trace(covariance),
            factor: finite.then(|| semidefinite_factor(&dense(covariance))),
        }
    }

    /// The distance to a table with this mean (d) and covariance (`d x d`), at least 0; NaN when
    /// any input is not finite.
    pub fn distance(&self, mean: &[f64], covariance: &Matrix) -> f64 {
        check_shapes(self.mean.len(), mean, covariance);
        let Some(factor) = self.factor.as_ref().filter(|_| is_finite(mean, covariance)) else {
            return f64::NAN;
        };
        let inner = factor.transpose() * (dense(covariance) * factor);
        let Some(eigenvalues) = symmetric_eigenvalues(inner) else {
            return f64::NAN;
        };
        let cross: f64 = eigenvalues.into_iter().map(root).sum();
        let means: f64 =
            self.mean.iter().zip(mean).map(|(real, synthetic)| (real - synthetic).powi(2)).sum();
        at_least_zero(means + self.trace + trace(covariance) - 2.0 * cross)
    }
}

fn root(value: f64) -> f64 {
    at_least_zero(value).sqrt()
}

/// Unlike `f64::max`, keeps NaN.
fn at_least_zero(value: f64) -> f64 {
    if value < 0.0 { 0.0 } else { value }
}

fn trace(covariance: &Matrix) -> f64 {
    (0..covariance.rows()).map(|k| covariance[(k, k)]).sum()
}

/// A symmetric matrix reads the same by rows and by columns.
fn dense(covariance: &Matrix) -> DMatrix<f64> {
    DMatrix::from_column_slice(covariance.rows(), covariance.columns(), covariance.values())
}

fn is_finite(mean: &[f64], covariance: &Matrix) -> bool {
    mean.iter().chain(covariance.values()).all(|value| value.is_finite())
}

fn check_shapes(d: usize, mean: &[f64], covariance: &Matrix) {
    assert!(
        mean.len() == d && covariance.rows() == d && covariance.columns() == d,
        "Fréchet distance on {d} features got a mean of {} and a covariance of {} x {}",
        mean.len(),
        covariance.rows(),
        covariance.columns()
    );
}
