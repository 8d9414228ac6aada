//! The only part that sees patients: their histograms and second moments, with noise.

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
    /// Of numbers: `B h / c`, where h are the counts of the bins, B is the square root of the matrix
    /// of prefix sums ([`toeplitz`]) and c the norm of its first column.
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

/// The first column of the square root of the `size x size` matrix of prefix sums (ones on and below
/// the diagonal), which is a lower triangular Toeplitz matrix; and its norm.
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
