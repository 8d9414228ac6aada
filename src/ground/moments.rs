//! Means, variances and covariances of encoded tables: all that the Fréchet distances need to know
//! of a table.

use crate::matrix::Matrix;
use nalgebra::DMatrix;

/// Rows whose deviations are held at once: of a million rows they would be two more tables.
const AT_ONCE: usize = 4096;

/// Mean and variance (divisor n - 1) of every column of a `rows x d` matrix.
///
/// Fewer than two rows have no variance: it is NaN, as is everything of a column with a NaN.
pub fn moments(values: &Matrix) -> (Vec<f64>, Vec<f64>) {
    let mean = means(values);
    let mut variance = vec![0.0; values.columns()];
    for row in 0..values.rows() {
        for ((sum, value), mean) in variance.iter_mut().zip(values.row(row)).zip(&mean) {
            *sum += (value - mean) * (value - mean);
        }
    }
    let divisor = values.rows() as f64 - 1.0;
    variance
        .iter_mut()
        .for_each(|sum| *sum = if divisor > 0.0 { *sum / divisor } else { f64::NAN });
    (mean, variance)
}

/// Mean (d) and covariance (`d x d`, divisor n - 1) of the columns of a `rows x d` matrix; NaN for
/// fewer than two rows.
pub fn covariance(values: &Matrix) -> (Vec<f64>, Matrix) {
    let (rows, d) = (values.rows(), values.columns());
    let mean = means(values);
    let mut products = DMatrix::zeros(d, d);
    for values in values.values().chunks((d * AT_ONCE).max(1)) {
        // Row-major rows are the columns of the transposed matrix, so nothing is moved.
        let mut centred = DMatrix::from_column_slice(d, values.len() / d, values);
        for mut patient in centred.column_iter_mut() {
            patient.iter_mut().zip(&mean).for_each(|(value, mean)| *value -= mean);
        }
        products += &centred * centred.transpose();
    }
    let divisor = rows as f64 - 1.0;
    let scale = if divisor > 0.0 { 1.0 / divisor } else { f64::NAN };
    (mean, Matrix::from_fn(d, d, |row, column| products[(row, column)] * scale))
}

/// Means of the columns of a matrix; NaN for no rows.
pub fn means(values: &Matrix) -> Vec<f64> {
    let mut mean = vec![0.0; values.columns()];
    for row in 0..values.rows() {
        mean.iter_mut().zip(values.row(row)).for_each(|(sum, value)| *sum += value);
    }
    mean.iter_mut().for_each(|sum| *sum /= values.rows() as f64);
    mean
}
