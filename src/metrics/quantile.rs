//! Quantiles by linear interpolation between order statistics, as numpy's default method ("linear") computes them, bit for bit.

/// The 20 percentile levels of the paper's loss and of its measure of fit: 5, 10, ..., 100 %.
pub const PAPER_LEVELS: [f64; 20] = [
    5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0,
    100.0,
];

/// The quantile at `p` in [0, 1] of values in ascending order; NaN when there are none. Panics when `p` is outside [0, 1].
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    assert!((0.0..=1.0).contains(&p), "quantile at {p}, which is not in [0, 1]");
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = last as f64 * p;
    let below = (place.floor() as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    interpolate(low, high, place - below as f64)
}

/// The quantiles of unordered values at `levels` in percent (0 to 100); all NaN when there are no values or one of them is NaN.
pub fn percentiles(values: &[f64], levels: &[f64]) -> Vec<f64> {
    if values.iter().any(|value| value.is_nan()) {
        return vec![f64::NAN; levels.len()];
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    levels.iter().map(|level| quantile(&sorted, level / 100.0)).collect()
}

/// numpy starts from the nearer end, which makes the result monotone and exact at both ends.
fn interpolate(low: f64, high: f64, part: f64) -> f64 {
    let step = high - low;
    if part >= 0.5 { high - step * (1.0 - part) } else { low + step * part }
}
