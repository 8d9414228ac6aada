//! Eigenvalues and factors of covariance matrices that may be singular: constant and duplicated
//! columns are ordinary in a clinical table.
//!
//! nalgebra's own eigenvalue iteration compares an off-diagonal element only with its two
//! neighbours and may circle for ever among the zeros of a rank-deficient matrix; the iteration
//! here compares with the whole matrix and is bounded.

use crate::matrix::Matrix;
use crate::moments::{covariance, means};
use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// Steps allowed per eigenvalue; two are usual.
const MOST_STEPS: usize = 60;

/// A factor F (`d x rank`) of a semi-definite S (`d x d`) with F Fᵀ = S: Cholesky with diagonal
/// pivoting, stopped at rounding level.
pub fn semidefinite_factor(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let d = matrix.nrows();
    let mut rest: Vec<f64> = matrix.diagonal().iter().copied().collect();
    let floor =
        rest.iter().fold(0.0_f64, |largest, &value| largest.max(value)) * d as f64 * f64::EPSILON;
    let mut factor = DMatrix::zeros(d, d);
    for rank in 0..d {
        let pivot = (0..d).max_by(|&a, &b| rest[a].total_cmp(&rest[b])).expect("d > rank");
        if rest[pivot] <= floor {
            return factor.columns(0, rank).into_owned();
        }
        let known = factor.columns(0, rank);
        let mut column = matrix.column(pivot) - known * known.row(pivot).transpose();
        column /= rest[pivot].sqrt();
        for (rest, value) in rest.iter_mut().zip(column.iter()) {
            *rest -= value * value;
        }
        rest[pivot] = 0.0;
        factor.set_column(rank, &column);
    }
    factor
}

/// The spectrum of the covariance of the columns of a table.
#[derive(Clone, Debug)]
pub struct Spectrum {
    /// Eigenvalues, unordered; those that are not among them are 0.
    pub values: DVector<f64>,
    /// Their eigenvectors, `d x k`, by columns; k is the smaller of rows and d at most.
    pub vectors: DMatrix<f64>,
}

impl Spectrum {
    /// The spectrum of the covariance (divisor n - 1) of a `rows x d` matrix of finite numbers.
    ///
    /// n rows have n - 1 eigenvalues above 0 at most.
    /// So with fewer rows than columns it is that of the n x n products of rows: for centred rows X
    /// with `X Xᵀ u = l u`, `Xᵀ u` is an eigenvector of `Xᵀ X` with the same eigenvalue.
    pub fn of_rows(rows: &Matrix) -> Self {
        let (n, d) = (rows.rows(), rows.columns());
        if n >= d || n < 2 {
            let matrix = covariance(rows).1;
            let (values, vectors) =
                symmetric_eigen(DMatrix::from_column_slice(d, d, matrix.values()));
            return Self { values, vectors };
        }
        let mean = means(rows);
        // Row-major rows are the columns of the transposed matrix.
        let mut turned = DMatrix::from_column_slice(d, n, rows.values());
        for mut row in turned.column_iter_mut() {
            row.iter_mut().zip(&mean).for_each(|(value, mean)| *value -= mean);
        }
        let (values, vectors) = symmetric_eigen(turned.transpose() * &turned);
        let floor = values.max() * d as f64 * f64::EPSILON;
        let kept: Vec<usize> = (0..n).filter(|&at| values[at] > floor).collect();
        let mut directions = turned * vectors.select_columns(&kept);
        for (mut direction, &at) in directions.column_iter_mut().zip(&kept) {
            direction /= values[at].sqrt();
        }
        let values = kept.iter().map(|&at| values[at] / (n as f64 - 1.0));
        Self { values: DVector::from_iterator(kept.len(), values), vectors: directions }
    }
}

/// Eigenvalues and eigenvectors (by columns) of a symmetric semi-definite matrix of finite numbers,
/// unordered.
///
/// For nalgebra's iteration the matrix is shifted by its trace, so that there are no zeros to
/// circle among; if it does not end within its steps, it is asked for less precision.
pub fn symmetric_eigen(mut matrix: DMatrix<f64>) -> (DVector<f64>, DMatrix<f64>) {
    let (size, shift) = (matrix.nrows(), matrix.trace());
    (0..size).for_each(|i| matrix[(i, i)] += shift);
    let within =
        |precision| SymmetricEigen::try_new(matrix.clone(), precision, MOST_STEPS * size.max(1));
    let found = [f64::EPSILON, 1e-14, 1e-12, 1e-9].into_iter().find_map(within);
    let SymmetricEigen { eigenvalues, eigenvectors } =
        found.expect("an iteration that need not be precise ends");
    (eigenvalues.add_scalar(-shift), eigenvectors)
}

/// Eigenvalues of a symmetric matrix of finite numbers, unordered; `None` if the iteration did not
/// converge.
pub fn symmetric_eigenvalues(matrix: DMatrix<f64>) -> Option<Vec<f64>> {
    if matrix.is_empty() {
        return Some(Vec::new());
    }
    let (diagonal, off_diagonal) = matrix.symmetric_tridiagonalize().unpack_tridiagonal();
    let mut off_diagonal: Vec<f64> = off_diagonal.iter().copied().collect();
    off_diagonal.push(0.0);
    tridiagonal_eigenvalues(diagonal.iter().copied().collect(), off_diagonal)
}

/// QL with implicit shifts on a tridiagonal matrix (EISPACK's `imtql1`); `off_diagonal` has a zero
/// at its end.
fn tridiagonal_eigenvalues(mut diagonal: Vec<f64>, mut off_diagonal: Vec<f64>) -> Option<Vec<f64>> {
    let norm = diagonal
        .iter()
        .zip(&off_diagonal)
        .fold(0.0_f64, |norm, (d, e)| norm.max(d.abs() + e.abs()));
    let negligible = f64::EPSILON * norm;
    for first in 0..diagonal.len() {
        let mut steps = 0;
        loop {
            let last = (first..diagonal.len() - 1)
                .find(|&k| off_diagonal[k].abs() <= negligible)
                .unwrap_or(diagonal.len() - 1);
            if last == first {
                break;
            }
            steps += 1;
            if steps > MOST_STEPS {
                return None;
            }
            ql_step(&mut diagonal, &mut off_diagonal, first, last);
        }
    }
    Some(diagonal)
}

/// One shifted QL sweep over the unreduced block `first..=last`.
fn ql_step(diagonal: &mut [f64], off_diagonal: &mut [f64], first: usize, last: usize) {
    let half_gap = (diagonal[first + 1] - diagonal[first]) / (2.0 * off_diagonal[first]);
    let radius = half_gap.hypot(1.0);
    let mut g = diagonal[last] - diagonal[first]
        + off_diagonal[first] / (half_gap + radius.copysign(half_gap));
    let (mut sine, mut cosine, mut shift) = (1.0, 1.0, 0.0);
    for k in (first..last).rev() {
        let f = sine * off_diagonal[k];
        let b = cosine * off_diagonal[k];
        let radius = (f * f + g * g).sqrt();
        off_diagonal[k + 1] = radius;
        if radius == 0.0 {
            diagonal[k + 1] -= shift;
            off_diagonal[last] = 0.0;
            return;
        }
        sine = f / radius;
        cosine = g / radius;
        let g_before = diagonal[k + 1] - shift;
        let turned = (diagonal[k] - g_before) * sine + 2.0 * cosine * b;
        shift = sine * turned;
        diagonal[k + 1] = g_before + shift;
        g = cosine * turned - b;
    }
    diagonal[first] -= shift;
    off_diagonal[first] = g;
    off_diagonal[last] = 0.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` of 90 columns, half of which repeat others, a few of which are constant.
    fn singular() -> DMatrix<f64> {
        let a = DMatrix::from_fn(60, 90, |row, column| match column {
            80.. => 0.0,
            _ => ((row * 31 + column % 40 * 17) % 23) as f64 - 11.0,
        });
        a.transpose() * a
    }

    #[test]
    fn eigenvectors_of_a_singular_matrix_give_it_back() {
        for matrix in [singular(), DMatrix::zeros(5, 5), DMatrix::from_element(30, 30, 2.0)] {
            let (values, vectors) = symmetric_eigen(matrix.clone());
            let back = &vectors * DMatrix::from_diagonal(&values) * vectors.transpose();
            let scale = matrix.trace().max(1.0);
            assert!((back - &matrix).amax() < 1e-12 * scale, "of {} columns", matrix.ncols());
            assert!(values.iter().all(|value| *value > -1e-12 * scale));
            let unit =
                vectors.transpose() * &vectors - DMatrix::identity(matrix.nrows(), matrix.nrows());
            assert!(unit.amax() < 1e-12);
        }
    }

    #[test]
    fn few_rows_give_the_spectrum_of_their_covariance() {
        // 12 rows of 40 columns, of which the last repeats the first; and one row twelve times.
        let wide = Matrix::from_fn(12, 40, |row, column| match column {
            39 => ((row * 31) % 23) as f64,
            _ => ((row * 31 + column * 17 + row * column) % 23) as f64,
        });
        let still = Matrix::from_fn(12, 40, |_, column| column as f64);
        for (rows, rank) in [(&wide, 11), (&still, 0)] {
            let Spectrum { values, vectors } = Spectrum::of_rows(rows);
            assert_eq!((values.len(), vectors.shape()), (rank, (40, rank)));
            let back = &vectors * DMatrix::from_diagonal(&values) * vectors.transpose();
            let expected = covariance(rows).1;
            let scale = (0..40).map(|at| expected[(at, at)]).sum::<f64>().max(1.0);
            for (row, column) in (0..40).flat_map(|row| (0..40).map(move |column| (row, column))) {
                let off = back[(row, column)] - expected[(row, column)];
                assert!(off.abs() < 1e-13 * scale, "{row} {column}: {off:e}");
            }
            let unit = vectors.transpose() * &vectors - DMatrix::identity(rank, rank);
            assert!(rank == 0 || unit.amax() < 1e-12, "{:e}", unit.amax());
        }
    }

    #[test]
    fn both_ways_to_eigenvalues_agree() {
        let mut alone = symmetric_eigenvalues(singular()).unwrap();
        let mut with_vectors: Vec<f64> = symmetric_eigen(singular()).0.iter().copied().collect();
        [&mut alone, &mut with_vectors]
            .into_iter()
            .for_each(|values| values.sort_by(f64::total_cmp));
        let scale = singular().trace();
        assert!(alone.iter().zip(&with_vectors).all(|(a, b)| (a - b).abs() < 1e-12 * scale));
    }
}
