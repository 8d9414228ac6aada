//! How long one workgroup of a kernel is busy, from its loops.
//!
//! Instructions of a loop are those of AMD's compiler for GFX1100 with 32 threads a wave, all of
//! them, counted in the assembly of each kernel; 256 threads are two waves for each of the four
//! schedulers of a multiprocessor, so an instruction costs two cycles.

use crate::op::Op;

/// Cycles that an instruction of 256 threads costs 128 lanes.
const EACH: f64 = 2.0;

/// The loops of a workgroup.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Serial {
    /// Steps of the longest loop.
    pub(super) steps: usize,
    /// Instructions of a step.
    step: usize,
    /// Instructions before, behind and around it.
    around: usize,
}

impl Serial {
    /// Issue cycles of a workgroup.
    pub(super) fn cycles(&self) -> f64 {
        EACH * (self.steps * self.step + self.around) as f64
    }
}

fn product(inner: usize, depth: usize, step: usize) -> Serial {
    Serial { steps: inner.div_ceil(depth), step, around: 0 }
}

/// Rows of the inner dimension that a workgroup of a sliced product takes at a time, and the
/// instructions of that.
fn stretch(tile: usize, [large, middle, small]: [usize; 3]) -> (usize, usize) {
    match tile {
        64 => (16, large),
        32 => (32, middle),
        _ => (64, small),
    }
}

/// Putting together the tiles of all features of the inner dimension, 256 at a time.
fn merging(inner: usize, rows: usize, tile: usize, each: usize) -> usize {
    if tile == 0 { 0 } else { inner.div_ceil(256) * (60 + each * rows.div_ceil(tile)) }
}

/// The loops of a kernel's workgroup.
pub(super) fn serial(op: &Op) -> Serial {
    match *op {
        Op::NormDenseForward { x, rows, before, tile, .. } => {
            let (depth, step) = stretch(tile, [392, 242, 164]);
            let around = 350 + merging(x.features, rows, before, 30);
            Serial { around, ..product(x.features, depth, step) }
        }
        Op::NormDenseBackward { dy, rows, after, tile, .. } => {
            let (depth, step) = stretch(tile, [386, 234, 158]);
            let around = 390 + merging(dy.features, rows, after, 22);
            Serial { around, ..product(dy.features, depth, step) }
        }
        Op::DenseUpdate { rows, groups, after, tile, .. } => {
            let parts = if after == 0 { 0 } else { rows.div_ceil(after) };
            let (depth, step) = stretch(tile, [414, 262, 189]);
            let around = 450 + groups * (60 + 18 * parts);
            Serial { steps: groups * rows.div_ceil(depth), step, around }
        }
        Op::SlicedCovariance { x, tile, .. } => {
            let (depth, step) = stretch(tile, [414, 262, 189]);
            Serial { around: 250, ..product(x.rows, depth, step) }
        }
        Op::DenseForward { x, .. } => product(x.features, 16, 468),
        Op::DenseBackwardInput { dy, .. } => product(dy.features, 16, 433),
        Op::DenseBackwardWeight { x, .. } => product(x.rows, 16, 595),
        Op::Covariance { x, .. } => product(x.rows, 16, 520),
        Op::BatchNormForward { x, groups, .. } | Op::BatchNormBackward { x, groups, .. } => {
            let rows = x.rows / groups;
            Serial { steps: 3 * rows.div_ceil(16) * groups, step: 30, around: 0 }
        }
        Op::SortColumns { x, groups, .. } => sorting(x.rows / groups),
        _ => Serial { steps: 4, step: 50, around: 0 },
    }
}

/// A bitonic network over the next power of two, all of a workgroup's threads at a time.
fn sorting(rows: usize) -> Serial {
    let bits = rows.next_power_of_two().trailing_zeros() as usize;
    let turns = rows.next_power_of_two().div_ceil(512);
    Serial { steps: bits * (bits + 1) / 2, step: 160 * turns, around: 0 }
}
