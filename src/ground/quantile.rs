//! The quantile of a sample by linear interpolation between order statistics, as numpy's default
//! method ("linear") computes it, bit for bit.

/// The quantile at `p` in [0, 1] of values in ascending order; NaN when there are none.
/// Panics when `p` is outside [0, 1].
#[inline]
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    assert!((0.0..=1.0).contains(&p), "quantile at {p}, which is not in [0, 1]");
    if sorted.is_empty() {
        return f64::NAN;
    }
    let ([below, above], part) = neighbours(sorted.len() as u64, p);
    interpolate(sorted[below as usize], sorted[above as usize], part)
}

/// The ranks (from 0) of the two order statistics of `count` values around the quantile at `p`, and
/// its part of the way between them.
/// Panics without values.
#[inline]
pub fn neighbours(count: u64, p: f64) -> ([u64; 2], f64) {
    let last = count.checked_sub(1).expect("a quantile of no values");
    let place = last as f64 * p;
    let below = (place.floor() as u64).min(last);
    ([below, (below + 1).min(last)], place - below as f64)
}

/// The number `part` of the way from `low` to `high`; numpy starts from the nearer end, which makes
/// the result monotone and exact at both ends.
#[inline]
pub fn interpolate(low: f64, high: f64, part: f64) -> f64 {
    let step = high - low;
    if part >= 0.5 { high - step * (1.0 - part) } else { low + step * part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy.quantile([1, 2, 4, 8], [0, 0.25, 0.5, 0.9, 1])
        for (p, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile(&[1.0, 2.0, 4.0, 8.0], p) - expected).abs() < 1e-12, "{p}");
        }
        assert_eq!(quantile(&[3.0], 0.7), 3.0);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
