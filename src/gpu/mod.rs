//! The GPU backend: the same Programs as the CPU's, as WGSL compute shaders through wgpu, in f32.
//!
//! `shader` lists the files and what they bind, `launch` turns an [`Op`](crate::op::Op) into one dispatch, `compile` a
//! [`Program`] into many, `replay` submits them. Everything is made when a Program is compiled; a replay makes no tensor, binding or pipeline.

mod adapter;
mod compile;
mod device;
mod group;
pub mod launch;
mod memory;
mod pipeline;
mod plan;
mod replay;
pub mod shader;
#[cfg(test)]
mod tests;
mod timing;

pub use adapter::{AdapterSummary, adapters};
pub use compile::dispatches;
pub use group::Group;

use crate::error::Result;
use crate::op::{Backend, Compiled, Op, Program, Tensor};
use compile::Dispatch;
use device::Device;
use memory::Memory;
use pipeline::Pipelines;
use replay::Replay;
use std::time::Duration;

/// Which GPU, and how carefully.
#[derive(Clone, Debug, Default)]
pub struct GpuOptions {
    /// Part of the adapter's name; none takes the best adapter that is no software.
    pub adapter: Option<String>,
    /// Checks of every index in the shaders and of every call, for tests.
    pub shader_checks: bool,
    /// Runs the kernels of a Program one by one as they were recorded, for tests and for comparisons: otherwise they are
    /// [fused](crate::op::fused).
    pub as_recorded: bool,
}

/// A GPU that runs Programs.
pub struct Gpu {
    summary: AdapterSummary,
    device: Device,
    memory: Memory,
    pipelines: Pipelines,
    programs: Vec<Vec<Dispatch>>,
    replay: Replay,
    as_recorded: bool,
}

impl Gpu {
    /// Opens the adapter. Errors when none fits, with a list of what there is.
    pub fn new(options: &GpuOptions) -> Result<Self> {
        let instance = adapter::instance(options.shader_checks);
        let (adapter, summary) = adapter::choose(&instance, options.adapter.as_deref())?;
        let device = Device::open(&adapter)?;
        let pipelines = Pipelines::new(&device, options.shader_checks);
        let replay = Replay::new(&device, &pipelines);
        device.check()?;
        Ok(Self {
            summary,
            device,
            memory: Memory::default(),
            pipelines,
            programs: Vec::new(),
            replay,
            as_recorded: options.as_recorded,
        })
    }

    /// The adapter that a part of a name, or no name, stands for, without opening it. Errors like [`Gpu::new`].
    pub fn find(name: Option<&str>) -> Result<AdapterSummary> {
        Ok(adapter::choose(&adapter::instance(false), name)?.1)
    }

    /// The adapter in use.
    pub fn adapter(&self) -> &AdapterSummary {
        &self.summary
    }
}

impl Backend for Gpu {
    fn describe(&self) -> String {
        format!("GPU: {}, f32", self.summary)
    }

    fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
        self.memory.alloc(&self.device, shape)
    }

    fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()> {
        self.memory.write(&self.device, &tensor, values)
    }

    fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>> {
        self.memory.read(&self.device, &tensor)
    }

    fn compile(&mut self, program: &Program) -> Result<Compiled> {
        let groups = compile::dispatches(program, self.as_recorded);
        let dispatches = compile::compile(&self.device, &self.memory, &mut self.pipelines, groups)?;
        self.programs.push(dispatches);
        Ok(Compiled(self.programs.len() - 1))
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.programs[program.0].iter().map(|dispatch| dispatch.ops.clone()).collect()
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        let runs: Vec<_> = runs.iter().map(|(compiled, step)| (self.programs[compiled.0].as_slice(), *step)).collect();
        self.replay.run(&self.device, &runs)
    }

    fn time_kernels(&mut self, program: Compiled, step: u32) -> Result<Option<Vec<Duration>>> {
        timing::time(&self.device, &self.replay, &self.programs[program.0], step)
    }
}
