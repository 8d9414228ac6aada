//! The covariance that fake rows are to have, and its whitening.

use super::shared::shared;
use engine::op::{Backend, Tensor};
use ground::error::Result;
use ground::spectrum::Spectrum;
use nalgebra::DMatrix;

/// The covariance that fake rows are to have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// That of every model's cohort `[models, W, W]`, whitened like the rows.
    pub(super) real: Tensor,
    /// The symmetric factor that whitens the rows `[models, W, W]`, if the recipe whitens them.
    pub(super) whitening: Option<Tensor>,
}

/// The part of the mean variance that is added to every principal component before whitening, so
/// that components without variance do not become huge.
pub(super) const RIDGE: f64 = 0.05;

impl Target {
    /// Writes the covariances of all models, whitened by `strength`.
    /// `spectra` are theirs; without a strength there need not be any.
    pub(super) fn new(
        backend: &mut dyn Backend,
        covariances: &[DMatrix<f64>],
        spectra: &[Spectrum],
        strength: f64,
        models: usize,
    ) -> Result<Self> {
        let width = covariances[0].nrows();
        let mut write = |matrices: &[DMatrix<f64>]| {
            let values: Vec<f64> =
                matrices.iter().flat_map(|matrix| matrix.iter().copied()).collect();
            shared(backend, [matrices.len(), width, width], &values, models)
        };
        if strength == 0.0 {
            return Ok(Self { real: write(covariances)?, whitening: None });
        }
        let factors: Vec<DMatrix<f64>> =
            spectra.iter().map(|spectrum| whitening(spectrum, strength)).collect();
        let real = |(a, covariance): (&DMatrix<f64>, &DMatrix<f64>)| a * covariance * a;
        let real: Vec<DMatrix<f64>> = factors.iter().zip(covariances).map(real).collect();
        Ok(Self { real: write(&real)?, whitening: Some(write(&factors)?) })
    }
}

/// `(S / mean + ridge)^(-strength / 2)` of a covariance S, where `mean` is its mean eigenvalue,
/// scaled so that the total variance stays.
pub(super) fn whitening(spectrum: &Spectrum, strength: f64) -> DMatrix<f64> {
    let Spectrum { values, vectors } = spectrum;
    let (width, known) = vectors.shape();
    let total = values.sum();
    if total <= 0.0 {
        return DMatrix::identity(width, width);
    }
    let mean = total / width as f64;
    let weight = |value: f64| (value.max(0.0) / mean + RIDGE).powf(-strength / 2.0);
    let left = values.iter().map(|&value| value.max(0.0) * weight(value).powi(2)).sum::<f64>();
    let scale = (total / left).sqrt();
    // What has no variance has one weight in all directions.
    let flat = if known < width { weight(0.0) * scale } else { 0.0 };
    let weights = values.map(|value| weight(value) * scale - flat);
    let mut factor = vectors * DMatrix::from_diagonal(&weights) * vectors.transpose();
    (0..width).for_each(|at| factor[(at, at)] += flat);
    factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::matrix::Matrix;
    use ground::moments::covariance;
    use ground::spectrum::symmetric_eigen;

    #[test]
    fn fewer_rows_than_columns_are_whitened_like_their_covariance() {
        for rows in [2, 5, 9] {
            let cohort = Matrix::from_fn(rows, 10, |row, column| {
                ((row * 31 + column * 17 + row * column) % 23) as f64
            });
            let real = DMatrix::from_column_slice(10, 10, covariance(&cohort).1.values());
            let (values, vectors) = symmetric_eigen(real.clone());
            let slow = Spectrum { values, vectors };
            for strength in [0.5, 1.0] {
                let [fast, slow] =
                    [&Spectrum::of_rows(&cohort), &slow].map(|of| whitening(of, strength));
                assert!((&fast - &slow).amax() < 1e-10 * slow.amax(), "{rows} rows");
            }
        }
    }
}
