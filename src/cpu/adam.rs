//! Adam over a flat arena of parameters: twin of `shaders/adam.wgsl`.

use super::Real;
use super::map::PIECE;
use rayon::prelude::*;

/// The constants of the optimiser.
#[derive(Clone, Copy)]
pub(super) struct Constants {
    pub(super) beta1: f64,
    pub(super) beta2: f64,
    pub(super) epsilon: f64,
}

/// [`Op::Adam`](crate::op::Op::Adam) for one model.
pub(super) fn adam<T: Real>(
    w: &mut [T],
    dw: &[T],
    m: &mut [T],
    v: &mut [T],
    lr: &[T],
    step: u32,
    constants: Constants,
) {
    let rate = lr[(step as usize).min(lr.len() - 1)];
    let [beta1, beta2, epsilon] = [constants.beta1, constants.beta2, constants.epsilon].map(T::from_f64);
    let [rest1, rest2] = [1.0 - constants.beta1, 1.0 - constants.beta2].map(T::from_f64);
    let arch = pulp::Arch::new();
    let state = m.par_chunks_mut(PIECE).zip(v.par_chunks_mut(PIECE));
    w.par_chunks_mut(PIECE).zip(dw.par_chunks(PIECE)).zip(state).for_each(|((w, dw), (m, v))| {
        arch.dispatch(|| {
            for ((w, dw), (m, v)) in w.iter_mut().zip(dw).zip(m.iter_mut().zip(v)) {
                *m = beta1 * *m + rest1 * *dw;
                *v = beta2 * *v + rest2 * *dw * *dw;
                *w = *w - rate * *m / (v.sqrt() + epsilon);
            }
        });
    });
}
