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
            let real = percentiles(&real.column(column).collect::<Vec<_>>(), levels);
            let synthetic = percentiles(&synthetic.column(column).collect::<Vec<_>>(), levels);
            let squares: f64 = real
                .iter()
                .zip(&synthetic)
                .map(|(real, synthetic)| (real - synthetic).powi(2))
                .sum();
            squares / levels.len() as f64
        })
        .collect()
}
