//! Random directions of four kinds: mirror of `shaders/typed_directions.wgsl`.

use super::Real;
use super::philox_lanes::{LANES, philox_lanes};
use super::product::{Right, product};
use super::vectorise::{Loop, vectorise};
use crate::op::philox::{key, philox};
use crate::op::{Random, Sets};
use rayon::prelude::*;
use std::ops::Range;

/// Directions of a task: cut by shape alone.
const TOGETHER: usize = 16;

/// What the random bits are keyed by, and the columns of a direction.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) random: Random,
    pub(super) step: u32,
    pub(super) model: u32,
    pub(super) width: usize,
}

impl At {
    /// The counter of the first Philox block of a direction.
    fn first(self, direction: usize) -> u32 {
        (direction * (self.width + 1)) as u32
    }

    /// The four words of a block.
    fn words(self, block: u32) -> [u32; 4] {
        philox([block, self.step, self.random.stream, self.model], key(self.random.seed))
    }

    /// Nearly normal integers from a block each, one block behind the other.
    fn nearly_normal<T: Real>(self, first: u32, out: &mut [T]) {
        vectorise::<NearlyNormal, _>((self, first, out));
    }
}

/// [`Op::TypedDirections`](crate::op::Op::TypedDirections) for one model.
/// `drawn` holds the normal numbers of the principal directions.
pub(super) fn typed_directions<T: Real>(
    factor: &[T],
    blocks: &[T],
    out: &mut [T],
    drawn: &mut [T],
    sets: Sets,
    at: At,
) {
    let width = at.width;
    let rank = factor.len() / width;
    let [dense, principal, pairs, masks] = sets.ranges();
    if !principal.is_empty() {
        drawn.par_chunks_mut(TOGETHER * rank).enumerate().for_each(|(task, drawn)| {
            for (i, drawn) in drawn.chunks_exact_mut(rank).enumerate() {
                at.nearly_normal(at.first(principal.start + task * TOGETHER + i), drawn);
            }
        });
        let rows = &mut out[principal.start * width..principal.end * width];
        product(drawn, Right::Plain(factor), rows, [sets.principal, rank, width]);
    }
    out.par_chunks_mut(TOGETHER * width).enumerate().for_each(|(task, rows)| {
        for (i, row) in rows.chunks_exact_mut(width).enumerate() {
            let direction = task * TOGETHER + i;
            if dense.contains(&direction) {
                at.nearly_normal(at.first(direction), row);
            } else if pairs.contains(&direction) {
                pair(blocks, row, direction, at);
            } else if masks.contains(&direction) {
                mask(blocks, row, direction, at);
            }
            to_unit_length(row);
        }
    });
}

/// Normal numbers in the columns of two different blocks.
fn pair<T: Real>(blocks: &[T], row: &mut [T], direction: usize, at: At) {
    let first = at.first(direction);
    let words = at.words(first + at.width as u32);
    let count = blocks.len() as u64 / 5;
    let below = |word: u32, count: u64| ((u64::from(word) * count) >> 32) as usize;
    let one = below(words[0], count);
    let other = below(words[1], count - 1);
    row.fill(T::zero());
    for block in [one, other + usize::from(other >= one)] {
        let columns = columns(&blocks[5 * block..5 * block + 5]);
        at.nearly_normal(first + columns.start as u32, &mut row[columns]);
    }
}

/// Positive numbers in the last column of every block that has missing cells.
fn mask<T: Real>(blocks: &[T], row: &mut [T], direction: usize, at: At) {
    row.fill(T::zero());
    for block in blocks.chunks_exact(5).filter(|block| block[4] > T::zero()) {
        let column = columns(block).end - 1;
        let word = at.words(at.first(direction) + column as u32)[0];
        row[column] = T::from_f64(f64::from((word >> 8) + 1));
    }
}

/// The columns of a block of the table.
fn columns<T: Real>(block: &[T]) -> Range<usize> {
    let first = block[1].widen() as usize;
    first..first + block[2].widen() as usize
}

fn to_unit_length<T: Real>(row: &mut [T]) {
    let length = row.iter().map(|v| *v * *v).sum::<T>().sqrt();
    if length > T::zero() {
        row.iter_mut().for_each(|v| *v = *v / length);
    }
}

struct NearlyNormal;

impl<T: Real> Loop<(At, u32, &mut [T])> for NearlyNormal {
    #[inline(always)]
    fn run((at, first, out): (At, u32, &mut [T])) {
        for (chunk, out) in out.chunks_mut(LANES).enumerate() {
            let first = first.wrapping_add((chunk * LANES) as u32);
            let words =
                philox_lanes(first, [at.step, at.random.stream, at.model], key(at.random.seed));
            let mut sums = [0u32; LANES];
            for words in words {
                for (sum, word) in sums.iter_mut().zip(words) {
                    let pairs = (word & 0x00ff_00ff) + ((word >> 8) & 0x00ff_00ff);
                    *sum += (pairs & 0xffff) + (pairs >> 16);
                }
            }
            out.iter_mut()
                .zip(sums)
                .for_each(|(out, sum)| *out = T::from_f64(f64::from(2 * sum as i32 - 4080)));
        }
    }
}
