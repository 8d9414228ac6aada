//! Copy of a tensor: mirror of `shaders/copy.wgsl`.

use super::Real;

/// [`Op::Copy`](crate::op::Op::Copy) for one model.
pub(super) fn copy<T: Real>(x: &[T], y: &mut [T]) {
    y.copy_from_slice(x);
}
