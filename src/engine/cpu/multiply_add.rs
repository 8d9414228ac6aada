//! Nothing but multiplications and additions: mirror of `shaders/multiply_add.wgsl`.

use super::Real;
use super::map::PIECE;
use rayon::prelude::*;

/// Numbers that stay in registers through all rounds: enough of them to hide how long one
/// multiply-add takes, few enough for the sixteen registers of AVX2.
const HELD: usize = 96;

/// [`Op::MultiplyAdd`](crate::op::Op::MultiplyAdd) for one model.
pub(super) fn multiply_add<T: Real>(x: &[T], y: &mut [T], constants: [f64; 2], times: usize) {
    let [a, b] = constants.map(T::from_f64);
    let arch = pulp::Arch::new();
    y.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE)).for_each(|(y, x)| {
        arch.dispatch(
            #[inline(always)]
            || {
                y.copy_from_slice(x);
                let (held, rest) = y.as_chunks_mut::<HELD>();
                held.iter_mut().for_each(|held| *held = rounds(*held, a, b, times));
                rest.iter_mut().for_each(|number| [*number] = rounds([*number], a, b, times));
            },
        );
    });
}

/// The same rounds for some numbers at once.
#[inline(always)]
fn rounds<T: Real, const N: usize>(mut numbers: [T; N], a: T, b: T, times: usize) -> [T; N] {
    for _ in 0..times {
        numbers.iter_mut().for_each(|number| *number = number.mul_add(a, b));
    }
    numbers
}
