//! The choice of a backend.

use super::args::{BackendName, EngineOptions};
use crate::cpu::Cpu;
use crate::error::{Error, Result};
use crate::gpu::{Gpu, GpuOptions, adapters};
use crate::op::Backend;

/// Opens the backend that the options ask for.
pub(super) fn open(options: &EngineOptions) -> Result<Box<dyn Backend>> {
    limit_threads(options.threads)?;
    match (options.backend, &options.adapter) {
        (BackendName::Cpu, Some(adapter)) => {
            Err(Error::Usage(format!("--adapter {adapter:?} names a GPU, but --backend cpu asks for the CPU")))
        }
        (BackendName::Cpu, None) => Ok(Box::new(Cpu::<f32>::new())),
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

fn gpu(adapter: Option<String>) -> Result<Box<dyn Backend>> {
    Ok(Box::new(Gpu::new(&GpuOptions { adapter, ..GpuOptions::default() })?))
}

/// A real GPU if one opens, else the CPU, which is faster than a software GPU.
fn best() -> Box<dyn Backend> {
    if adapters().iter().any(|adapter| !adapter.software) {
        match gpu(None) {
            Ok(gpu) => return gpu,
            Err(error) => eprintln!("the GPU cannot be used ({error}); going on with the CPU"),
        }
    }
    Box::new(Cpu::<f32>::new())
}
