//! Eigenvalues and factors of covariance matrices that may be singular: constant and duplicated columns are ordinary in a clinical table.
//!
//! nalgebra's own eigenvalue iteration compares an off-diagonal element only with its two neighbours and may circle for ever among
//! the zeros of a rank-deficient matrix; the iteration here compares with the whole matrix and is bounded.

use nalgebra::DMatrix;

/// Steps allowed per eigenvalue; two are usual.
const MOST_STEPS: usize = 60;

/// A factor F (`d x rank`) of a semi-definite S (`d x d`) with F Fᵀ = S: Cholesky with diagonal pivoting, stopped at rounding level.
pub fn semidefinite_factor(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let d = matrix.nrows();
    let mut rest: Vec<f64> = matrix.diagonal().iter().copied().collect();
    let floor = rest.iter().fold(0.0_f64, |largest, &value| largest.max(value)) * d as f64 * f64::EPSILON;
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

/// Eigenvalues of a symmetric matrix of finite numbers, unordered; `None` if the iteration did not converge.
pub fn symmetric_eigenvalues(matrix: DMatrix<f64>) -> Option<Vec<f64>> {
    if matrix.is_empty() {
        return Some(Vec::new());
    }
    let (diagonal, off_diagonal) = matrix.symmetric_tridiagonalize().unpack_tridiagonal();
    let mut off_diagonal: Vec<f64> = off_diagonal.iter().copied().collect();
    off_diagonal.push(0.0);
    tridiagonal_eigenvalues(diagonal.iter().copied().collect(), off_diagonal)
}

/// QL with implicit shifts on a tridiagonal matrix (EISPACK's `imtql1`); `off_diagonal` has a zero at its end.
fn tridiagonal_eigenvalues(mut diagonal: Vec<f64>, mut off_diagonal: Vec<f64>) -> Option<Vec<f64>> {
    let norm = diagonal.iter().zip(&off_diagonal).fold(0.0_f64, |norm, (d, e)| norm.max(d.abs() + e.abs()));
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
    let mut g = diagonal[last] - diagonal[first] + off_diagonal[first] / (half_gap + radius.copysign(half_gap));
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
