//! The only part that sees patients: their histograms and second moments, with noise.
//!
//! Contributions of a patient are bounded and made whole, summed as whole numbers, and get discrete
//! Gaussian noise from the operating system.
//! Only then do they become floating-point numbers.

mod discrete_gaussian;
mod entropy;
mod histograms;
mod moments;
#[cfg(test)]
mod proofs;

pub use discrete_gaussian::discrete_gaussian;
pub use entropy::{Entropy, OperatingSystem};

use crate::accountant::Budget;
use crate::public::PublicColumn;
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

    /// Release 1, which spends `mu` of the budget.
    ///
    /// Errors: the budget's, if the noise is too narrow for its proof.
    pub fn histograms(
        &self,
        (mu, budget): (f64, &Budget),
        entropy: &mut dyn Entropy,
    ) -> Result<Histograms, String> {
        let patient = histograms::patient(histograms::sd(self.columns.len(), mu));
        let sums = histograms::sums(self.cells, self.columns, patient);
        histograms::release(sums, (mu, budget), entropy)
    }

    /// Release 2, which spends `mu` of the budget.
    /// `coordinates` writes the `width` coordinates of a patient's cells; they are clipped to
    /// `norm`.
    ///
    /// Errors: the budget's, if the noise is too narrow for its proof.
    pub fn moments(
        &self,
        (width, norm): (usize, f64),
        coordinates: impl Fn(&[f64], &mut [f64]),
        (mu, budget): (f64, &Budget),
        entropy: &mut dyn Entropy,
    ) -> Result<Moments, String> {
        let mut products = moments::Products::new(width, norm, mu);
        let mut x = vec![0.0; width];
        for row in 0..self.cells.rows() {
            x.fill(0.0);
            coordinates(self.cells.row(row), &mut x);
            products.add(&x);
        }
        products.release((mu, budget), entropy)
    }
}
