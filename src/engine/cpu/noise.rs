//! Uniform noise, keyed by seed, stream, step and model: mirror of `shaders/noise.wgsl`.

use super::Real;
use crate::op::Random;
use crate::op::philox::{key, philox};
use rayon::prelude::*;

/// [`Op::Noise`](crate::op::Op::Noise) for one model.
pub(super) fn noise<T: Real>(out: &mut [T], random: Random, step: u32, model: u32) {
    const CHUNK: usize = 4096;
    let scale = T::from_f64(1.0 / f64::from(1 << 23));
    out.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, out)| {
        let first = (chunk * CHUNK / 4) as u32;
        for (block, out) in out.chunks_mut(4).enumerate() {
            let words =
                philox([first + block as u32, step, random.stream, model], key(random.seed));
            for (value, word) in out.iter_mut().zip(words) {
                *value = T::from_f64(f64::from(word >> 8)) * scale - T::one();
            }
        }
    });
}
