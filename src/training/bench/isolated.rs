//! One launch alone, replayed many times between two readings of the host's clock.

use engine::op::{Access, Backend, Compiled, Op, Program, Tensor};
use ground::error::Result;
use std::time::{Duration, Instant};

/// A sample takes much longer than waiting for a device costs.
const SAMPLE: Duration = Duration::from_millis(2);

/// Replays of a sample at most.
const MOST_REPLAYS: usize = 4096;

/// Samples at least and at most.
const SAMPLES: [usize; 2] = [3, 50];

/// A compiled kernel, and a number that it writes.
pub(super) struct Isolated {
    program: Compiled,
    probe: Tensor,
}

impl Isolated {
    pub(super) fn new(backend: &mut dyn Backend, launch: &[Op]) -> Result<Self> {
        let operands = launch[0].operands();
        let written = operands
            .iter()
            .find(|operand| operand.access != Access::Read)
            .expect("a kernel writes");
        let probe = Tensor { models: 1, ..written.tensor.flat().window(0, 1, 1) };
        let mut program = Program::new("one launch");
        launch.iter().for_each(|op| program.push(*op));
        Ok(Self { program: backend.compile(&program)?, probe })
    }

    fn replay(&self, backend: &mut dyn Backend, times: usize) -> Result<Duration> {
        let runs = vec![(self.program, 0); times];
        let start = Instant::now();
        backend.replay(&runs)?;
        backend.read(self.probe)?;
        Ok(start.elapsed())
    }

    /// Seconds of a replay once it is warm.
    pub(super) fn once(&self, backend: &mut dyn Backend) -> Result<f64> {
        self.replay(backend, 1)?;
        Ok(self.replay(backend, 1)?.as_secs_f64())
    }

    /// The fastest of the [samples](Isolated::samples): what the machine can do undisturbed.
    pub(super) fn fastest(&self, backend: &mut dyn Backend, time: Duration) -> Result<f64> {
        Ok(self.samples(backend, time)?.into_iter().fold(f64::INFINITY, f64::min))
    }

    /// Seconds of one of many replays, measured for about `time`.
    pub(super) fn samples(&self, backend: &mut dyn Backend, time: Duration) -> Result<Vec<f64>> {
        let start = Instant::now();
        let mut times = 1;
        while self.replay(backend, times)? < SAMPLE && times < MOST_REPLAYS {
            times *= 2;
        }
        let mut samples = Vec::new();
        while samples.len() < SAMPLES[0] || (samples.len() < SAMPLES[1] && start.elapsed() < time) {
            samples.push(self.replay(backend, times)?.as_secs_f64() / times as f64);
        }
        Ok(samples)
    }
}
