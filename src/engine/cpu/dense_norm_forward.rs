//! A dense layer fused with its batch normalisation: mirror of `shaders/dense_norm_forward.wgsl`.
//!
//! A thread owns some features for all rows, so that it finds the statistics of finished columns in
//! its own cache.
//! It works on them row by row, in runs that the processor reads and writes ahead of itself.

use super::Real;
use super::batch_norm_blocks::{
    BLOCK, Constants, Scale, keep, merge, moments, normalise, scratch_len,
};
use super::product::{Right, Strip, strips};
use super::strips::Columns;
use super::vectorise::{Loop, vectorise};

/// What a training pass of a layer writes.
pub(super) struct Layer<'a, T> {
    pub(super) running: &'a mut [T],
    pub(super) dense: &'a mut [T],
    pub(super) statistics: &'a mut [T],
    pub(super) y: &'a mut [T],
}

/// [`Layer`], shared out by columns.
struct Shared<'a, T> {
    running: Columns<'a, T>,
    dense: Columns<'a, T>,
    statistics: Columns<'a, T>,
    y: Columns<'a, T>,
}

/// [`Op::DenseNormForward`](crate::op::Op::DenseNormForward) for one model.
pub(super) fn dense_norm_forward<T: Real>(
    x: &[T],
    w: &[T],
    scale: &[T],
    out: Layer<T>,
    constants: Constants,
) {
    let features = scale.len() / 2;
    let inputs = w.len() / features;
    let rows = x.len() / inputs;
    let out = Shared {
        running: Columns::new(out.running, features),
        dense: Columns::new(out.dense, features),
        statistics: Columns::new(out.statistics, features),
        y: Columns::new(out.y, features),
    };
    let spare = |width| scratch_len(rows / constants.groups, width, 1);
    strips(x, Right::Plain(w), [rows, inputs, features], spare, |strip| {
        for group in 0..constants.groups {
            vectorise::<Pass, _>((&mut *strip, group, scale, &out, constants));
        }
    });
}

/// The pass of a group of rows through the normalisation.
#[inline(always)]
fn pass<T: Real>(
    (strip, group, scale, out, constants): (&mut Strip<T>, usize, &[T], &Shared<T>, Constants),
) {
    let Strip { first, width, pitch, .. } = *strip;
    let last = first + width;
    let rows = strip.values.len() / pitch / constants.groups;
    let values = &strip.values[group * rows * pitch..][..rows * pitch];
    let blocks = &mut strip.spare[..scratch_len(rows, width, 1)];
    let origin = &values[..width];
    for (x, block) in values.chunks(BLOCK * pitch).zip(blocks.chunks_exact_mut(2 * width)) {
        moments((x.chunks_exact(pitch).map(|x| &x[..width]), origin, block));
    }
    // SAFETY: no other strip has these columns.
    let [mean, rstd] =
        [0, 1].map(|row| unsafe { out.statistics.row(2 * group + row, first, last) });
    merge(blocks, rows, origin, mean, rstd);
    // SAFETY: as above.
    keep([mean, rstd], [0, 1].map(|row| unsafe { out.running.row(row, first, last) }), constants);
    let (gamma, beta) = scale.split_at(scale.len() / 2);
    let scale = Scale { mean, rstd, gamma: &gamma[first..last], beta: &beta[first..last] };
    let lines = values.chunks_exact(pitch).enumerate().map(|(row, x)| {
        // SAFETY: as above.
        let [dense, y] = [&out.dense, &out.y]
            .map(|matrix| unsafe { matrix.row(group * rows + row, first, last) });
        dense.copy_from_slice(&x[..width]);
        (y, &x[..width])
    });
    normalise((lines, scale, T::from_f64(constants.slope)));
}

/// [`pass`], with the processor's vectors.
struct Pass;

impl<'a, 'b, T: Real> Loop<(&mut Strip<'a, T>, usize, &[T], &Shared<'b, T>, Constants)> for Pass {
    #[inline(always)]
    fn run(operands: (&mut Strip<'a, T>, usize, &[T], &Shared<'b, T>, Constants)) {
        pass(operands);
    }
}
