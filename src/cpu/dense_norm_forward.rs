//! A dense layer fused with its batch normalisation: twin of `shaders/dense_norm_forward.wgsl`, as the two kernels one after the other.

use super::batch_norm::{self, Constants, Running};
use super::{Real, dense};

/// Scratch numbers of a pass.
pub(super) fn scratch_len(rows: usize, features: usize, groups: usize) -> usize {
    batch_norm::scratch_len(rows, features, groups)
}

/// What a training pass of a layer writes.
pub(super) struct Layer<'a, T> {
    pub(super) running: &'a mut [T],
    pub(super) dense: &'a mut [T],
    pub(super) statistics: &'a mut [T],
    pub(super) y: &'a mut [T],
}

/// [`Op::DenseNormForward`](crate::op::Op::DenseNormForward) for one model.
pub(super) fn dense_norm_forward<T: Real>(
    x: &[T],
    w: &[T],
    scale: &[T],
    out: Layer<T>,
    scratch: &mut [T],
    constants: Constants,
) {
    let features = scale.len() / 2;
    dense::forward(x, w, None, out.dense, [w.len() / features, features]);
    let (mean, var) = out.running.split_at_mut(features);
    let (gamma, beta) = scale.split_at(features);
    batch_norm::forward(out.dense, [gamma, beta], Running { mean, var }, out.statistics, out.y, scratch, constants);
}
