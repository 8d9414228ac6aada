//! The innermost loop of a product: a block of results that stays in registers while the inner
//! dimension passes by.

use super::Lanes;
use pulp::Simd;

/// Where the left factor of a block lies: number `k` of row `i` is `depth * k + row * i` numbers
/// behind `first`.
#[derive(Clone, Copy)]
pub(super) struct Lines<T> {
    pub first: *const T,
    pub row: usize,
    pub depth: usize,
}

/// Where results go: row `i` begins `pitch * i` numbers behind `first`.
#[derive(Clone, Copy)]
pub(super) struct Target<T> {
    pub first: *mut T,
    pub pitch: usize,
}

/// `out = left panel`, or `out += left panel` with `add`: M rows of V vectors.
/// The panel holds `depth` rows of V vectors behind each other.
/// Every result is one chain of multiply-adds in the order of the inner dimension, whatever M and V
/// are.
///
/// # Safety
/// `left` has M rows and `depth` numbers in each, `panel` has `depth` rows, `out` M rows of V
/// vectors that nobody else uses.
#[inline(always)]
pub(super) unsafe fn multiply<S: Simd, T: Lanes, const M: usize, const V: usize>(
    simd: S,
    depth: usize,
    left: Lines<T>,
    panel: *const T,
    out: Target<T>,
    add: bool,
    zero: T,
) {
    let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
    let mut results = [[T::splat(simd, zero); V]; M];
    // SAFETY: all places are inside what the caller promises; vectors are plain numbers without a
    // need for alignment here.
    unsafe {
        let place =
            |i: usize, j: usize| out.first.add(i * out.pitch + j * lanes).cast::<T::Vector<S>>();
        if add {
            for (i, row) in results.iter_mut().enumerate() {
                for (j, result) in row.iter_mut().enumerate() {
                    *result = place(i, j).read_unaligned();
                }
            }
        }
        for k in 0..depth {
            let mut right = [T::splat(simd, zero); V];
            for (j, vector) in right.iter_mut().enumerate() {
                *vector = panel.add((k * V + j) * lanes).cast::<T::Vector<S>>().read_unaligned();
            }
            for (i, row) in results.iter_mut().enumerate() {
                let x = T::splat(simd, *left.first.add(k * left.depth + i * left.row));
                for (result, vector) in row.iter_mut().zip(right) {
                    *result = T::multiply_add(simd, x, vector, *result);
                }
            }
        }
        for (i, row) in results.iter().enumerate() {
            for (j, result) in row.iter().enumerate() {
                place(i, j).write_unaligned(*result);
            }
        }
    }
}
