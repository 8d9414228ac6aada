//! The paper's Table 5: a summary of one encoded column, in which a missing cell counts as the
//! number -1.

use ground::quantile::quantile;

pub use table::pixels::MISSING_BELOW;

/// The rows of Table 5 for one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SummaryStatistics {
    /// Different values, "missing" among them.
    pub different: usize,
    /// Rows.
    pub count: usize,
    /// Rows whose value is missing.
    pub missing: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation (divisor n - 1).
    pub std: f64,
    /// Smallest value.
    pub min: f64,
    /// 25, 50 and 75 % quantiles (numpy's "linear").
    pub quartiles: [f64; 3],
    /// Largest value.
    pub max: f64,
}

/// Summarises an encoded column (numbers in [-1, 1], no NaN); means and quantiles of no rows are
/// NaN.
pub fn summary_statistics(encoded: &[f64]) -> SummaryStatistics {
    let mut sorted = encoded.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len();
    let mean = sorted.iter().sum::<f64>() / count as f64;
    let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
    let mut different = sorted.clone();
    different.dedup();
    SummaryStatistics {
        different: different.len(),
        count,
        missing: sorted.iter().filter(|&&value| value < MISSING_BELOW).count(),
        mean,
        std: if count > 1 { (squares / (count as f64 - 1.0)).sqrt() } else { f64::NAN },
        min: sorted.first().copied().unwrap_or(f64::NAN),
        quartiles: [0.25, 0.5, 0.75].map(|p| quantile(&sorted, p)),
        max: sorted.last().copied().unwrap_or(f64::NAN),
    }
}
