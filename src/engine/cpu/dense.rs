//! Dense layers: mirror of `shaders/dense.wgsl`.

use super::Real;
use super::product::{Right, product, turned};
use super::strips::Columns;

/// [`Op::DenseForward`](crate::op::Op::DenseForward) for one model: `inputs` and `outputs` are the
/// features of x and y.
pub(super) fn forward<T: Real>(
    x: &[T],
    w: &[T],
    b: Option<&[T]>,
    y: &mut [T],
    [inputs, outputs]: [usize; 2],
) {
    let rows = x.len() / inputs;
    product(x, Right::Plain(w), y, [rows, inputs, outputs]);
    if let Some(b) = b {
        for y in y.chunks_exact_mut(outputs) {
            y.iter_mut().zip(b).for_each(|(y, b)| *y += *b);
        }
    }
}

/// [`Op::DenseBackwardInput`](crate::op::Op::DenseBackwardInput) for one model.
pub(super) fn backward_input<T: Real>(
    dy: &[T],
    w: &[T],
    dx: &mut [T],
    [inputs, outputs]: [usize; 2],
) {
    let rows = dy.len() / outputs;
    product(dy, Right::Turned(w), dx, [rows, outputs, inputs]);
}

/// [`Op::DenseBackwardWeight`](crate::op::Op::DenseBackwardWeight) for one model.
pub(super) fn backward_weight<T: Real>(
    x: &[T],
    dy: &[T],
    dw: &mut [T],
    db: Option<&mut [T]>,
    [inputs, outputs]: [usize; 2],
) {
    let rows = x.len() / inputs;
    store(x, dy, dw, [inputs, rows, outputs]);
    if let Some(db) = db {
        db.fill(T::zero());
        for dy in dy.chunks_exact(outputs) {
            db.iter_mut().zip(dy).for_each(|(db, dy)| *db += *dy);
        }
    }
}

/// `x^T x` of a matrix with `features` columns, for the covariance.
pub(super) fn gram<T: Real>(x: &[T], out: &mut [T], features: usize) {
    let rows = x.len() / features;
    store(x, x, out, [features, rows, features]);
}

/// `out = a^T b`.
fn store<T: Real>(a: &[T], b: &[T], out: &mut [T], shape: [usize; 3]) {
    let out = Columns::new(out, shape[2]);
    turned(a, b, shape, |row, tile| {
        for (r, values) in tile.values.chunks_exact(tile.pitch).enumerate() {
            // SAFETY: tiles do not overlap.
            let to = unsafe { out.row(row + r, tile.first, tile.first + tile.width) };
            to.copy_from_slice(&values[..tile.width]);
        }
    });
}
