//! The roof: how many multiplications and additions, and how many bytes, a machine handles in a
//! second with this crate's kernels.

use super::isolated::Isolated;
use engine::op::{Backend, Op, Program, Random, Tensor};
use ground::error::Result;
use serde::Serialize;
use std::time::Duration;

/// Numbers on each side of the copy: far more than the caches of most machines hold.
const COPIED: usize = 1 << 25;

/// Numbers for `multiply_add`: enough for every core of a large GPU.
const MULTIPLIED: usize = 1 << 22;

/// Most rounds of `multiply_add`, and the largest matrix.
const MOST: [usize; 2] = [1 << 14, 4096];

/// Numbers on each side of the smallest copy and of the largest one whose sides may lie in a cache.
const CACHED: [u32; 2] = [10, 22];

/// Work is made larger until a replay takes this share of the time for the roof.
const ENOUGH: f64 = 0.02;

/// What a machine can do at most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Roof {
    /// The larger of the two rates below, in GFLOP/s.
    pub gflops: f64,
    /// Bandwidth of a large copy, bytes read and written, in GB/s: out of cache.
    pub gbs: f64,
    /// The same of the fastest of smaller copies, each made again and again: in a cache.
    pub cache_gbs: f64,
    /// Bytes that this one reads and writes.
    pub cache_bytes: u64,
    /// GFLOP/s of a kernel that does nothing but multiply and add.
    pub multiply_add_gflops: f64,
    /// GFLOP/s of the fastest of some large matrix products.
    pub product_gflops: f64,
}

impl Roof {
    /// The least seconds of a kernel under this roof.
    pub(super) fn seconds(&self, flops: u64, bytes: u64) -> f64 {
        (flops as f64 / self.gflops).max(bytes as f64 / self.gbs) * 1e-9
    }
}

/// Measures the roof for about `time`.
pub(super) fn measure(backend: &mut dyn Backend, time: Duration) -> Result<Roof> {
    let copy = copy(backend)?;
    let gbs = copy.cost().bytes as f64 / fastest(backend, &copy, time / 4)? * 1e-9;
    let (cache_gbs, cache_bytes) = cached(backend, time / 4)?;
    let multiply_add_gflops = chains(backend, time)?;
    let product_gflops = products(backend, time)?;
    Ok(Roof {
        gflops: multiply_add_gflops.max(product_gflops),
        gbs,
        cache_gbs,
        cache_bytes,
        multiply_add_gflops,
        product_gflops,
    })
}

fn fastest(backend: &mut dyn Backend, op: &Op, time: Duration) -> Result<f64> {
    Isolated::new(backend, &[*op])?.fastest(backend, time)
}

/// The largest copy for which the backend has memory.
fn copy(backend: &mut dyn Backend) -> Result<Op> {
    let mut numbers = COPIED;
    loop {
        let sides = [0, 1].map(|_| backend.alloc([1, 1, numbers]));
        match sides {
            [Ok(x), Ok(y)] => return Ok(Op::Copy { x, y }),
            [Err(error), _] | [_, Err(error)] if numbers <= 1 << 18 => return Err(error),
            _ => numbers /= 2,
        }
    }
}

/// GB/s of the fastest of copies of many sizes, and its bytes.
fn cached(backend: &mut dyn Backend, time: Duration) -> Result<(f64, u64)> {
    let sizes: Vec<u32> = (CACHED[0]..=CACHED[1]).step_by(2).collect();
    let mut best = (0.0, 0);
    for power in &sizes {
        let [x, y] = [0, 1].map(|_| backend.alloc([1, 1, 1 << power]));
        let op = Op::Copy { x: x?, y: y? };
        let bytes = op.cost().bytes;
        let gbs = bytes as f64 / fastest(backend, &op, time / sizes.len() as u32)? * 1e-9;
        if gbs > best.0 {
            best = (gbs, bytes);
        }
    }
    Ok(best)
}

/// Noise and not zeros, which some devices multiply faster.
fn filled(backend: &mut dyn Backend, shape: [usize; 3]) -> Result<Tensor> {
    let out = backend.alloc(shape)?;
    let mut program = Program::new("noise");
    program.push(Op::Noise { out, random: Random { seed: 1, stream: 1 } });
    let compiled = backend.compile(&program)?;
    backend.replay(&[(compiled, 0)])?;
    Ok(out)
}

/// GFLOP/s of more and more rounds until they take long enough.
fn chains(backend: &mut dyn Backend, time: Duration) -> Result<f64> {
    let x = filled(backend, [1, 1, MULTIPLIED])?;
    let y = backend.alloc(x.shape())?;
    let mut times = 16;
    loop {
        let op = Op::MultiplyAdd { x, y, a: 0.75, b: 0.25, times };
        let seconds = Isolated::new(backend, &[op])?.once(backend)?;
        if times >= MOST[0] || seconds > ENOUGH * time.as_secs_f64() {
            return Ok(op.cost().flops as f64 / fastest(backend, &op, time / 4)? * 1e-9);
        }
        times *= 4;
    }
}

/// GFLOP/s of the best of larger and larger square matrices, until they take long enough.
fn products(backend: &mut dyn Backend, time: Duration) -> Result<f64> {
    let (mut side, mut best) = (256, 0.0f64);
    loop {
        let shape = [1, side, side];
        let (x, w, y) = (filled(backend, shape)?, filled(backend, shape)?, backend.alloc(shape)?);
        let op = Op::DenseForward { x, w, b: None, y };
        let seconds = fastest(backend, &op, time / 8)?;
        best = best.max(op.cost().flops as f64 / seconds * 1e-9);
        if side >= MOST[1] || seconds > ENOUGH * time.as_secs_f64() {
            return Ok(best);
        }
        side *= 2;
    }
}
