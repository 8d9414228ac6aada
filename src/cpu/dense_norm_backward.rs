//! The gradient of a dense layer's input fused with that of the normalisation in front of it: twin of `shaders/dense_norm_backward.wgsl`, as
//! the two kernels one after the other.

use super::batch_norm::{self, Saved};
use super::{Real, dense};

/// Scratch numbers of a pass: the gradient between the two kernels, too.
pub(super) fn scratch_len(rows: usize, features: usize, groups: usize) -> usize {
    rows * features + batch_norm::scratch_len(rows, features, groups)
}

/// What the forward pass of this layer kept.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a, T> {
    pub(super) dense: &'a [T],
    pub(super) scale: &'a [T],
    pub(super) statistics: &'a [T],
}

/// [`Op::DenseNormBackward`](crate::op::Op::DenseNormBackward) for one model.
pub(super) fn dense_norm_backward<T: Real>(
    [dy, w]: [&[T]; 2],
    kept: Kept<T>,
    dx: &mut [T],
    dscale: &mut [T],
    scratch: &mut [T],
    groups: usize,
    slope: f64,
) {
    let features = kept.scale.len() / 2;
    let (between, scratch) = scratch.split_at_mut(dx.len());
    dense::backward_input(dy, w, between, [features, w.len() / features]);
    let (gamma, beta) = kept.scale.split_at(features);
    let saved = Saved { x: kept.dense, gamma, beta, statistics: kept.statistics };
    let (dgamma, dbeta) = dscale.split_at_mut(features);
    batch_norm::backward(saved, between, dx, [dgamma, dbeta], scratch, groups, slope);
}
