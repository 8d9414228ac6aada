//! What a dispatch costs that has next to nothing to do.

use super::spread::Spread;
use engine::op::{Backend, Compiled, Op, Program, Tensor};
use ground::error::Result;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Dispatches of a Program: many, so that what surrounds them counts little.
const DISPATCHES: usize = 256;

/// Samples at least and at most.
const SAMPLES: [usize; 2] = [3, 50];

/// Microseconds of a dispatch with one number to do.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Launches {
    /// Each waits for what the one before it wrote.
    pub dependent: f64,
    /// Each writes memory that no other one touches.
    pub independent: f64,
}

/// Measures both for about `time`.
pub(super) fn measure(backend: &mut dyn Backend, time: Duration) -> Result<Launches> {
    let x = backend.alloc([1, 1, 1])?;
    let counter = backend.alloc([1, 1, 1])?;
    let apart: Vec<Tensor> =
        (0..DISPATCHES).map(|_| backend.alloc([1, 1, 1])).collect::<Result<_>>()?;
    let [mut chain, mut beside] = ["one after another", "beside each other"].map(Program::new);
    for y in &apart {
        chain.push(Op::Add { x, y: counter });
        beside.push(Op::Copy { x, y: *y });
    }
    let mut each = |program: &Program, probe: Tensor| -> Result<f64> {
        let compiled = backend.compile(program)?;
        Ok(1e6 * samples(backend, compiled, probe, time / 2)? / DISPATCHES as f64)
    };
    Ok(Launches { dependent: each(&chain, counter)?, independent: each(&beside, apart[0])? })
}

/// The median of seconds of a replay.
fn samples(
    backend: &mut dyn Backend,
    program: Compiled,
    probe: Tensor,
    time: Duration,
) -> Result<f64> {
    let mut replay = |times: usize| -> Result<f64> {
        let start = Instant::now();
        backend.replay(&vec![(program, 0); times])?;
        backend.read(probe)?;
        Ok(start.elapsed().as_secs_f64())
    };
    replay(1)?;
    let start = Instant::now();
    let mut samples = Vec::new();
    while samples.len() < SAMPLES[0] || (samples.len() < SAMPLES[1] && start.elapsed() < time) {
        // The difference takes out what a submission and a read cost by themselves.
        let (few, many) = (replay(1)?, replay(9)?);
        samples.push(each(few, many));
    }
    Ok(Spread::median(&samples))
}

/// Seconds of one replay, where one alone and nine took so long.
fn each(one: f64, nine: f64) -> f64 {
    (nine - one).max(0.0) / 8.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_submission_costs_is_taken_out() {
        assert_eq!(each(3.0 + 2.0, 3.0 + 18.0), 2.0);
        assert_eq!(each(5.0, 4.0), 0.0, "the machine did other work");
    }
}
