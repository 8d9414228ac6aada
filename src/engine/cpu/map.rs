//! Passes over whole tensors, number by number, in parallel pieces that do not depend on the number
//! of threads.

use super::Real;
use rayon::prelude::*;

/// Numbers of a piece.
pub(super) const PIECE: usize = 16_384;

/// `out = f(x)`.
pub(super) fn map<T: Real>(x: &[T], out: &mut [T], f: impl Fn(T) -> T + Sync) {
    out.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE)).for_each(|(out, x)| {
        out.iter_mut().zip(x).for_each(|(out, x)| *out = f(*x));
    });
}

/// `out = f(x, y)`.
pub(super) fn map2<T: Real>(x: &[T], y: &[T], out: &mut [T], f: impl Fn(T, T) -> T + Sync) {
    out.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE).zip(y.par_chunks(PIECE))).for_each(
        |(out, (x, y))| {
            out.iter_mut().zip(x.iter().zip(y)).for_each(|(out, (x, y))| *out = f(*x, *y));
        },
    );
}

/// `out = f(out, x)`.
pub(super) fn update<T: Real>(x: &[T], out: &mut [T], f: impl Fn(T, T) -> T + Sync) {
    out.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE)).for_each(|(out, x)| {
        out.iter_mut().zip(x).for_each(|(out, x)| *out = f(*out, *x));
    });
}
