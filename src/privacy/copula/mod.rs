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
use std::ops::Range;

/// Latent patients drawn at once, and patients of a block.
const AT_ONCE: usize = 1024;

/// After so many draws of a block every patient is kept: chances that no patient has must not stop
/// a run.
const MOST_TRIES: usize = 1000;

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

    /// The first patients of an endless table: see [`Copula::rows`].
    pub fn sample(&self, rows: usize, seed: u64) -> Matrix {
        self.rows(0..rows as u64, seed)
    }

    /// Patients number `rows.start` up to `rows.end` of an endless table: `rows x columns` cells,
    /// each the number of a level, a number on its grid and within its range, or NaN where it is
    /// missing.
    /// A patient depends on the seed and the number alone.
    pub fn rows(&self, rows: Range<u64>, seed: u64) -> Matrix {
        let columns = self.latent.columns();
        let (count, block) = ((rows.end - rows.start) as usize, AT_ONCE as u64);
        let factor = self.factor();
        let mut cells = Vec::with_capacity(count * columns);
        for number in rows.start / block..rows.end.div_ceil(block) {
            let patients = self.block(&factor, seed, number);
            let first = number * block;
            let within = |at: u64| (at.clamp(first, first + block) - first) as usize * columns;
            cells.extend_from_slice(&patients[within(rows.start)..within(rows.end)]);
        }
        Matrix::from_values(count, columns, cells)
    }

    /// Cells of the patients of a block, [`AT_ONCE`] of them.
    fn block(&self, factor: &DMatrix<f64>, seed: u64, number: u64) -> Vec<f64> {
        let columns = self.latent.columns();
        // An odd factor, so that no two blocks of a seed have the same one.
        let seed = seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut cells = Vec::with_capacity(AT_ONCE * columns);
        let mut patient = vec![0.0; columns];
        let mut tries = 0;
        while cells.len() < AT_ONCE * columns {
            for g in draw(factor, AT_ONCE, &mut rng).column_iter() {
                self.latent.patient(g.as_slice(), &mut patient, &mut rng);
                let missing = patient.iter().filter(|cell| cell.is_nan()).count();
                let kept = rng.random::<f64>() < self.keep[missing] || tries > MOST_TRIES;
                if kept && cells.len() < AT_ONCE * columns {
                    cells.extend_from_slice(&patient);
                }
            }
            tries += 1;
        }
        cells
    }

    fn factor(&self) -> DMatrix<f64> {
        let width = self.latent.width();
        let mut factor = DMatrix::zeros(width, width);
        let by_rows = (0..width).flat_map(|i| (0..=i).map(move |j| (i, j)));
        by_rows.zip(&self.factor).for_each(|(at, value)| factor[at] = *value);
        factor
    }

    /// Whether it is one of these columns, as one that was read from a file may not be.
    pub fn fits(&self, columns: &[PublicColumn]) -> bool {
        let (latent, width) = (&self.latent, self.latent.width());
        let finite = |numbers: &[f64]| numbers.iter().all(|x| x.is_finite());
        latent.fits(columns)
            && self.factor.len() == width * (width + 1) / 2
            && self.keep.len() > columns.len()
            && finite(&self.factor)
            && finite(&self.keep)
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
