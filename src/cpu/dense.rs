//! Dense layers on a library's matrix product: twin of `shaders/dense.wgsl`.

use super::Real;
use rayon::prelude::*;

/// A row-major matrix or its transpose, as strides.
#[derive(Clone, Copy)]
struct View<'a, T> {
    values: &'a [T],
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> View<'a, T> {
    fn plain(values: &'a [T], columns: usize) -> Self {
        Self { values, row_stride: columns, column_stride: 1 }
    }

    fn transposed(values: &'a [T], columns: usize) -> Self {
        Self { values, row_stride: 1, column_stride: columns }
    }
}

struct Output<T>(*mut T);

// SAFETY: every task writes its own tile.
unsafe impl<T: Send> Sync for Output<T> {}

impl<T> Output<T> {
    fn tile(&self, at: usize) -> *mut T {
        self.0.wrapping_add(at)
    }
}

/// Into how many tiles a product is cut: small ones into a few, because every tile packs an operand anew, large ones into more, so that
/// many cores have work.
fn tiles(flops: usize) -> usize {
    const SMALL: usize = 2_000_000;
    const LARGE: usize = 35_000_000;
    (flops / SMALL).clamp(1, 2).max((flops / LARGE).min(32))
}

/// `y = a b` with a `m x k`, b `k x n`, y row-major: tiles along the longer side of y, the same for any number of threads.
fn product<T: Real>(a: View<T>, b: View<T>, y: &mut [T], [m, k, n]: [usize; 3]) {
    assert!(a.values.len() == m * k && b.values.len() == k * n && y.len() == m * n);
    let wide = n > m;
    let length = if wide { n } else { m };
    let tiles = tiles(2 * m * k * n);
    let tile = length.div_ceil(tiles).next_multiple_of(16);
    let out = Output(y.as_mut_ptr());
    let work = |index: usize| {
        let first = index * tile;
        let extent = tile.min(length - first);
        let (rows, columns, row, column) = if wide { (m, extent, 0, first) } else { (extent, n, first, 0) };
        // SAFETY: the tile `rows x columns` at (row, column) lies inside the m x n output and no other task has it; a and b are as long
        // as their shapes say, by the assertion above.
        unsafe {
            gemm::gemm(
                rows,
                columns,
                k,
                out.tile(row * n + column),
                1,
                n as isize,
                false,
                a.values.as_ptr().add(row * a.row_stride),
                a.column_stride as isize,
                a.row_stride as isize,
                b.values.as_ptr().add(column * b.column_stride),
                b.column_stride as isize,
                b.row_stride as isize,
                T::zero(),
                T::one(),
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    };
    let count = length.div_ceil(tile);
    if count == 1 { work(0) } else { (0..count).into_par_iter().for_each(work) }
}

/// [`Op::DenseForward`](crate::op::Op::DenseForward) for one model: `inputs` and `outputs` are the features of x and y.
pub(super) fn forward<T: Real>(x: &[T], w: &[T], b: Option<&[T]>, y: &mut [T], [inputs, outputs]: [usize; 2]) {
    let rows = x.len() / inputs;
    product(View::plain(x, inputs), View::plain(w, outputs), y, [rows, inputs, outputs]);
    if let Some(b) = b {
        for y in y.chunks_exact_mut(outputs) {
            y.iter_mut().zip(b).for_each(|(y, b)| *y += *b);
        }
    }
}

/// [`Op::DenseBackwardInput`](crate::op::Op::DenseBackwardInput) for one model.
pub(super) fn backward_input<T: Real>(dy: &[T], w: &[T], dx: &mut [T], [inputs, outputs]: [usize; 2]) {
    let rows = dy.len() / outputs;
    product(View::plain(dy, outputs), View::transposed(w, outputs), dx, [rows, outputs, inputs]);
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
    product(View::transposed(x, inputs), View::plain(dy, outputs), dw, [inputs, rows, outputs]);
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
    product(View::transposed(x, features), View::plain(x, features), out, [features, rows, features]);
}
