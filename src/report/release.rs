//! What a private run tells anyone, as plain data and as JSON.
//!
//! Nothing here is computed from patients, except from what was released with noise.

use serde::Serialize;

/// A private run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReleaseReport {
    /// What the table is called.
    pub name: String,
    /// The bound on how much more likely any result is with a patient than without, as a logarithm.
    pub epsilon: f64,
    /// The probability with which it may fail.
    pub delta: f64,
    /// The same as Gaussian privacy.
    pub mu: f64,
    /// The shares of `mu^2` for margins and for moments.
    pub shares: [f64; 2],
    /// Columns whose relations to all others were measured more exactly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// What made the synthetic patients.
    pub made_by: MadeBy,
    /// The largest area under the curve with which membership can be guessed.
    pub membership_auc: f64,
    /// The estimate of the number of patients, rounded.
    pub patients: usize,
    /// Synthetic patients.
    pub synthetic: usize,
    /// What the noise does to figures that a reader may compute.
    pub errors: Vec<ExpectedError>,
    /// The columns.
    pub columns: Vec<ReleasedColumn>,
    /// What the user was told that tells nothing of patients.
    pub notes: Vec<String>,
}

/// What made the synthetic patients, chosen by the release alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MadeBy {
    /// The copula, or else the generator.
    pub copula: bool,
    /// What patients of the generator and of the copula leave unexplained of the release: mean
    /// squares in standard deviations of the noise; none where only one was made.
    pub misfits: Option<[f64; 2]>,
}

/// How far a figure may be off because of the noise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExpectedError {
    /// The figure.
    pub figure: String,
    /// Half the width of its 95 % interval, from the noise alone.
    pub half_width: f64,
}

/// A column as it was released, and as synthetic patients have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReleasedColumn {
    /// Its name.
    pub name: String,
    /// The names of its bins.
    pub bins: Vec<String>,
    /// Released shares of the bins, without missing cells.
    pub released: Vec<f64>,
    /// Shares among synthetic patients.
    pub synthetic: Vec<f64>,
    /// Shares of missing cells: released, synthetic.
    pub missing: [f64; 2],
}

impl ReleasedColumn {
    /// Half the sum of the differences of shares: 0 for the same distribution.
    pub fn distance(&self) -> f64 {
        let pairs = self.released.iter().zip(&self.synthetic);
        pairs.map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0
    }
}

/// The report as JSON.
pub fn release_json(report: &ReleaseReport) -> String {
    serde_json::to_string_pretty(report).expect("plain data") + "\n"
}
