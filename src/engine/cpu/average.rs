//! A step towards newer numbers: mirror of `shaders/average.wgsl`.

use super::Real;
use super::map::update;

/// [`Op::Average`](crate::op::Op::Average) for one model at the rate of a step.
pub(super) fn average<T: Real>(x: &[T], y: &mut [T], rate: T) {
    let rest = T::one() - rate;
    update(x, y, |y, x| rate * x + rest * y);
}
