//! Nearly normal noise, keyed by seed, stream, step and model:
//! mirror of `shaders/normal_noise.wgsl`.

use super::Real;
use super::directions::entry;
use crate::op::Random;
use rayon::prelude::*;

/// [`Op::NormalNoise`](crate::op::Op::NormalNoise) for one model.
pub(super) fn normal_noise<T: Real>(out: &mut [T], random: Random, step: u32, model: u32) {
    const CHUNK: usize = 4096;
    let scale = T::from_f64(3f64.sqrt() / f64::from(1 << 17));
    out.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, out)| {
        let first = (chunk * CHUNK) as u32;
        for (number, value) in out.iter_mut().enumerate() {
            *value = T::from_f64(entry(first + number as u32, random, step, model)) * scale;
        }
    });
}
