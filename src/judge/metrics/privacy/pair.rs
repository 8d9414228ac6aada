//! A figure with its reference, and the shares and medians that figures are made of.

use ground::quantile::quantile;

/// A figure for the training rows, and the same figure with the hold-out in their place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    /// For the training rows.
    pub(super) training: f64,
    /// For the hold-out rows; NaN without a hold-out.
    pub(super) holdout: f64,
}

/// Share of items with a property; NaN of none.
pub(super) fn share<T>(items: &[T], has: impl Fn(&T) -> bool) -> f64 {
    items.iter().filter(|item| has(item)).count() as f64 / items.len() as f64
}

/// The median; NaN of no values or when one of them is not finite.
pub(super) fn median(values: Vec<f64>) -> f64 {
    finite_quantile(values, 0.5)
}

/// A quantile; NaN of no values or when one of them is not finite.
pub(super) fn finite_quantile(mut values: Vec<f64>, p: f64) -> f64 {
    if values.iter().any(|value| !value.is_finite()) {
        return f64::NAN;
    }
    values.sort_unstable_by(f64::total_cmp);
    quantile(&values, p)
}

/// The mean of some values and their standard deviation as a sample.
pub(super) fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deviation_is_that_of_a_sample() {
        let (mean, deviation) = mean_and_deviation(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(mean, 2.5);
        assert!((deviation - (5.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }
}
