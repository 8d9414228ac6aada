//! The time of every kernel of a training step.

use super::figures::Clock;
use super::isolated::Isolated;
use super::session::Session;
use super::spread::Spread;
use crate::error::Result;
use crate::op::Backend;
use std::time::{Duration, Instant};

/// Steps under the clock, at least and at most.
const STEPS: [usize; 2] = [5, 200];

/// The kernels together, as multiples of the step that they make up, that a clock may say before it is not believed: less than that, and it
/// misses work; more, and it measures itself.
const BELIEVED: std::ops::Range<f64> = 0.2..3.0;

/// Milliseconds of every kernel in order, and how they were measured. `step` is what the whole step takes without a clock.
pub(super) fn times(session: &mut Session, step: Spread, time: Duration) -> Result<(Clock, Vec<Spread>)> {
    if let Some(times) = in_step(session, time)? {
        let together: f64 = times.iter().map(|time| time.median).sum();
        if BELIEVED.contains(&(together / step.median)) {
            return Ok((Clock::InStep, times));
        }
    }
    Ok((Clock::Isolated, isolated(session, time)?))
}

/// By the backend's own clock, while whole steps run; none without a clock.
fn in_step(session: &mut Session, time: Duration) -> Result<Option<Vec<Spread>>> {
    let program = session.gan.step;
    let mut samples: Vec<Vec<f64>> = vec![Vec::new(); session.gan.step_program.ops().len()];
    let start = Instant::now();
    let mut step = 0;
    while step < STEPS[0] || (step < STEPS[1] && start.elapsed() < time) {
        let Some(times) = session.meter.time_kernels(program, step as u32)? else { return Ok(None) };
        samples.iter_mut().zip(times).for_each(|(samples, time)| samples.push(time.as_secs_f64() * 1e3));
        step += 1;
    }
    Ok(Some(samples.into_iter().map(Spread::of).collect()))
}

/// One by one, many times each. What a kernel reads may then lie in caches where it would not in a step.
fn isolated(session: &mut Session, time: Duration) -> Result<Vec<Spread>> {
    let ops = session.gan.step_program.ops();
    let each = time / ops.len() as u32;
    let mut times = Vec::with_capacity(ops.len());
    for op in ops {
        let kernel = Isolated::new(&mut session.meter, op)?;
        times.push(kernel.measure(&mut session.meter, each)?.times(1e3));
    }
    Ok(times)
}
