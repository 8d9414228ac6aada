//! The CPU backend: the oracle of every test in f64, the engine of a user without a GPU in f32.
//!
//! Every kernel is a plain function over the slices of one model, in the file that has its shader's
//! name, generic over both precisions (`Real`).
//! Work is cut into pieces by shape alone, so results do not depend on the number of threads.
//! Where a cut does depend on the threads, as that of a fused layer's columns, every number is
//! computed in the same order wherever the cut falls.
//!
//! - `interpreter` maps an [`Op`] to its function.
//! - `memory` and `strips` hold the unsafe slices and say why they are sound.
//! - `product` is the matrix product.
//! - `batch_norm_blocks` holds the passes over 32 rows at a time that batch normalisation and the
//!   fused kernels share, so that both leave the same bits.
//! - `vectorise` compiles a loop for every instruction set, and says why such a loop must not be a
//!   closure.
//!
//! [`Cpu::single`] and [`Cpu::double`] run Programs as they were recorded, in f32 and in f64.
//! Fused kernels run, too, as mirrors of the GPU's: none is faster here (`docs/performance.md`).

mod adam;
mod add;
mod average;
mod batch_norm;
mod batch_norm_blocks;
mod batch_norm_loops;
mod copy;
mod covariance;
mod covariance_loss;
mod dense;
mod dense_update;
mod directions;
mod finish;
mod finite_check;
mod gather;
mod heads;
mod heads_gate;
mod interpreter;
mod leaky_relu;
mod logistic_loss;
mod map;
mod memory;
mod merging;
mod moments;
mod multiply_add;
mod noise;
mod norm_dense_backward;
mod norm_dense_forward;
mod normal_noise;
mod percentile_loss;
mod philox_lanes;
mod precision;
mod product;
mod real;
mod record;
mod sort_columns;
mod sorted_loss;
mod strips;
mod tanh;
mod typed_directions;
mod vectorise;

pub use gather::Permutation;

use crate::op::{Backend, Compiled, Op, Program, Tensor};
use ground::error::Result;
use precision::InPrecision;
use real::Real;
use std::time::Duration;

/// Memory and Programs of one run on the CPU, on rayon's current thread pool.
///
/// The type does not name its precision, so that this crate compiles all kernels once for each
/// precision.
/// If callers wrote `Cpu<f32>`, every crate and every test binary would compile its own copies.
pub struct Cpu(Box<dyn Backend + Send + Sync>);

impl Cpu {
    /// An empty backend that calculates in f32: for users.
    pub fn single() -> Self {
        Self(Box::new(InPrecision::<f32>::new()))
    }

    /// An empty backend that calculates in f64: the oracle.
    pub fn double() -> Self {
        Self(Box::new(InPrecision::<f64>::new()))
    }
}

impl Backend for Cpu {
    fn describe(&self) -> String {
        self.0.describe()
    }

    fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
        self.0.alloc(shape)
    }

    fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()> {
        self.0.write(tensor, values)
    }

    fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>> {
        self.0.read(tensor)
    }

    fn compile(&mut self, program: &Program) -> Result<Compiled> {
        self.0.compile(program)
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.0.launches(program)
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        self.0.replay(runs)
    }

    fn time_kernels(&mut self, program: Compiled, step: u32) -> Result<Option<Vec<Duration>>> {
        self.0.time_kernels(program, step)
    }
}
