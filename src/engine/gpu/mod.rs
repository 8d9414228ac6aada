//! The GPU backend: the same Programs as the CPU's, as WGSL compute shaders through wgpu, in f32.
//!
//! From a Program to the device:
//!
//! - `shader` lists the files and what they bind;
//! - `launch` turns an [`Op`] into one dispatch: operands in order, uniform, grid;
//! - `plan` says kernel by kernel which sizes these are;
//! - `group` puts neighbouring, independent launches into one dispatch with a table of uniforms;
//! - `choice` says which kernels and launches a Program becomes on this device;
//! - `binding` says which bytes of which buffer each variable of a dispatch is bound to;
//! - `compile` turns a [`Program`] into many dispatches, `pipeline` caches their pipelines;
//! - `replay` submits many steps at a time, with the step number as a dynamic offset.
//!
//! Everything is made when a Program is compiled; a replay makes no tensor, binding or pipeline.
//!
//! `variant` lists the ways to multiply matrices and to sort columns, all with the same bits, and
//! `tune` finds the quickest; `choice` asks both for a Program's plan and for each kernel's variant.
//! `predict` says what a plan would ask of a device that is not there.
//! `stopwatch` times what competes by the device's clock, `timing` every kernel of a step.
//! `selftest` looks whether a device computes what it should before a kernel is trusted.
//!
//! Only the default limits of WebGPU are assumed; larger buffers are asked for where the adapter
//! has them.
//! The shaders' own checks are off in normal runs and on in one run of the tests.
//! A software adapter is used only by name: the CPU backend is about 20 times faster.

mod adapter;
mod binding;
mod choice;
mod compile;
mod device;
mod group;
pub mod launch;
mod long;
mod memory;
#[cfg(test)]
mod on_gpu;
mod pipeline;
mod plan;
pub mod predict;
mod replay;
mod selftest;
pub mod shader;
mod stopwatch;
mod timing;
mod tune;
pub mod variant;

pub use adapter::{API_VARIABLE, AdapterSummary, Api, adapters, why_none};
pub use binding::{Binding, bindings};
pub use compile::dispatches;
pub use group::Group;
pub use selftest::{Oracle, Tested};

use crate::op::{Backend, Compiled, Op, Program, Tensor};
use compile::Dispatch;
use device::Device;
use ground::error::Result;
use memory::Memory;
use pipeline::Pipelines;
use replay::Replay;
use selftest::SelfTest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tune::{Key, Store, Tuner};

/// The version of wgpu that this version of the crate is locked to.
pub const WGPU_VERSION: &str = "30.0.1";

/// Time for measuring variants on real hardware, where a kernel takes microseconds.
const BUDGET: Duration = Duration::from_millis(250);

/// The same on a software GPU, where it takes up to a tenth of a second, and compiling it as long
/// again.
const SOFTWARE_BUDGET: Duration = Duration::from_secs(10);

/// Which GPU, and how carefully.
#[derive(Clone, Debug, Default)]
pub struct GpuOptions {
    /// Part of the adapter's name; none takes the best adapter that is no software.
    pub adapter: Option<String>,
    /// Checks of every index in the shaders and of every call, for tests.
    pub shader_checks: bool,
    /// Runs the kernels of a Program one by one as they were recorded, for tests and for
    /// comparisons: otherwise they are [fused](crate::op::fused).
    pub as_recorded: bool,
    /// Fuses them on a software GPU, too, where [`Variants::Quickest`] would not.
    pub always_fused: bool,
    /// What kernels are tested against before [`Variants::Quickest`] trusts them; none: they are
    /// trusted.
    pub oracle: Option<Oracle>,
}

/// How the variant of each matrix product and of each sort is chosen.
/// All variants give the same bits (sorts: of numbers; NaN may lie elsewhere).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Variants {
    /// The one that computes everything.
    #[default]
    Reference,
    /// This one wherever it can be used.
    Only(&'static str),
    /// The quickest, measured when a Program is compiled; choices and the driver's compiled
    /// pipelines are kept in the folder.
    Quickest(Option<PathBuf>),
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
    always_fused: bool,
    variants: Variants,
    tuner: Tuner,
    selftest: SelfTest,
    store: Option<Store>,
}

impl Gpu {
    /// Opens the adapter, with the reference of every kernel that has variants.
    /// Errors when none fits, with a list of what there is.
    pub fn new(options: &GpuOptions) -> Result<Self> {
        Self::with_variants(options, Variants::Reference)
    }

    /// Opens the adapter. Errors when none fits, with a list of what there is.
    pub fn with_variants(options: &GpuOptions, variants: Variants) -> Result<Self> {
        let instance = adapter::instance(options.shader_checks);
        let (adapter, summary) = adapter::choose(&instance, options.adapter.as_deref())?;
        let device = Device::open(&adapter)?;
        let store = match &variants {
            Variants::Quickest(Some(folder)) => {
                Some(Store::new(folder, Key::of(&adapter.get_info())))
            }
            _ => None,
        };
        let remembered =
            store.as_ref().and_then(|store| device.pipeline_cache(store.pipelines().as_deref()));
        let pipelines = Pipelines::new(&device, options.shader_checks, remembered);
        let replay = Replay::new(&device, &pipelines);
        device.check()?;
        let budget = if summary.software { SOFTWARE_BUDGET } else { BUDGET };
        Ok(Self {
            always_fused: options.always_fused,
            // A software GPU has no gaps between launches to save, and its quickest products are
            // not those of the fused kernels.
            as_recorded: options.as_recorded
                || (!options.always_fused
                    && summary.software
                    && matches!(variants, Variants::Quickest(_))),
            tuner: Tuner::new(store.clone(), budget),
            selftest: SelfTest::new(
                options.oracle.filter(|_| matches!(variants, Variants::Quickest(_))),
                store.clone(),
            ),
            summary,
            device,
            memory: Memory::default(),
            pipelines,
            programs: Vec::new(),
            replay,
            variants,
            store,
        })
    }

    /// The adapter that a part of a name, or no name, stands for, without opening it.
    /// Errors like [`Gpu::new`].
    pub fn find(name: Option<&str>) -> Result<AdapterSummary> {
        Ok(adapter::choose(&adapter::instance(false), name)?.1)
    }

    /// The adapter in use.
    pub fn adapter(&self) -> &AdapterSummary {
        &self.summary
    }

    /// The largest buffer that a shader can be given, in bytes.
    pub fn largest_buffer(&self) -> u64 {
        self.device.largest_buffer()
    }

    /// Destroys the device, as a driver does that is reset; for tests.
    #[doc(hidden)]
    pub fn lose(&self) {
        self.device.device.destroy();
    }

    /// Hands the driver's compiled pipelines to the next process, if there are new ones.
    fn keep_pipelines(&self, known: usize) {
        let Some((store, cache)) = self.store.as_ref().zip(self.pipelines.remembered.as_ref())
        else {
            return;
        };
        if let Some(data) = cache.get_data().filter(|_| self.pipelines.count() > known) {
            store.keep_pipelines(&data);
        }
    }
}

/// Every adapter of this machine, and for how many products and sorts each variant was chosen, as a
/// folder remembers it.
pub fn remembered(folder: Option<&Path>) -> Vec<(AdapterSummary, BTreeMap<String, usize>)> {
    let counted = |info: &wgpu::AdapterInfo| {
        let mut counts = BTreeMap::new();
        for variant in folder
            .map(|folder| Store::new(folder, Key::of(info)).choices())
            .unwrap_or_default()
            .into_iter()
            .filter(|(key, _)| !selftest::is_verdict(key) && !tune::is_plan(key))
            .map(|(_, variant)| variant)
        {
            *counts.entry(variant).or_default() += 1;
        }
        counts
    };
    let found = adapter::reached(&adapter::instance(false)).into_iter();
    found.map(|(adapter, summary)| (summary, counted(&adapter.get_info()))).collect()
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
        let known = self.pipelines.count();
        let dispatches = self.chosen_plan(program)?;
        self.programs.push(dispatches);
        self.keep_pipelines(known);
        Ok(Compiled(self.programs.len() - 1))
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.programs[program.0].iter().map(|dispatch| dispatch.ops.clone()).collect()
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        let runs: Vec<_> = runs
            .iter()
            .map(|(compiled, step)| (self.programs[compiled.0].as_slice(), *step))
            .collect();
        self.replay.run(&self.device, &runs)
    }

    fn variants(&self, program: Compiled) -> Vec<Option<&'static str>> {
        self.programs[program.0].iter().map(|dispatch| dispatch.variant).collect()
    }

    fn refused(&self) -> Vec<String> {
        let long = self.replay.long.said().collect();
        [self.selftest.faults(), self.tuner.refused.clone(), long].concat()
    }

    fn workgroups(&self, program: Compiled) -> Vec<usize> {
        let count = |dispatch: &Dispatch| dispatch.grid.iter().map(|n| *n as usize).product();
        self.programs[program.0].iter().map(count).collect()
    }

    fn warnings(&self) -> Vec<String> {
        let name = &self.summary.name;
        let faults = self.selftest.faults().into_iter().map(|fault| {
            format!(
                "{name} or its driver computes wrongly ({fault}); another kernel is used instead"
            )
        });
        let long = self.replay.long.said().map(|long| format!("{name}: {long}"));
        faults.chain(long).collect()
    }

    fn time_kernels(&mut self, program: Compiled, step: u32) -> Result<Option<Vec<Duration>>> {
        timing::time(&self.device, &self.replay, &self.programs[program.0], step)
    }
}
