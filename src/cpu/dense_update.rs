//! Weight gradients with Adam: twin of `shaders/dense_update.wgsl`, as the two kernels one after the other.

use super::adam::{self, Constants};
use super::{Real, dense};

/// The parameters of a layer with their moments.
pub(super) struct Parameters<'a, T> {
    pub(super) w: &'a mut [T],
    pub(super) m: &'a mut [T],
    pub(super) v: &'a mut [T],
}

/// [`Op::DenseUpdate`](crate::op::Op::DenseUpdate) for one model. `dw` is scratch as long as the parameters.
#[allow(clippy::too_many_arguments)] // the operation's own
pub(super) fn dense_update<T: Real>(
    [x, dy]: [&[T]; 2],
    dscale: Option<&[T]>,
    parameters: Parameters<T>,
    lr: &[T],
    dw: &mut [T],
    [inputs, outputs]: [usize; 2],
    step: u32,
    constants: Constants,
) {
    let (weights, rest) = dw.split_at_mut(inputs * outputs);
    match dscale {
        Some(dscale) => rest.copy_from_slice(dscale),
        None => debug_assert!(rest.is_empty() || rest.len() == outputs),
    }
    let db = if dscale.is_none() && !rest.is_empty() { Some(rest) } else { None };
    dense::backward_weight(x, dy, weights, db, [inputs, outputs]);
    adam::adam(parameters.w, dw, parameters.m, parameters.v, lr, step, constants);
}
