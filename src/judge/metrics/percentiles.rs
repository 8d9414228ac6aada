//! The paper's percentiles of a column.

use ground::quantile::quantile;

/// The 20 percentile levels of the paper's loss and of its measure of fit: 5, 10, ..., 100 %.
pub const PAPER_LEVELS: [f64; 20] = [
    5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 80.0,
    85.0, 90.0, 95.0, 100.0,
];

/// The quantiles of unordered values at `levels` in percent (0 to 100); all NaN when there are no
/// values or one of them is NaN.
pub fn percentiles(values: &[f64], levels: &[f64]) -> Vec<f64> {
    if values.iter().any(|value| value.is_nan()) {
        return vec![f64::NAN; levels.len()];
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    levels.iter().map(|level| quantile(&sorted, level / 100.0)).collect()
}
