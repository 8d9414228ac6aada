//! How fast a backend trains, kernel by kernel, compared with the fastest product and copy of the
//! same machine.
//!
//! One workload for every figure: whole steps of a recipe on a made-up cohort, with fresh noise and
//! a fresh batch each, and the evaluation after every epoch with the host's part of it.
//! Everything here goes through [`Backend`]: what is measured is what a run does.
//!
//! - `cohort` makes the cohort, typed where the recipe has heads; `session` runs whole steps.
//! - `kernels` times every kernel while a whole step runs, with caches as they are in a step
//!   ([`Backend::time_kernels`]).
//!   The CPU looks at the clock between kernels; a GPU with timestamp queries gives every kernel a
//!   pass of its own.
//! - `launches` measures what a dispatch costs that has next to nothing to do.
//! - `isolated` replays every kernel by itself where a backend has no clock, or where the kernels'
//!   times do not add up to about a step.
//! - `roofline` measures the roof: the fastest multiply-adds or matrix product, and the bandwidth
//!   of a large copy.
//!   Its kernel has a shader and a mirror like any other, although no network uses it: so it is
//!   checked like the others, and measured by the same way as what stands under it.
//! - `meter` is a backend around another one that counts bytes and the time of `compile`.
//! - `programs` records a task, for whoever asks what a GPU would make of it.
//! - `errors` compares every kernel of a step with the same kernel in f64.
//! - `median` says how well a median is known, by the bootstrap.
//! - `comparison` claims a difference only where the interval of the ratio of two medians leaves 1
//!   out.
//! - `quality` trains until a model is about as good as it gets, and says how long that took.
//! - `repeat` trains again and again and compares all bits.

mod cohort;
mod comparison;
mod errors;
mod figures;
mod isolated;
mod kernels;
mod launches;
mod median;
mod memory;
mod meter;
mod programs;
mod quality;
mod repeat;
mod roofline;
mod scaling;
mod session;
mod spread;
mod task;

pub use comparison::{Change, Earlier, Line, RunComparison};
pub use errors::Oracle;
pub use figures::{Clock, KernelFigures, Memory, Run, Stability, Startup, Workload};
pub use launches::Launches;
pub use median::median_interval;
pub use memory::{forget_peak, peak_resident};
pub use programs::{Programs, programs};
pub use quality::{Quality, quality};
pub use repeat::{Difference, Repeat, repeat};
pub use roofline::Roof;
pub use scaling::{Footprint, Size, exponent, footprint};
pub use spread::Spread;
pub use task::{Stable, Task, workload};

use engine::op::Backend;
use ground::error::Result;
use session::Session;
use std::time::Duration;

/// What a step of the figures consists of, for people.
pub const STEP_INCLUDES: &str = "fresh noise, a fresh shuffled batch, forward and backward passes \
    of both networks, both updates, the losses; after every epoch both Fréchet distances (as many \
    generated rows as the cohort has, their moments and covariance on the device, its eigenvalues \
    in f64 on the host) and the check for broken numbers; not included: snapshots for early \
    stopping";

/// Measures a backend that took `device` to open, and how far its kernels are from the oracle's.
/// Errors when the batch does not fit the rows ([`ground::error::Error::Usage`]) or the device
/// fails.
pub fn measure(
    backend: &mut dyn Backend,
    [name, adapter]: [&str; 2],
    device: Duration,
    task: &Task,
    oracle: Oracle,
) -> Result<Run> {
    memory::forget_peak();
    let (mut session, startup) = Session::start(backend, device, task)?;
    let memory =
        Memory { peak_rss_bytes: memory::peak_resident(), backend_bytes: session.meter.bytes };
    let roof = roofline::measure(&mut session.meter, task.share(15))?;
    session.warm_up(task.share(15))?;
    let (step_samples, stable) = session.steps(task.share(30), task.stable)?;
    let step_ms = Spread::of(step_samples.clone());
    let host_ms = session.host(task.share(5))?;
    let train_step_ms = session.only(session.gan.step, task.share(10))?;
    let evaluation_ms = session.only(session.gan.evaluate, task.share(5))?;
    let (clock, times) = kernels::times(&mut session, train_step_ms, task.share(20))?;
    let launches = session.meter.launches(session.gan.step);
    let variants =
        session.meter.variants(session.gan.step).into_iter().chain(std::iter::repeat(None));
    let workgroups = session.meter.workgroups(session.gan.step).into_iter().map(Some);
    let together: f64 = times.iter().map(|time| Spread::median(time)).sum();
    let others = variants.zip(workgroups.chain(std::iter::repeat(None)));
    let errors = errors::errors(&mut session, oracle, 0)?;
    let kernels = launches.iter().zip(times.into_iter().zip(errors)).zip(others);
    let launch_us = launches::measure(&mut session.meter, task.share(2))?;
    let steps_per_second = 1e3 / step_ms.median;
    let rows = (session.gan.layout().batch * task.models) as f64;
    Ok(Run {
        backend: name.to_owned(),
        adapter: adapter.to_owned(),
        driver: None,
        wgpu: None,
        os: system(),
        step_ms,
        step_interval_ms: median_interval(&step_samples),
        step_samples_ms: figures::rounded(step_samples),
        stable,
        dispatches_per_step: launches.len(),
        steps_per_second,
        samples_per_second: steps_per_second * rows,
        train_step_ms,
        evaluation_ms,
        host_ms,
        startup_ms: startup,
        memory,
        roof,
        launch_us,
        clock,
        between_kernels_ms: (clock == Clock::InStep).then_some(train_step_ms.median - together),
        gflop_per_step: session.gan.step_program.flops() as f64 * 1e-9,
        refused: session.meter.refused(),
        ops: kernels
            .map(|((launch, (times, error)), (variant, workgroups))| {
                KernelFigures::new(launch, (variant, workgroups), times, error, &roof)
            })
            .collect(),
    })
}

/// The operating system, the kind of processor, and the version of Linux.
fn system() -> String {
    let version = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{} {} {version}", std::env::consts::OS, std::env::consts::ARCH).trim().to_owned()
}
