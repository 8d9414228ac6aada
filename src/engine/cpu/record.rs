//! Numbers of a step, kept for later: mirror of `shaders/record.wgsl`.

use super::Real;

/// [`Op::Record`](crate::op::Op::Record) for one model.
pub(super) fn record<T: Real>(x: &[T], history: &mut [T], period: usize, step: u32) {
    let row = step as usize / period % (history.len() / x.len());
    history[row * x.len()..(row + 1) * x.len()].copy_from_slice(x);
}
