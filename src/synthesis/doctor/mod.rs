//! What this machine can compute with, what is in the way, and what to do about it.
//!
//! `golden` asks every adapter for a product and a reduction whose answers are known; `machine`
//! looks for the usual traps of drivers, containers, clusters, WSL and SSH.

mod golden;
mod machine;

use engine::cpu::Cpu;
use engine::gpu::{AdapterSummary, Gpu, GpuOptions, Tested, adapters};
use engine::op::Backend;
use ground::error::Result;
use std::time::{Duration, Instant};

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Good,
    /// It may be in the way.
    Doubtful,
    /// It does not work.
    Broken,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in one or two words.
    pub what: String,
    /// How it is.
    pub health: Health,
    /// What was found.
    pub found: String,
    /// What to do; nothing where all is well.
    pub remedy: Option<String>,
}

impl Finding {
    fn good(what: &str, found: impl Into<String>) -> Self {
        Self { what: what.into(), health: Health::Good, found: found.into(), remedy: None }
    }

    fn doubtful(what: &str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Some(remedy.into());
        Self { what: what.into(), health: Health::Doubtful, found: found.into(), remedy }
    }

    fn broken(what: &str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { health: Health::Broken, ..Self::doubtful(what, found, remedy) }
    }
}

/// Looks at the machine, then at the CPU and at every adapter.
pub fn examine() -> Vec<Finding> {
    let all = adapters();
    let mut findings = machine::findings(&all);
    let mut cpu = Cpu::single();
    let described = cpu.describe().trim_start_matches("CPU: ").to_owned();
    findings.push(tested("CPU", &described, Ok(&mut cpu), true));
    let mut seen: Vec<&AdapterSummary> = Vec::new();
    for adapter in &all {
        // An adapter is opened by its name, so another way to the same one is the same.
        if seen.iter().any(|other| other.name == adapter.name) {
            continue;
        }
        seen.push(adapter);
        findings.extend(adapter_findings(adapter));
    }
    findings
}

/// The golden answers of an adapter, and every kernel of one that gives them.
fn adapter_findings(adapter: &AdapterSummary) -> Vec<Finding> {
    let options = GpuOptions { adapter: Some(adapter.name.clone()), ..GpuOptions::default() };
    let mut described = format!("{adapter}, driver {}", adapter.driver);
    let mut gpu = Gpu::new(&options);
    if let Ok(gpu) = &gpu {
        let megabytes = gpu.largest_buffer() >> 20;
        described += &format!(", largest buffer {megabytes} MiB");
    }
    let backend =
        gpu.as_mut().map(|gpu| gpu as &mut dyn Backend).map_err(|error| error.to_string());
    let golden = tested("GPU", &described, backend, !adapter.software);
    let works = golden.health == Health::Good;
    let kernels = gpu.ok().filter(|_| works).map(|mut gpu| kernels(&mut gpu));
    [golden].into_iter().chain(kernels).collect()
}

/// Every kernel of a GPU, and every way to compute it, beside the CPU in 64 bits.
fn kernels(gpu: &mut Gpu) -> Finding {
    let start = Instant::now();
    let remedy = "update the driver; until then other ways to compute them are used where there \
                  are any, and runs that need them end with exit code 5";
    let what = format!("Kernels of {}", gpu.adapter().name);
    let health = if gpu.adapter().software { Health::Doubtful } else { Health::Broken };
    let wrong = |found: String| Finding { health, ..Finding::broken(&what, found, remedy) };
    match gpu.self_test(|| Box::new(Cpu::double())) {
        Err(error) => wrong(error.to_string()),
        Ok(tested) if tested.faults.is_empty() => {
            let seconds = start.elapsed().as_secs_f64();
            Finding::good(&what, format!("{} ways are right ({seconds:.1} s)", tested.ways))
        }
        Ok(Tested { ways, faults }) => {
            wrong(format!("{} of {ways} ways are wrong: {}", faults.len(), faults.join("; ")))
        }
    }
}

/// What the golden answers say of a backend; a software GPU that fails is used by nobody who does
/// not ask for it.
fn tested(
    what: &str,
    described: &str,
    backend: std::result::Result<&mut dyn Backend, String>,
    counts: bool,
) -> Finding {
    let start = Instant::now();
    let outcome = backend.and_then(|backend| match golden::answers(backend) {
        Ok(wrong) => wrong.map_or(Ok(()), Err),
        Err(error) => Err(error.to_string()),
    });
    let took = start.elapsed();
    let health = if counts { Health::Broken } else { Health::Doubtful };
    match outcome {
        Err(problem) => {
            let remedy = "update the driver, or compute with --backend cpu";
            let found = format!("{described}: {problem}");
            Finding { health, ..Finding::broken(what, found, remedy) }
        }
        Ok(()) => Finding::good(what, format!("{described}: {}", right(took))),
    }
}

fn right(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    format!("product, reduction, noise and NaN are right ({seconds:.2} s)")
}

/// Whether anything is broken.
pub fn is_broken(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.health == Health::Broken)
}

/// The golden answers of a backend, for tests: what is wrong, if anything.
///
/// Errors: those of the device.
pub fn golden_answers(backend: &mut dyn Backend) -> Result<Option<String>> {
    golden::answers(backend)
}
