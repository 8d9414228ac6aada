//! The choice of a backend.

use super::args::{BackendName, EngineOptions};
use engine::cpu::Cpu;
use engine::gpu::{Gpu, GpuOptions, Variants, adapters};
use engine::op::Backend;
use etcetera::BaseStrategy;
use ground::error::{Error, Result};
use std::path::PathBuf;

/// Names the folder of what is remembered between runs; empty: nothing is.
const CACHE_VARIABLE: &str = "MELLIZO_CACHE_DIR";

/// Opens the backend that the options ask for.
pub(super) fn open(options: &EngineOptions) -> Result<Box<dyn Backend>> {
    limit_threads(options.threads)?;
    again(options)
}

/// Opens another one, in a process whose threads are limited already.
pub(super) fn again(options: &EngineOptions) -> Result<Box<dyn Backend>> {
    match (options.backend, &options.adapter) {
        (BackendName::Cpu, Some(adapter)) => Err(Error::Usage(format!(
            "--adapter {adapter:?} names a GPU, but --backend cpu asks for the CPU"
        ))),
        (BackendName::Cpu, None) => Ok(Box::new(Cpu::single())),
        (BackendName::Auto, None) => Ok(best()),
        (BackendName::Gpu, adapter) | (BackendName::Auto, adapter) => gpu(adapter.clone()),
    }
}

/// `--threads`, for the whole process.
pub(super) fn limit_threads(threads: Option<u16>) -> Result<()> {
    let Some(threads) = threads else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
    pool.build_global().map_err(|e| Error::Device(format!("{threads} threads: {e}")))
}

/// A GPU with the quickest variants of its matrix products and sorts, which the user's cache folder
/// remembers.
pub(super) fn gpu(adapter: Option<String>) -> Result<Box<dyn Backend>> {
    gpu_with(GpuOptions { adapter, ..GpuOptions::default() })
}

/// The same with other options.
pub(super) fn gpu_with(options: GpuOptions) -> Result<Box<dyn Backend>> {
    Ok(Box::new(Gpu::with_variants(&options, Variants::Quickest(cache_folder()))?))
}

/// Where choices and compiled pipelines are kept: `MELLIZO_CACHE_DIR`, or `mellizo` in the cache
/// folder of the user; nowhere if the variable is empty or there is no such folder.
pub(super) fn cache_folder() -> Option<PathBuf> {
    match std::env::var_os(CACHE_VARIABLE) {
        Some(folder) => (!folder.is_empty()).then(|| folder.into()),
        None => Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("mellizo")),
    }
}

/// A real GPU if one opens, else the CPU, which is faster than a software GPU.
fn best() -> Box<dyn Backend> {
    if adapters().iter().any(|adapter| !adapter.software) {
        match gpu(None) {
            Ok(gpu) => return gpu,
            Err(error) => eprintln!("the GPU cannot be used ({error}); going on with the CPU"),
        }
    }
    Box::new(Cpu::single())
}
