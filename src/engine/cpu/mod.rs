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
//! `Cpu::fusing` runs fused kernels, whose second part works on columns that are still in the
//! level-2 cache.
//! `Cpu::new` runs Programs as they were recorded, which was measured to be faster
//! (`docs/performance.md`).

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
mod dense_norm_backward;
mod dense_norm_forward;
mod dense_update;
mod directions;
mod finite_check;
mod gather;
mod heads;
mod heads_gate;
mod interpreter;
mod leaky_relu;
mod logistic_loss;
mod map;
mod memory;
mod moments;
mod multiply_add;
mod noise;
mod normal_noise;
mod percentile_loss;
mod philox_lanes;
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
pub use product::Lanes;
pub use real::Real;

use crate::op::{self, Backend, Compiled, Op, Program, Tensor};
use ground::error::Result;
use interpreter::{Scratch, Task};
use memory::Memory;
use std::time::{Duration, Instant};

/// Memory and Programs of one run on the CPU.
pub struct Cpu<T: Real> {
    fusing: bool,
    memory: Memory<T>,
    programs: Vec<Vec<Task>>,
    scratch: Scratch<T>,
}

impl<T: Real> Cpu<T> {
    /// An empty backend; it works on rayon's current thread pool.
    pub fn new() -> Self {
        Self {
            fusing: false,
            memory: Memory::new(),
            programs: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// One that puts kernels of a Program together where it can, as the GPU does.
    /// It leaves the same bits, and on the processors at hand it is not faster.
    pub fn fusing() -> Self {
        Self { fusing: true, ..Self::new() }
    }
}

impl<T: Real> Default for Cpu<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Backend for Cpu<T> {
    fn describe(&self) -> String {
        let threads = rayon::current_num_threads();
        format!("CPU: {} thread{}, {}", threads, if threads == 1 { "" } else { "s" }, T::NAME)
    }

    fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
        self.memory.alloc(shape)
    }

    fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()> {
        assert_eq!(
            values.len(),
            tensor.models * tensor.len(),
            "values for a tensor of {:?}",
            tensor.shape()
        );
        for (model, values) in values.chunks_exact(tensor.len()).enumerate() {
            // SAFETY: `&mut self`: nothing else uses the memory, and one slice is alive at a time.
            let numbers = unsafe { self.memory.slice_mut(&tensor, model) };
            numbers
                .iter_mut()
                .zip(values)
                .for_each(|(number, value)| *number = T::from_f64(*value));
        }
        Ok(())
    }

    fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>> {
        let mut values = Vec::with_capacity(tensor.models * tensor.len());
        for model in 0..tensor.models {
            // SAFETY: `&mut self`: nothing writes.
            values.extend(
                unsafe { self.memory.slice(&tensor, model) }.iter().map(|number| number.widen()),
            );
        }
        Ok(values)
    }

    fn compile(&mut self, program: &Program) -> Result<Compiled> {
        let fused = if self.fusing { Some(op::fused(program)) } else { None };
        let tasks: Vec<Task> =
            fused.as_ref().unwrap_or(program).ops().iter().map(Task::of).collect();
        tasks.iter().for_each(|task| self.scratch.reserve(task));
        self.programs.push(tasks);
        Ok(Compiled(self.programs.len() - 1))
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.programs[program.0].iter().map(|task| vec![*task.op()]).collect()
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        let Self { memory, programs, scratch, .. } = self;
        // On a thread of the pool: from outside, every kernel would put this thread to sleep and
        // wake it again.
        rayon::scope(|_| {
            for (program, step) in runs {
                for task in &programs[program.0] {
                    interpreter::execute(task, *step, memory, scratch);
                }
            }
        });
        Ok(())
    }

    fn time_kernels(&mut self, program: Compiled, step: u32) -> Result<Option<Vec<Duration>>> {
        let Self { memory, programs, scratch, .. } = self;
        let time = |task| {
            let start = Instant::now();
            interpreter::execute(task, step, memory, scratch);
            start.elapsed()
        };
        Ok(Some(rayon::scope(|_| programs[program.0].iter().map(time).collect())))
    }
}
