//! Hyperbolic tangent: mirror of `shaders/tanh.wgsl`.

use super::Real;
use super::map::{map, map2};

/// [`Op::TanhForward`](crate::op::Op::TanhForward) for one model.
pub(super) fn forward<T: Real>(x: &[T], y: &mut [T]) {
    map(x, y, T::tanh);
}

/// [`Op::TanhBackward`](crate::op::Op::TanhBackward) for one model.
pub(super) fn backward<T: Real>(y: &[T], dy: &[T], dx: &mut [T]) {
    map2(y, dy, dx, |y, dy| dy * (T::one() - y * y));
}
