//! The backends and adapters of one call.

use crate::cli::args::{BenchBackend, BenchOptions};
use engine::cpu::Cpu;
use engine::gpu::{AdapterSummary, Gpu, GpuOptions, WGPU_VERSION, adapters};
use engine::op::Backend;
use ground::error::{Error, Result};
use std::time::{Duration, Instant};

/// What can be opened and measured.
pub(super) struct Machine {
    /// `cpu` or `gpu`.
    pub(super) backend: &'static str,
    /// The GPU, or the processor and its threads.
    pub(super) adapter: String,
    /// The GPU's driver, if it tells it.
    pub(super) driver: Option<String>,
    gpu: Option<String>,
}

/// The machines that the options name.
/// Errors when there is none, or when a named adapter does not exist.
pub(super) fn chosen(options: &BenchOptions) -> Result<Vec<Machine>> {
    let mut machines = match (options.backend, &options.adapter[..]) {
        (BenchBackend::Cpu, []) => return Ok(vec![cpu()]),
        (BenchBackend::Cpu, [adapter, ..]) => {
            return Err(Error::Usage(format!(
                "--adapter {adapter:?} names a GPU, but --backend cpu asks for the CPU"
            )));
        }
        (BenchBackend::All, _) => [cpu()].into_iter().chain(hardware()).collect(),
        (BenchBackend::Auto, []) => return Ok(vec![named(None).unwrap_or_else(|_| cpu())]),
        (BenchBackend::Gpu, []) => vec![named(None)?],
        (BenchBackend::Auto | BenchBackend::Gpu, _) => Vec::new(),
    };
    for name in &options.adapter {
        let machine = named(Some(name))?;
        if machines.iter().all(|known| known.gpu != machine.gpu) {
            machines.push(machine);
        }
    }
    Ok(machines)
}

/// The CPU with all threads of the pool.
fn cpu() -> Machine {
    let threads = rayon::current_num_threads();
    let plural = if threads == 1 { "" } else { "s" };
    let adapter = format!("{}, {threads} thread{plural}", processor());
    Machine { backend: "cpu", adapter, driver: None, gpu: None }
}

/// The processor's name, as far as the system tells it.
fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = told
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|line| line.split_once(':'));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

/// Every GPU of real hardware, the best first.
fn hardware() -> Vec<Machine> {
    let mut found: Vec<_> = adapters().into_iter().filter(|adapter| !adapter.software).collect();
    found.sort_by_key(|adapter| {
        ["discrete", "integrated"].iter().position(|kind| *kind == adapter.kind).unwrap_or(2)
    });
    let mut machines: Vec<Machine> = Vec::new();
    for machine in found.into_iter().map(gpu) {
        if machines.iter().all(|known| known.adapter != machine.adapter) {
            machines.push(machine);
        }
    }
    machines
}

/// The GPU that a part of a name (or no name) stands for.
fn named(part: Option<&String>) -> Result<Machine> {
    Ok(gpu(Gpu::find(part.map(String::as_str))?))
}

fn gpu(AdapterSummary { name, driver, .. }: AdapterSummary) -> Machine {
    let driver = Some(driver).filter(|driver| !driver.is_empty());
    Machine { backend: "gpu", adapter: name.clone(), driver, gpu: Some(name) }
}

impl Machine {
    /// wgpu's version, of a GPU.
    pub(super) fn wgpu(&self) -> Option<&'static str> {
        self.gpu.as_ref().map(|_| WGPU_VERSION)
    }

    /// The backend, and how long it took to open.
    pub(super) fn open(&self, always_fused: bool) -> Result<(Box<dyn Backend>, Duration)> {
        let start = Instant::now();
        let backend: Box<dyn Backend> = match &self.gpu {
            Some(name) => mellizo::synthesis::gpu(GpuOptions {
                adapter: Some(name.clone()),
                always_fused,
                ..GpuOptions::default()
            })?,
            None => {
                // The pool starts its threads when it first works.
                rayon::broadcast(|_| ());
                Box::new(Cpu::single())
            }
        };
        Ok((backend, start.elapsed()))
    }
}
