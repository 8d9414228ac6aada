//! One task of a product: rows of the left factor times a strip of columns of the right one.

use super::microkernel::{Lines, Target, multiply};
use super::{Right, pack};
use crate::cpu::Real;
use pulp::{Simd, WithSimd};

/// Most of the inner dimension at a time: a panel of that depth stays in the level-2 cache.
/// Under Miri, which interprets, small shapes are to have every cut of large ones.
const DEPTH: usize = if cfg!(miri) { 16 } else { 640 };

/// Pieces of the inner dimension, and their length.
pub(super) fn depth(k: usize) -> usize {
    k.div_ceil(k.div_ceil(DEPTH).max(1)).max(1)
}

/// The left factor's rows of a task.
#[derive(Clone, Copy)]
pub(super) enum Left<T> {
    /// Row-major rows of k numbers, from this one on.
    Rows(*const T),
    /// As [`pack::left`] leaves them.
    Packed(*const T),
}

/// `rows` x a strip of columns.
pub(super) struct Tile<'a, T, const M: usize, const V: usize> {
    pub left: Left<T>,
    pub right: Right<'a, T>,
    pub rows: usize,
    /// Inner dimension and columns of the right factor.
    pub sizes: [usize; 2],
    /// First column of the strip and columns that are inside the matrix.
    pub columns: [usize; 2],
    pub panel: &'a mut [T],
    pub out: Target<T>,
}

impl<T: Real, const M: usize, const V: usize> WithSimd for Tile<'_, T, M, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let pitch = V * size_of::<T::Vector<S>>() / size_of::<T>();
        let k = self.sizes[0];
        let piece = depth(k);
        for start in (0..k).step_by(piece) {
            let end = k.min(start + piece);
            pack::right(self.right, self.sizes, start..end, self.columns, self.panel, pitch);
            let mut row = 0;
            // SAFETY: the constructor's caller promises rows, panel and out; each block lies below
            // `rows`.
            unsafe {
                while row + M <= self.rows {
                    self.block::<S, M>(simd, row, start, end);
                    row += M;
                }
                row = self.rest::<S, 8>(simd, row, start, end);
                row = self.rest::<S, 4>(simd, row, start, end);
                row = self.rest::<S, 2>(simd, row, start, end);
                self.rest::<S, 1>(simd, row, start, end);
            }
        }
    }
}

impl<T: Real, const M: usize, const V: usize> Tile<'_, T, M, V> {
    /// A block of N rows if there are so many, and the row behind it.
    #[inline(always)]
    unsafe fn rest<S: Simd, const N: usize>(
        &self,
        simd: S,
        row: usize,
        start: usize,
        end: usize,
    ) -> usize {
        if row + N > self.rows || N >= M {
            return row;
        }
        // SAFETY: the rows are inside.
        unsafe { self.block::<S, N>(simd, row, start, end) };
        row + N
    }

    #[inline(always)]
    unsafe fn block<S: Simd, const N: usize>(&self, simd: S, row: usize, start: usize, end: usize) {
        let k = self.sizes[0];
        // SAFETY: row + N <= rows and end <= k, and the left factor has so many.
        unsafe {
            let left = match self.left {
                Left::Rows(first) => Lines { first: first.add(row * k + start), row: k, depth: 1 },
                Left::Packed(first) => Lines {
                    first: first.add(row / M * M * k + row % M + start * M),
                    row: 1,
                    depth: M,
                },
            };
            let out =
                Target { first: self.out.first.add(row * self.out.pitch), pitch: self.out.pitch };
            multiply::<S, T, N, V>(
                simd,
                end - start,
                left,
                self.panel.as_ptr(),
                out,
                start > 0,
                T::zero(),
            );
        }
    }
}
