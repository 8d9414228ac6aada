//! 95 % intervals: from draws of half of the patients, from a few splits, or from the formula of a
//! share.

use super::splits::median;
use ground::quantile::quantile;

/// The 97.5 % quantile of the normal distribution.
const NORMAL: f64 = 1.959_963_984_540_054;
/// The 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom.
const STUDENT: [f64; 9] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/// The middle 95 % of many draws; none for fewer than 20 numbers.
///
/// A score of random halves of n patients varies about as much as a score of n patients varies from
/// cohort to cohort.
/// For half samples drawn without replacement the variance is `s²/(n/2) - s²/n = s²/n`.
/// A bootstrap with replacement would compare doubled rows, which lowers every score of likeness.
pub(super) fn of_draws(values: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    let mut known: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    (known.len() >= 20).then(|| [0.025, 0.975].map(|p| quantile(&known, p)))
}

/// The interval around the median of a few splits in two halves, by Student's t; none for fewer
/// than three numbers.
/// The standard deviation of the splits estimates that of the score of all patients, as in
/// [`of_draws`].
pub(super) fn of_splits(values: &[f64]) -> Option<[f64; 2]> {
    let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let count = known.len();
    if count < 3 {
        return None;
    }
    let mean = known.iter().sum::<f64>() / count as f64;
    let variance =
        known.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1) as f64;
    let half = STUDENT.get(count - 2).copied().unwrap_or(NORMAL) * variance.sqrt();
    let middle = median(known);
    Some([middle - half, middle + half])
}

/// The interval of a share of `rows` rows (Wilson 1927).
pub(super) fn of_share(share: f64, rows: usize) -> Option<[f64; 2]> {
    if share.is_nan() || rows == 0 {
        return None;
    }
    let (n, z) = (rows as f64, NORMAL);
    let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    Some([(middle - half).max(0.0), (middle + half).min(1.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_of_known_samples() {
        // Wilson's interval of 10 of 100: 0.0552 to 0.1744.
        let [low, high] = of_share(0.1, 100).unwrap();
        assert!((low - 0.05523).abs() < 1e-4 && (high - 0.17437).abs() < 1e-4, "{low} {high}");
        assert_eq!(of_share(0.0, 50).unwrap()[0], 0.0);
        assert_eq!(of_share(f64::NAN, 50), None);
        // Mean 3, standard deviation 1.5811, t of four degrees of freedom.
        let [low, high] = of_splits(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert!(
            (high - 3.0 - 2.776 * 2.5_f64.sqrt()).abs() < 1e-9 && (low + high - 6.0).abs() < 1e-9
        );
        assert_eq!(of_splits(&[1.0, f64::NAN, 2.0]), None);
        assert_eq!(of_draws((0..=40).map(f64::from)), Some([1.0, 39.0]));
    }
}
