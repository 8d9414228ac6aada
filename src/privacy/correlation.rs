//! The nearest correlation matrix to a symmetric one that is not quite one.

use ground::spectrum::symmetric_eigen;
use nalgebra::DMatrix;

/// Least eigenvalue of the result, before its diagonal is brought back to 1.
const LEAST: f64 = 1e-3;

/// Rounds of the projections; the copula calls this in each of its own.
const ROUNDS: usize = 5;

/// The correlation matrix (`d x d`, positive definite) nearest to a symmetric matrix of finite
/// numbers in the Frobenius norm, up to a few rounds.
///
/// Dykstra's alternating projections onto semi-definite matrices and onto those with a diagonal of
/// ones (Higham 2002).
/// To clip eigenvalues and rescale once is no projection: of a correlation of .97 it leaves .76.
pub fn nearest(mut matrix: DMatrix<f64>) -> DMatrix<f64> {
    let mut correction = DMatrix::zeros(matrix.nrows(), matrix.ncols());
    matrix.fill_diagonal(1.0);
    for _ in 0..ROUNDS {
        if is_definite(&matrix) {
            return matrix;
        }
        let free = &matrix - &correction;
        matrix = definite(&free);
        correction = &matrix - free;
        matrix.fill_diagonal(1.0);
    }
    if is_definite(&matrix) { matrix } else { with_unit_diagonal(definite(&matrix)) }
}

/// Whether every eigenvalue is at least [`LEAST`].
fn is_definite(matrix: &DMatrix<f64>) -> bool {
    let mut shifted = matrix.clone();
    (0..matrix.nrows()).for_each(|i| shifted[(i, i)] -= LEAST);
    shifted.cholesky().is_some()
}

/// With eigenvalues of at least [`LEAST`].
fn definite(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    mapped(matrix, |value| value.max(LEAST))
}

/// A symmetric matrix with other eigenvalues.
pub(crate) fn mapped(matrix: &DMatrix<f64>, map: impl Fn(f64) -> f64) -> DMatrix<f64> {
    let (values, vectors) = eigen(matrix);
    let mut scaled = vectors.clone();
    scaled.column_iter_mut().zip(values).for_each(|(mut vector, value)| vector *= map(value));
    scaled * vectors.transpose()
}

/// Eigenvalues and eigenvectors of a symmetric matrix, which may be indefinite.
pub(crate) fn eigen(matrix: &DMatrix<f64>) -> (Vec<f64>, DMatrix<f64>) {
    // The iteration wants a semi-definite matrix; no eigenvalue is below minus the norm.
    let shift = matrix.norm();
    let mut shifted = (matrix + matrix.transpose()) * 0.5;
    (0..matrix.nrows()).for_each(|i| shifted[(i, i)] += shift);
    let (values, vectors) = symmetric_eigen(shifted);
    (values.iter().map(|value| value - shift).collect(), vectors)
}

fn with_unit_diagonal(matrix: DMatrix<f64>) -> DMatrix<f64> {
    let sd: Vec<f64> = matrix.diagonal().iter().map(|variance| variance.sqrt()).collect();
    DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[(i, j)] / (sd[i] * sd[j]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_is_that_of_the_literature() {
        let nearest = nearest(DMatrix::from_row_slice(3, 3, &[1., 1., 0., 1., 1., 1., 0., 1., 1.]));
        // Higham 2002, section 4; five rounds and eigenvalues of at least .001 cost a thousandth.
        let expected = [1.0, 0.7607, 0.1573, 0.7607, 1.0, 0.7607, 0.1573, 0.7607, 1.0];
        for (found, expected) in nearest.iter().zip(expected) {
            assert!((found - expected).abs() < 1.5e-3, "{found} is not {expected}");
        }
    }

    #[test]
    fn the_result_is_definite_with_ones_on_its_diagonal() {
        for size in [1, 2, 7, 40] {
            let wild = DMatrix::from_fn(size, size, |i, j| ((i * j) as f64 * 7.7).sin() * 1.5);
            let nearest = nearest(wild);
            assert!((0..size).all(|i| (nearest[(i, i)] - 1.0).abs() < 1e-12));
            assert!((&nearest - nearest.transpose()).amax() < 1e-12);
            assert!(nearest.cholesky().is_some(), "of size {size}");
        }
    }

    #[test]
    fn a_correlation_matrix_stays_what_it_is() {
        let good = DMatrix::from_row_slice(2, 2, &[1.0, 0.97, 0.97, 1.0]);
        assert_eq!(nearest(good.clone()), good);
    }
}
