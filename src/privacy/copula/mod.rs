//! Patients drawn from the two releases: a Gaussian copula over the private margins.
//!
//! Every coordinate of a patient has a latent normal: a rank is its distribution function, a cell
//! is missing where it is above a threshold, and a level is chosen where it is the largest of its
//! column.
//! Their correlations are those under which drawn patients have the released moments.
//! Drawn patients are clipped as the mechanism clipped the real ones, so clipping biases nothing.

mod fit;
mod latent;
mod missing;
mod ranks;
#[cfg(test)]
mod tests;

use crate::coordinates::Coordinates;
use crate::margins::Margins;
use crate::mechanism::Moments;
use crate::public::PublicColumn;
use ground::matrix::Matrix;
use latent::Latent;
use nalgebra::DMatrix;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

/// Latent patients drawn at once.
const AT_ONCE: usize = 1024;

/// A distribution of patients that knows the releases and nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Copula {
    latent: Latent,
    /// Lower triangular L by rows (`d (d + 1) / 2` numbers), L L^T are the latents' correlations.
    factor: Vec<f64>,
    /// Chance to keep a drawn patient with 0, 1, ... missing cells.
    keep: Vec<f64>,
}

impl Copula {
    /// The copula whose patients have these moments and margins; `seed` is that of the latent
    /// patients that it is fitted with, and has nothing to do with the noise.
    ///
    /// Panics when the moments are not those of the coordinates, or the margins not those of the
    /// columns.
    pub fn fit(
        moments: &Moments,
        margins: &Margins,
        coordinates: &Coordinates,
        columns: &[PublicColumn],
        seed: u64,
    ) -> Self {
        assert_eq!(margins.columns.len(), columns.len(), "a margin for each column");
        assert_eq!(moments.width, coordinates.width(), "moments of the coordinates");
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut latent = Latent::new(coordinates, margins);
        let correlations = fit::correlations(moments, margins, &mut latent, &mut rng);
        let factor = lower(&correlations);
        let keep = missing::fit(&mut latent, &factor, margins, &mut rng);
        let by_rows = (0..factor.nrows()).flat_map(|i| (0..=i).map(move |j| (i, j)));
        Self { latent, factor: by_rows.map(|at| factor[at]).collect(), keep }
    }

    /// Draws patients: `rows x columns` cells, each the number of a level, a number on its grid and
    /// within its range, or NaN where it is missing.
    pub fn sample(&self, rows: usize, seed: u64) -> Matrix {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let (width, columns) = (self.latent.width(), self.latent.columns());
        let mut at = self.factor.iter();
        let mut factor = DMatrix::zeros(width, width);
        for i in 0..width {
            (0..=i).zip(at.by_ref()).for_each(|(j, value)| factor[(i, j)] = *value);
        }
        let mut cells = Vec::with_capacity(rows * columns);
        let mut patient = vec![0.0; columns];
        while cells.len() < rows * columns {
            for g in draw(&factor, AT_ONCE.min(3 * rows), &mut rng).column_iter() {
                self.latent.patient(g.as_slice(), &mut patient, &mut rng);
                let missing = patient.iter().filter(|cell| cell.is_nan()).count();
                if cells.len() < rows * columns && rng.random::<f64>() < self.keep[missing] {
                    cells.extend_from_slice(&patient);
                }
            }
        }
        Matrix::from_values(rows, columns, cells)
    }
}

/// The lower triangular factor of a positive definite matrix.
fn lower(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let factor = matrix.clone().cholesky().expect("the nearest correlation matrix is definite");
    factor.unpack()
}

/// Latent patients by columns (`d x patients`).
fn draw(factor: &DMatrix<f64>, patients: usize, rng: &mut Xoshiro256PlusPlus) -> DMatrix<f64> {
    factor * DMatrix::from_fn(factor.nrows(), patients, |_, _| rng.sample::<f64, _>(StandardNormal))
}
