//! Random unit columns: mirror of `shaders/directions.wgsl`.

use super::Real;
use crate::op::Random;
use crate::op::philox::{key, philox};

/// The sum of the sixteen 16-bit integers of an entry about their mean: below 2^20, so exact in
/// either precision.
pub(super) fn entry(entry: u32, random: Random, step: u32, model: u32) -> f64 {
    let halves = |block: u32| {
        let words = philox([2 * entry + block, step, random.stream, model], key(random.seed));
        words.iter().map(|word| (word & 0xffff) + (word >> 16)).sum::<u32>()
    };
    f64::from(halves(0) + halves(1)) - 8.0 * 65535.0
}

/// [`Op::Directions`](crate::op::Op::Directions) for one model: `out` has `columns` columns.
pub(super) fn directions<T: Real>(
    out: &mut [T],
    columns: usize,
    random: Random,
    step: u32,
    model: u32,
) {
    for (number, value) in out.iter_mut().enumerate() {
        *value = T::from_f64(entry(number as u32, random, step, model));
    }
    for column in 0..columns {
        let length = out[column..].iter().step_by(columns).map(|v| *v * *v).sum::<T>().sqrt();
        if length > T::zero() {
            out[column..].iter_mut().step_by(columns).for_each(|v| *v = *v / length);
        }
    }
}
