//! The only part that sees patients: their histograms and second moments, with noise.
//!
//! Contributions of a patient are bounded and made whole, summed as whole numbers, and get discrete
//! Gaussian noise from the operating system.
//! Only then do they become floating-point numbers.

mod discrete_gaussian;
mod entropy;
#[cfg(test)]
mod frozen;
mod histograms;
mod moments;
#[cfg(test)]
mod proofs;

pub use discrete_gaussian::discrete_gaussian;
pub use entropy::{Entropy, OperatingSystem};

use crate::accountant::discreteness;
use crate::public::{Domain, PublicColumn};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// Release 1: a histogram of every column and one of the missing cells per patient, with noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histograms {
    /// One per column.
    pub columns: Vec<Histogram>,
    /// Patients by their number of missing cells, from 0 to all.
    pub missing_per_patient: Vec<f64>,
    /// Standard deviation of the noise of every number, in patients.
    pub sd: f64,
}

/// The released histogram of a column, in patients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Of levels: their counts.
    /// Of numbers: `B h / c`, where h are the counts of the bins, B is the square root of the
    /// matrix of prefix sums ([`toeplitz`]) and c the norm of its first column.
    pub sums: Vec<f64>,
    /// The count of missing cells.
    pub missing: f64,
}

/// Release 2: the sum over patients of `x x^T` of their clipped coordinates x, with noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Coordinates of a patient.
    pub width: usize,
    /// Row by row from the diagonal on: `width (width + 1) / 2` numbers.
    pub sums: Vec<f64>,
    /// Standard deviation of the noise on the diagonal; beside it, it is that over the square root
    /// of 2.
    pub sd: f64,
    /// The norm to which coordinates were clipped.
    pub norm: f64,
}

/// The first column of the square root of the `size x size` matrix of prefix sums (ones on and
/// below the diagonal), which is a lower triangular Toeplitz matrix; and its norm.
///
/// Entry k is `binomial(2k, k) / 4^k` (Fichtenberger, Henzinger and Upadhyay 2023).
pub fn toeplitz(size: usize) -> (Vec<f64>, f64) {
    let mut column = vec![1.0; size];
    for k in 1..size {
        column[k] = column[k - 1] * (2 * k - 1) as f64 / (2 * k) as f64;
    }
    let norm = column.iter().map(|x| x * x).sum::<f64>().sqrt();
    (column, norm)
}

/// The least norm to which coordinates are clipped: where margins leave nearly nothing open, noise
/// would otherwise be as narrow.
pub const LEAST_NORM: f64 = 0.5;

/// Standard deviation of the widest noise, in units of the integers that are summed.
const WIDEST: f64 = (1u64 << 29) as f64;

/// How many units make 1, so that noise of this standard deviation has no more than [`WIDEST`] of
/// them: a power of two, `finest` at most.
fn unit(sd: f64, finest: f64) -> f64 {
    (WIDEST / sd).min(finest).log2().floor().max(0.0).exp2()
}

/// Patients, of whom nothing leaves but the two releases.
pub struct Patients<'a> {
    cells: &'a Matrix,
    columns: &'a [PublicColumn],
}

impl<'a> Patients<'a> {
    /// Rows are patients; a cell is the number of a level, a number, or NaN where it is missing.
    ///
    /// Panics if there is not one column of cells for each public one.
    pub fn new(cells: &'a Matrix, columns: &'a [PublicColumn]) -> Self {
        assert_eq!(cells.columns(), columns.len(), "columns of the table and public ones");
        Self { cells, columns }
    }

    /// Release 1, which spends `mu`.
    pub fn histograms(&self, mu: f64, entropy: &mut dyn Entropy) -> Histograms {
        let patient = histograms::patient(histograms::sd(self.columns.len(), mu));
        let sums = histograms::sums(self.cells, self.columns, patient);
        histograms::release(sums, mu, entropy)
    }

    /// Release 2, which spends `mu`.
    /// `coordinates` writes the `width` coordinates of a patient's cells; they are clipped to
    /// `norm`, which is at least [`LEAST_NORM`].
    pub fn moments(
        &self,
        (width, norm): (usize, f64),
        coordinates: impl Fn(&[f64], &mut [f64]),
        mu: f64,
        entropy: &mut dyn Entropy,
    ) -> Moments {
        let mut products = moments::Products::new(width, norm.max(LEAST_NORM), mu);
        let mut x = vec![0.0; width];
        for row in 0..self.cells.rows() {
            x.fill(0.0);
            coordinates(self.cells.row(row), &mut x);
            products.add(&x);
        }
        products.release(mu, entropy)
    }
}

/// The total variation between the noise of two releases of such columns, each at its `mu`, and
/// rounded continuous noise, at most and whatever the patients are.
pub fn apart(columns: &[PublicColumn], [first, second]: [f64; 2]) -> f64 {
    let coordinates = |column: &PublicColumn| match column.domain {
        Domain::Levels { count, ordered: false } => count + 1,
        // A rank, and whether it is missing.
        _ => 2,
    };
    let width = columns.iter().map(coordinates).sum();
    let histograms = histograms::noise(columns, first);
    let moments = moments::Products::noise(width, LEAST_NORM, second);
    let of = |(numbers, variance): (usize, f64)| numbers as f64 * discreteness(variance);
    of(histograms) + of(moments)
}
