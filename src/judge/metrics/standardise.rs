//! Turns a table with gaps into the complete, standardised features that a linear model needs.
//!
//! It does the same as scikit-learn's `SimpleImputer(add_indicator=True)` before a
//! `StandardScaler`.
//! A missing value becomes the column's mean, and every column with missing values adds a feature
//! that says so.
//! Each feature has mean 0 and variance 1 (divisor n) over the rows from which the scales were
//! taken.

use ground::matrix::Matrix;

/// Means and scales of the features, taken from one table, for tables with the same columns.
#[derive(Clone, Debug)]
pub struct Standardiser {
    /// Mean of the known values of every column.
    means: Vec<f64>,
    /// Columns with an indicator of missing values.
    gaps: Vec<usize>,
    /// Mean and standard deviation of every feature: the columns, then the indicators.
    scales: Vec<(f64, f64)>,
}

impl Standardiser {
    /// Takes means and scales from `x` (`n x d`, missing as NaN).
    /// A column without a known value, and a constant feature, become 0 wherever they are the same
    /// as here.
    pub fn new(x: &Matrix) -> Self {
        let means = (0..x.columns())
            .map(|column| mean(x.column(column).filter(|value| !value.is_nan())))
            .collect();
        let gaps = (0..x.columns()).filter(|&column| x.column(column).any(f64::is_nan)).collect();
        let mut standardiser = Self { means, gaps, scales: Vec::new() };
        let raw = standardiser.complete(x);
        standardiser.scales = (0..raw.columns()).map(|feature| scale(&raw, feature)).collect();
        standardiser
    }

    /// Number of features: columns of the table and those of them that have an indicator.
    pub fn features(&self) -> usize {
        self.means.len() + self.gaps.len()
    }

    /// The features of `x`, one row for each of its rows.
    pub fn apply(&self, x: &Matrix) -> Matrix {
        let mut features = self.complete(x);
        for row in 0..features.rows() {
            for (value, (mean, deviation)) in features.row_mut(row).iter_mut().zip(&self.scales) {
                *value = (*value - mean) / deviation;
            }
        }
        features
    }

    fn complete(&self, x: &Matrix) -> Matrix {
        assert_eq!(
            x.columns(),
            self.means.len(),
            "{} columns, scales of {}",
            x.columns(),
            self.means.len()
        );
        Matrix::from_fn(x.rows(), self.features(), |row, feature| {
            match feature.checked_sub(x.columns()) {
                None if x[(row, feature)].is_nan() => self.means[feature],
                None => x[(row, feature)],
                Some(indicator) => f64::from(x[(row, self.gaps[indicator])].is_nan()),
            }
        })
    }
}

/// 0 for no values.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0);
    for value in values {
        sum += value;
        count += 1;
    }
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

/// Mean and standard deviation.
/// The latter is 1 for a constant feature, also for one that varies only by rounding.
fn scale(features: &Matrix, feature: usize) -> (f64, f64) {
    let centre = mean(features.column(feature));
    let deviation = mean(features.column(feature).map(|value| (value - centre).powi(2))).sqrt();
    let rounding = 10.0 * f64::EPSILON * centre.abs();
    (centre, if deviation <= rounding { 1.0 } else { deviation })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_become_means_and_say_so() {
        let x = Matrix::from_values(4, 2, vec![1.0, 7.0, f64::NAN, 7.0, 3.0, 7.0, 5.0, 7.0]);
        let standardiser = Standardiser::new(&x);
        let features = standardiser.apply(&x);
        // The first column is 1, 3, 3, 5 with variance 2, the second one constant, the indicator 0,
        // 1, 0, 0 with variance 3/16.
        let root = 2f64.sqrt();
        let high = 0.75 / (3.0f64 / 16.0).sqrt();
        let expected = [
            -2.0 / root,
            0.0,
            -high / 3.0,
            0.0,
            0.0,
            high,
            0.0,
            0.0,
            -high / 3.0,
            2.0 / root,
            0.0,
            -high / 3.0,
        ];
        for (got, expected) in features.values().iter().zip(expected) {
            assert!((got - expected).abs() < 1e-15, "{features:?}");
        }
        // Scales stay those of the first table; a gap that it did not have has no feature.
        let other = standardiser.apply(&Matrix::from_values(1, 2, vec![5.0, f64::NAN]));
        assert_eq!(other.row(0), [2.0 / root, 0.0, -high / 3.0]);
    }

    #[test]
    fn a_column_of_gaps_is_harmless() {
        let x = Matrix::from_values(2, 1, vec![f64::NAN, f64::NAN]);
        assert_eq!(Standardiser::new(&x).apply(&x).values(), [0.0; 4]);
    }
}
