//! Matrix products for the shapes of a training step.
//!
//! A library's product has to be called on whole matrices and packs both factors anew for every
//! one.
//! Here a thread owns a strip of columns for all rows: the left factor is read where it lies, and
//! the right one is packed once.
//! Every result is one chain of multiply-adds in the order of the inner dimension, so neither the
//! strips nor the threads can be seen in the bits.

mod microkernel;
mod pack;
mod tile;
mod vector;

pub use vector::Lanes;

use super::Real;
use super::strips::Columns;
use microkernel::Target;
use rayon::prelude::*;
use tile::{Left, Tile};
use vector::Registers;

/// The right factor, `k x n`.
#[derive(Clone, Copy)]
pub(super) enum Right<'a, T> {
    /// Row-major.
    Plain(&'a [T]),
    /// The transpose of a row-major `n x k` matrix.
    Turned(&'a [T]),
}

impl<T> Right<'_, T> {
    fn len(&self) -> usize {
        let (Self::Plain(b) | Self::Turned(b)) = self;
        b.len()
    }
}

/// Finished columns of a product, in the cache of the thread that holds them: row `r` begins at
/// `pitch r`.
pub(super) struct Strip<'a, T> {
    /// The first of the columns.
    pub first: usize,
    /// How many there are.
    pub width: usize,
    /// Numbers from one row to the next; behind the width lies anything.
    pub pitch: usize,
    /// All rows.
    pub values: &'a mut [T],
}

/// Most rows that a task of a product with a transposed left factor owns: a multiple of every
/// block's rows.
/// Under Miri, which interprets, small shapes are to have every cut of large ones.
const CHUNK: usize = if cfg!(miri) { 12 } else { 132 };

/// Fewest, unless there are no more.
const SHORT: usize = if cfg!(miri) { 6 } else { 48 };

/// Operations that are worth another thread's attention.
const SMALL: usize = if cfg!(miri) { 400 } else { 4_000_000 };

/// Rows of a product that is worth cutting along them.
const LONG: usize = if cfg!(miri) { 12 } else { 256 };

/// Vectors of a strip, chosen so that there are strips enough for several threads, and rows of a
/// register block with as many.
#[derive(Clone, Copy)]
struct Blocks {
    pitch: usize,
    vectors: usize,
    many: bool,
}

impl Blocks {
    /// For at least so many strips of that many columns, if they can be had.
    fn of<T: Real>(columns: usize, strips: usize) -> Self {
        let Registers { lanes, count } = Registers::of::<T>();
        let many = count >= 32;
        let widest = if many { 4 } else { 2 };
        let vectors = if columns > (strips - 1).max(1) * widest / strips.min(2) * lanes {
            widest
        } else if columns > strips.min(2) * lanes {
            2
        } else {
            1
        };
        Self { pitch: vectors * lanes, vectors, many }
    }
}

/// A product's tile with a register block that fits the processor: 24 or 12 vectors of results.
/// `$tile!(M, V)` is evaluated for one pair.
macro_rules! with_blocks {
    ($blocks:expr, $work:ident $arguments:tt) => {
        match ($blocks.vectors, $blocks.many) {
            (4, _) => $work::<T, 6, 4>$arguments,
            (2, true) => $work::<T, 12, 2>$arguments,
            (2, false) => $work::<T, 6, 2>$arguments,
            _ => $work::<T, 12, 1>$arguments,
        }
    };
}

/// `y = a b` with a row-major `m x k`, b `k x n`, y `m x n`.
pub(super) fn product<T: Real>(a: &[T], b: Right<T>, y: &mut [T], [m, k, n]: [usize; 3]) {
    assert!(a.len() == m * k && b.len() == k * n && y.len() == m * n);
    let blocks = Blocks::of::<T>(n, 8);
    let out = Columns::new(y, n);
    let strips = n.div_ceil(blocks.pitch);
    // Long and narrow products are cut along their rows, too; that packs a strip's panel more than
    // once.
    let rows = m.div_ceil((8 / strips).clamp(1, (m / LONG).max(1)));
    let task = |index: usize| {
        let (strip, part) = (index % strips, index / strips);
        let (row, rows) = (part * rows, rows.min(m - part * rows));
        let a = &a[row * k..(row + rows) * k];
        let columns = [strip * blocks.pitch, blocks.pitch.min(n - strip * blocks.pitch)];
        let sizes = [k, n];
        with_blocks!(blocks, store((a, b, sizes, columns, [row, rows], &out, blocks.pitch)));
    };
    each(strips * m.div_ceil(rows), task);
}

/// Calls `finish` with every tile of `a^T b`, for a `k x m` and b `k x n`: the row that a tile
/// begins with, and the tile.
pub(super) fn turned<T: Real>(
    a: &[T],
    b: &[T],
    [m, k, n]: [usize; 3],
    finish: impl Fn(usize, Strip<T>) + Send + Sync,
) {
    assert!(a.len() == m * k && b.len() == k * n);
    let blocks = Blocks::of::<T>(n, 1);
    // Every task packs its rows of the one factor and its columns of the other, so a small product
    // gets few tasks: chunks of rows first, and where there are not rows enough, shares of the
    // columns.
    let strips = n.div_ceil(blocks.pitch);
    let tasks = if 2 * m * k * n < SMALL { 1 } else { 2 };
    let (chunks, shares) = match m >= tasks * SHORT {
        true => (m.div_ceil(CHUNK).next_multiple_of(tasks), 1),
        false => (1, (2 * m * k * n / SMALL).clamp(1, strips)),
    };
    let chunk = m.div_ceil(chunks).next_multiple_of(6).min(m);
    let (chunks, share) = (m.div_ceil(chunk), strips.div_ceil(shares) * blocks.pitch);
    let task = |index: usize| {
        let (row, first) = (index % chunks * chunk, index / chunks * share);
        let (rows, columns) = ([row, chunk.min(m - row)], [first, share.min(n - first)]);
        with_blocks!(blocks, turn((a, b, [m, k, n], rows, columns, blocks.pitch, &finish)));
    };
    each(chunks * n.div_ceil(share), task);
}

fn each(tasks: usize, task: impl Fn(usize) + Send + Sync) {
    if tasks == 1 { task(0) } else { (0..tasks).into_par_iter().for_each(&task) }
}

type Place<'a, T> =
    (&'a [T], Right<'a, T>, [usize; 2], [usize; 2], [usize; 2], &'a Columns<'a, T>, usize);

/// A tile straight into the result, or by way of scratch where its last vectors stand over the
/// edge.
fn store<T: Real, const M: usize, const V: usize>(
    (a, right, sizes, columns, [row, rows], out, pitch): Place<T>,
) {
    let [first, width] = columns;
    let panel = tile::depth(sizes[0]) * pitch;
    let whole = width == pitch;
    T::with_scratch(panel + if whole { 0 } else { rows * pitch }, |scratch| {
        let (panel, values) = scratch.split_at_mut(panel);
        let target = match whole {
            true => Target { first: out.place(row, first), pitch: sizes[1] },
            false => Target { first: values.as_mut_ptr(), pitch },
        };
        let left = Left::Rows(a.as_ptr());
        pulp::Arch::new().dispatch(Tile::<T, M, V> {
            left,
            right,
            rows,
            sizes,
            columns,
            panel,
            out: target,
        });
        if !whole {
            for (r, values) in values.chunks_exact(pitch).enumerate() {
                // SAFETY: no other task has these rows of these columns.
                unsafe { out.row(row + r, first, first + width) }.copy_from_slice(&values[..width]);
            }
        }
    });
}

type Chunk<'a, T, F> = (&'a [T], &'a [T], [usize; 3], [usize; 2], [usize; 2], usize, &'a F);

fn turn<T: Real, const M: usize, const V: usize>(
    (a, b, [m, k, n], [row, rows], [start, width], pitch, finish): Chunk<
        T,
        impl Fn(usize, Strip<T>),
    >,
) {
    let (panel, packed) = (tile::depth(k) * pitch, rows.next_multiple_of(M) * k);
    let wide = width.next_multiple_of(pitch);
    T::with_scratch(packed + panel + rows * wide, |scratch| {
        let (packed, rest) = scratch.split_at_mut(packed);
        let (panel, values) = rest.split_at_mut(panel);
        pulp::Arch::new().dispatch(|| pack::left::<T, M>(a, m, [row, rows], packed));
        for first in (0..width).step_by(pitch) {
            let columns = [start + first, pitch.min(width - first)];
            let out = Target { first: values[first..].as_mut_ptr(), pitch: wide };
            let (left, right, sizes, panel) =
                (Left::Packed(packed.as_ptr()), Right::Plain(b), [k, n], &mut *panel);
            pulp::Arch::new().dispatch(Tile::<T, M, V> {
                left,
                right,
                rows,
                sizes,
                columns,
                panel,
                out,
            });
        }
        finish(row, Strip { first: start, width, pitch: wide, values });
    });
}

#[cfg(test)]
mod tests;
