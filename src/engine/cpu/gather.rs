//! A batch of a shuffled table without moving the table: mirror of `shaders/gather.wgsl`.

use super::Real;
use crate::op::Random;
use crate::op::philox::{key, philox};

/// A permutation of `0..n` that is computed value by value: a Feistel network on the smallest even
/// number of bits that holds n, walked until it comes back below n (Black and Rogaway, "Ciphers
/// with arbitrary finite domains", CT-RSA 2002).
#[derive(Clone, Copy, Debug)]
pub struct Permutation {
    n: u32,
    half: u32,
    keys: [u32; 4],
}

impl Permutation {
    /// The permutation of an epoch. Panics when `n` is 0.
    pub fn new(n: usize, random: Random, epoch: u32, model: u32) -> Self {
        assert!(n > 0);
        let bits = usize::BITS - (n - 1).leading_zeros();
        Self {
            n: n as u32,
            half: bits.div_ceil(2).max(1),
            keys: philox([epoch, 0, random.stream, model], key(random.seed)),
        }
    }

    /// Where `index` goes.
    pub fn at(&self, index: u32) -> u32 {
        let mut value = index;
        loop {
            value = self.network(value);
            if value < self.n {
                return value;
            }
        }
    }

    fn network(&self, value: u32) -> u32 {
        let mask = (1 << self.half) - 1;
        let (mut left, mut right) = (value >> self.half, value & mask);
        for round in 0..8u32 {
            let round_key =
                self.keys[round as usize % 4].wrapping_add(round.wrapping_mul(0x9E37_79B9));
            (left, right) = (right, left ^ (mix(right ^ round_key) & mask));
        }
        left << self.half | right
    }
}

fn mix(value: u32) -> u32 {
    let mut h = value.wrapping_mul(0x85EB_CA6B);
    h ^= h >> 13;
    h = h.wrapping_mul(0xC2B2_AE35);
    h ^ h >> 16
}

/// [`Op::Gather`](crate::op::Op::Gather) for one model.
pub(super) fn gather<T: Real>(
    data: &[T],
    batch: &mut [T],
    features: usize,
    random: Random,
    step: u32,
    model: u32,
) {
    let (n, rows) = (data.len() / features, batch.len() / features);
    let batches = (n / rows) as u32;
    let permutation = Permutation::new(n, random, step / batches, model);
    let first = step % batches * rows as u32;
    for (row, out) in batch.chunks_exact_mut(features).enumerate() {
        let source = permutation.at(first + row as u32) as usize;
        out.copy_from_slice(&data[source * features..(source + 1) * features]);
    }
}
