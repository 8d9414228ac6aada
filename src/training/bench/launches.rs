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
        samples.push((many - few).max(0.0) / 8.0);
    }
    Ok(Spread::of(samples).median)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::cpu::Cpu;

    #[test]
    fn the_cost_of_a_dispatch_is_a_time() {
        let launches = measure(&mut Cpu::single(), Duration::from_millis(20)).expect("a cost");
        for cost in [launches.dependent, launches.independent] {
            // Where the machine does other work, the difference of two times may be none.
            assert!(cost >= 0.0 && cost.is_finite(), "{cost} microseconds");
        }
    }
}
