//! A backend that counts for another one: bytes allocated, time spent on compiling.

use engine::op::{Backend, Compiled, Op, Program, Tensor};
use ground::error::Result;
use std::time::{Duration, Instant};

/// The backend that does the work, unchanged.
pub(super) struct Meter<'a> {
    inner: &'a mut dyn Backend,
    /// Bytes of all tensors, in f32.
    pub(super) bytes: u64,
    /// Time in [`Backend::compile`].
    pub(super) compiling: Duration,
}

impl<'a> Meter<'a> {
    pub(super) fn new(inner: &'a mut dyn Backend) -> Self {
        Self { inner, bytes: 0, compiling: Duration::ZERO }
    }
}

impl Backend for Meter<'_> {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
        let tensor = self.inner.alloc(shape)?;
        self.bytes += 4 * (tensor.models * tensor.len()) as u64;
        Ok(tensor)
    }

    fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()> {
        self.inner.write(tensor, values)
    }

    fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>> {
        self.inner.read(tensor)
    }

    fn compile(&mut self, program: &Program) -> Result<Compiled> {
        let start = Instant::now();
        let compiled = self.inner.compile(program);
        self.compiling += start.elapsed();
        compiled
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.inner.launches(program)
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        self.inner.replay(runs)
    }

    fn variants(&self, program: Compiled) -> Vec<Option<&'static str>> {
        self.inner.variants(program)
    }

    fn refused(&self) -> Vec<String> {
        self.inner.refused()
    }

    fn workgroups(&self, program: Compiled) -> Vec<usize> {
        self.inner.workgroups(program)
    }

    fn time_kernels(&mut self, program: Compiled, step: u32) -> Result<Option<Vec<Duration>>> {
        self.inner.time_kernels(program, step)
    }
}
