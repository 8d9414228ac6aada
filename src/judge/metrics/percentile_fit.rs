//! The paper's own measure of fit: how far the percentiles of every synthetic column are from those
//! of the real one.

use crate::metrics::percentiles::percentiles;
use ground::matrix::Matrix;

/// The mean over `levels` (percent) of the squared difference of percentiles: one value per column
/// of two encoded matrices of `d` columns.
///
/// A missing cell counts as the value that encodes it, as in the paper.
/// Panics when the numbers of columns differ.
pub fn percentile_fit(real: &Matrix, synthetic: &Matrix, levels: &[f64]) -> Vec<f64> {
    assert_eq!(
        real.columns(),
        synthetic.columns(),
        "percentile fit of {} real and {} synthetic columns",
        real.columns(),
        synthetic.columns()
    );
    (0..real.columns())
        .map(|column| {
            let cells = |of: &Matrix| of.column(column).collect::<Vec<_>>();
            percentile_difference(&cells(real), &cells(synthetic), levels)
        })
        .collect()
}

/// The mean over `levels` (percent) of the squared difference of percentiles of one column; NaN
/// without values or levels, and where a value is NaN.
pub fn percentile_difference(real: &[f64], synthetic: &[f64], levels: &[f64]) -> f64 {
    let [real, synthetic] = [real, synthetic].map(|values| percentiles(values, levels));
    let squares = real.iter().zip(&synthetic).map(|(real, other)| (real - other).powi(2));
    squares.sum::<f64>() / levels.len() as f64
}
