//! The choice of a backend.

use super::watch::{Line, Watch};
use engine::cpu::Cpu;
use engine::gpu::{Api, Gpu, GpuOptions, Variants, adapters};
use engine::op::Backend;
use etcetera::BaseStrategy;
use ground::error::{Error, Result};
use std::path::PathBuf;

/// Names the folder of what is remembered between runs; empty: nothing is.
const CACHE_VARIABLE: &str = "MELLIZO_CACHE_DIR";

/// Where to compute.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Processor {
    /// The best GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// A GPU; an error if there is none.
    Gpu,
    /// The CPU.
    Cpu,
}

/// Which backend to open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackendChoice {
    /// The kind of processor.
    pub processor: Processor,
    /// Part of the name of the GPU; the only way to a software GPU.
    pub adapter: Option<String>,
}

impl BackendChoice {
    /// The CPU.
    pub fn cpu() -> Self {
        Self { processor: Processor::Cpu, adapter: None }
    }

    /// Opens the backend; `watch` is told when a GPU is there and cannot be used.
    ///
    /// Errors: [`Error::Usage`] for a GPU's name beside the CPU and for a `MELLIZO_API` that is no
    /// interface, [`Error::Device`] when no GPU fits.
    pub fn open(&self, watch: &mut dyn Watch) -> Result<Box<dyn Backend>> {
        if self.processor != Processor::Cpu {
            Api::wanted()?;
        }
        match (self.processor, &self.adapter) {
            (Processor::Cpu, Some(adapter)) => Err(Error::Usage(format!(
                "--adapter {adapter:?} names a GPU, but --backend cpu asks for the CPU"
            ))),
            (Processor::Cpu, None) => Ok(Box::new(Cpu::single())),
            (Processor::Auto, None) => Ok(best(watch)),
            (Processor::Gpu | Processor::Auto, adapter) => {
                gpu(GpuOptions { adapter: adapter.clone(), ..GpuOptions::default() })
            }
        }
    }
}

/// A GPU with the quickest variants of its matrix products and sorts, which the user's
/// [cache folder](cache_folder) remembers.
/// Every kernel is tested against the CPU in f64 when a Program first uses it on this GPU.
pub fn gpu(options: GpuOptions) -> Result<Box<dyn Backend>> {
    let options = GpuOptions { oracle: Some(|| Box::new(Cpu::double())), ..options };
    Ok(Box::new(Gpu::with_variants(&options, Variants::Quickest(cache_folder()))?))
}

/// Where choices and compiled pipelines are kept: `MELLIZO_CACHE_DIR`, or `mellizo` in the cache
/// folder of the user; nowhere if the variable is empty or there is no such folder.
pub fn cache_folder() -> Option<PathBuf> {
    match std::env::var_os(CACHE_VARIABLE) {
        Some(folder) => (!folder.is_empty()).then(|| folder.into()),
        None => Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("mellizo")),
    }
}

/// A real GPU if one opens, else the CPU, which is faster than a software GPU.
fn best(watch: &mut dyn Watch) -> Box<dyn Backend> {
    if adapters().iter().any(|adapter| !adapter.software) {
        match gpu(GpuOptions::default()) {
            Ok(gpu) => return gpu,
            Err(error) => watch.say(Line::Note(&format!(
                "the GPU cannot be used ({error}); going on with the CPU"
            ))),
        }
    }
    Box::new(Cpu::single())
}
