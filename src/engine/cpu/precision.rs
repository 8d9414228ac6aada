//! The backend in one precision: it replays Programs as they were recorded.
//!
//! The fused kernels have mirrors, too, which leave the same bits, but on the processors at hand
//! they are not faster (`docs/performance.md`).

use super::Real;
use super::interpreter::{self, Scratch, Task};
use super::memory::Memory;
use crate::op::{Backend, Compiled, Op, Program, Tensor};
use ground::error::Result;
use std::time::{Duration, Instant};

/// Memory, Programs and scratch memory, all of one precision.
pub(super) struct InPrecision<T: Real> {
    memory: Memory<T>,
    programs: Vec<Vec<Task>>,
    scratch: Scratch<T>,
}

impl<T: Real> InPrecision<T> {
    /// Nothing in it.
    pub(super) fn new() -> Self {
        Self { memory: Memory::new(), programs: Vec::new(), scratch: Scratch::default() }
    }
}

impl<T: Real> Backend for InPrecision<T> {
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
        let tasks: Vec<Task> = program.ops().iter().map(Task::of).collect();
        tasks.iter().for_each(|task| self.scratch.reserve(task));
        self.programs.push(tasks);
        Ok(Compiled(self.programs.len() - 1))
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.programs[program.0].iter().map(|task| vec![*task.op()]).collect()
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        let Self { memory, programs, scratch } = self;
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
        let Self { memory, programs, scratch } = self;
        let time = |task| {
            let start = Instant::now();
            interpreter::execute(task, step, memory, scratch);
            start.elapsed()
        };
        Ok(Some(rayon::scope(|_| programs[program.0].iter().map(time).collect())))
    }
}
