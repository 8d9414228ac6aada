//! Sum of two gradients: mirror of `shaders/add.wgsl`.

use super::Real;
use super::map::update;

/// [`Op::Add`](crate::op::Op::Add) for one model.
pub(super) fn add<T: Real>(x: &[T], y: &mut [T]) {
    update(x, y, |y, x| y + x);
}
