//! Adam over a flat arena of parameters: mirror of `shaders/adam.wgsl`.

use super::Real;
use super::map::PIECE;
use super::vectorise::{Loop, vectorise};
use rayon::prelude::*;

/// The constants of the optimiser.
#[derive(Clone, Copy)]
pub(super) struct Constants {
    pub(super) beta1: f64,
    pub(super) beta2: f64,
    pub(super) epsilon: f64,
}

/// The optimiser at a step, in the precision of its numbers.
#[derive(Clone, Copy)]
pub(super) struct Adam<T> {
    rate: T,
    beta: [T; 2],
    rest: [T; 2],
    epsilon: T,
}

impl<T: Real> Adam<T> {
    /// With that bias-corrected learning rate.
    pub(super) fn new(rate: T, constants: Constants) -> Self {
        let beta = [constants.beta1, constants.beta2];
        let rest = beta.map(|beta| T::from_f64(1.0 - beta));
        Self { rate, beta: beta.map(T::from_f64), rest, epsilon: T::from_f64(constants.epsilon) }
    }

    /// A step of these parameters along their gradients.
    #[inline(always)]
    fn update((adam, w, dw, m, v): (&Self, &mut [T], &[T], &mut [T], &mut [T])) {
        for ((w, dw), (m, v)) in w.iter_mut().zip(dw).zip(m.iter_mut().zip(v)) {
            *m = adam.beta[0] * *m + adam.rest[0] * *dw;
            *v = adam.beta[1] * *v + adam.rest[1] * *dw * *dw;
            *w = *w - adam.rate * *m / (v.sqrt() + adam.epsilon);
        }
    }
}

/// [`Adam::update`], with the processor's vectors.
pub(super) struct Update;

impl<T: Real> Loop<(&Adam<T>, &mut [T], &[T], &mut [T], &mut [T])> for Update {
    #[inline(always)]
    fn run(operands: (&Adam<T>, &mut [T], &[T], &mut [T], &mut [T])) {
        Adam::update(operands);
    }
}

/// The learning rate of a step; the last one stays.
pub(super) fn rate<T: Real>(lr: &[T], step: u32) -> T {
    lr[(step as usize).min(lr.len() - 1)]
}

/// [`Op::Adam`](crate::op::Op::Adam) for one model.
pub(super) fn adam<T: Real>(
    w: &mut [T],
    dw: &[T],
    m: &mut [T],
    v: &mut [T],
    rate: T,
    constants: Constants,
) {
    let adam = Adam::new(rate, constants);
    let state = m.par_chunks_mut(PIECE).zip(v.par_chunks_mut(PIECE));
    w.par_chunks_mut(PIECE).zip(dw.par_chunks(PIECE)).zip(state).for_each(|((w, dw), (m, v))| {
        vectorise::<Update, _>((&adam, w, dw, m, v));
    });
}
