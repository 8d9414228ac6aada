//! Random unit columns: twin of `shaders/directions.wgsl`.

use super::Real;
use crate::op::Random;
use crate::op::philox::{key, philox};

/// [`Op::Directions`](crate::op::Op::Directions) for one model: `out` has `columns` columns.
pub(super) fn directions<T: Real>(out: &mut [T], columns: usize, random: Random, step: u32, model: u32) {
    for (entry, value) in out.iter_mut().enumerate() {
        let mut sum = 0u32;
        for block in 0..2 {
            let counter = [2 * entry as u32 + block, step, random.stream, model];
            sum += philox(counter, key(random.seed)).iter().map(|word| (word & 0xffff) + (word >> 16)).sum::<u32>();
        }
        *value = T::from_f64(0.5 * (2.0 * f64::from(sum) - 16.0 * 65535.0));
    }
    for column in 0..columns {
        let length = out[column..].iter().step_by(columns).map(|v| *v * *v).sum::<T>().sqrt();
        if length > T::zero() {
            out[column..].iter_mut().step_by(columns).for_each(|v| *v = *v / length);
        }
    }
}
