//! The Kolmogorov-Smirnov distance between two samples.

/// `sup |F_a - F_b|` of the two empirical distribution functions, in [0, 1]; 0 for equal
/// distributions, NaN when a sample is empty.
///
/// The statistic of scipy's `ks_2samp` (two-sided). Values must not be NaN.
pub fn ks_distance(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    ks_of_ascending(&a, &b)
}

/// [`ks_distance`] of samples that are in ascending order already.
pub fn ks_of_ascending(a: &[f64], b: &[f64]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return f64::NAN;
    }
    let (mut below_a, mut below_b, mut largest) = (0, 0, 0.0_f64);
    // Behind the end of one sample the distance only shrinks.
    while below_a < a.len() && below_b < b.len() {
        let value = a[below_a].min(b[below_b]);
        while a.get(below_a).is_some_and(|&other| other <= value) {
            below_a += 1;
        }
        while b.get(below_b).is_some_and(|&other| other <= value) {
            below_b += 1;
        }
        let distance = below_a as f64 / a.len() as f64 - below_b as f64 / b.len() as f64;
        largest = largest.max(distance.abs());
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::{ks_distance, ks_of_ascending};

    #[test]
    fn distances_of_small_samples() {
        assert_eq!(
            ks_of_ascending(&[1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, f64::INFINITY, f64::INFINITY]),
            0.5
        );
        assert_eq!(ks_of_ascending(&[1.0, 1.0], &[1.0]), 0.0);
        assert_eq!(ks_distance(vec![2.0, 1.0, 4.0, 3.0], vec![9.0, 1.0]), 0.5);
        assert!(
            ks_distance(Vec::new(), vec![1.0]).is_nan()
                && ks_distance(vec![1.0], Vec::new()).is_nan()
        );
    }
}
