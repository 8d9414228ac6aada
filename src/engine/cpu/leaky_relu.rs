//! Leaky ReLU: mirror of `shaders/leaky_relu.wgsl`.

use super::Real;
use super::map::{map, map2};

/// [`Op::LeakyReluForward`](crate::op::Op::LeakyReluForward) for one model.
pub(super) fn forward<T: Real>(x: &[T], y: &mut [T], slope: f64) {
    let slope = T::from_f64(slope);
    map(x, y, |x| if x > T::zero() { x } else { slope * x });
}

/// [`Op::LeakyReluBackward`](crate::op::Op::LeakyReluBackward) for one model.
pub(super) fn backward<T: Real>(x: &[T], dy: &[T], dx: &mut [T], slope: f64) {
    let slope = T::from_f64(slope);
    map2(x, dy, dx, |x, dy| if x > T::zero() { dy } else { slope * dy });
}
