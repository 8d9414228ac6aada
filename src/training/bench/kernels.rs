//! The time of every kernel of a training step.

use super::figures::Clock;
use super::isolated::Isolated;
use super::session::Session;
use super::spread::Spread;
use engine::op::Backend;
use ground::error::Result;
use std::time::{Duration, Instant};

/// Steps under the clock, at least and at most.
const STEPS: [usize; 2] = [5, 200];

/// A clock is trusted if the kernels together take between these multiples of the step that they
/// make up.
/// With less it misses work; with more it measures itself.
const BELIEVED: std::ops::Range<f64> = 0.2..3.0;

/// Milliseconds of every kernel in order, sample by sample, and how they were measured.
/// `step` is what the whole step takes without a clock.
pub(super) fn times(
    session: &mut Session,
    step: Spread,
    time: Duration,
) -> Result<(Clock, Vec<Vec<f64>>)> {
    if let Some(times) = in_step(session, time)? {
        let together: f64 = times.iter().map(|time| Spread::median(time)).sum();
        if BELIEVED.contains(&(together / step.median)) {
            return Ok((Clock::InStep, times));
        }
    }
    Ok((Clock::Isolated, isolated(session, time)?))
}

/// By the backend's own clock during whole steps; none if it has no clock.
fn in_step(session: &mut Session, time: Duration) -> Result<Option<Vec<Vec<f64>>>> {
    let program = session.gan.step;
    let mut samples: Vec<Vec<f64>> = vec![Vec::new(); session.meter.launches(program).len()];
    let start = Instant::now();
    let mut step = 0;
    while step < STEPS[0] || (step < STEPS[1] && start.elapsed() < time) {
        let Some(times) = session.meter.time_kernels(program, step as u32)? else {
            return Ok(None);
        };
        samples
            .iter_mut()
            .zip(times)
            .for_each(|(samples, time)| samples.push(time.as_secs_f64() * 1e3));
        step += 1;
    }
    Ok(Some(samples))
}

/// One by one, many times each.
/// What a kernel reads can then be in caches in which it would not be during a step.
fn isolated(session: &mut Session, time: Duration) -> Result<Vec<Vec<f64>>> {
    let launches = session.meter.launches(session.gan.step);
    let each = time / launches.len() as u32;
    let mut times = Vec::with_capacity(launches.len());
    for launch in launches {
        let kernel = Isolated::new(&mut session.meter, &launch)?;
        let seconds = kernel.samples(&mut session.meter, each)?;
        times.push(seconds.into_iter().map(|time| 1e3 * time).collect());
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Task;
    use crate::gan::Recipe;
    use engine::cpu::Cpu;
    use engine::op::{Backend, Compiled, Op, Program, Tensor};

    /// The CPU backend with a clock that reports a given time for every kernel, or none.
    struct Watch(Cpu, Option<Duration>, usize);

    impl Backend for Watch {
        fn describe(&self) -> String {
            self.0.describe()
        }

        fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
            self.0.alloc(shape)
        }

        fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()> {
            self.0.write(tensor, values)
        }

        fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>> {
            self.0.read(tensor)
        }

        fn compile(&mut self, program: &Program) -> Result<Compiled> {
            self.2 = self.2.max(program.ops().len());
            self.0.compile(program)
        }

        fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
            self.0.launches(program)
        }

        fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
            self.0.replay(runs)
        }

        fn time_kernels(&mut self, _: Compiled, _: u32) -> Result<Option<Vec<Duration>>> {
            Ok(self.1.map(|time| vec![time; self.2]))
        }
    }

    fn clock(says: Option<Duration>) -> Clock {
        let mut recipe = Recipe::paper();
        (recipe.generator.widths, recipe.discriminator.widths) = (vec![4], vec![4]);
        recipe.training.batch = crate::gan::recipe::Batch::Rows(4);
        let (mut backend, time) = (Watch(Cpu::single(), says, 0), Duration::from_millis(10));
        let task = Task { recipe: &recipe, rows: 8, features: 2, models: 1, time, stable: None };
        let (mut session, _) =
            Session::start(&mut backend, Duration::ZERO, &task).expect("a session");
        let step = Spread { median: 1.0, p10: 1.0, p90: 1.0 };
        let (clock, times) = times(&mut session, step, time).expect("times");
        assert_eq!(times.len(), session.gan.step_program.ops().len());
        assert!(times.iter().all(|time| Spread::median(time) > 0.0));
        clock
    }

    #[test]
    fn kernels_are_timed_one_by_one_where_there_is_no_clock_or_no_sense_in_it() {
        assert_eq!(clock(None), Clock::Isolated);
        assert_eq!(clock(Some(Duration::ZERO)), Clock::Isolated, "a clock that stands still");
        assert_eq!(
            clock(Some(Duration::from_secs(9))),
            Clock::Isolated,
            "a clock that runs too fast"
        );
        assert_eq!(
            clock(Some(Duration::from_micros(40))),
            Clock::InStep,
            "some twenty kernels make up a step of 1 ms"
        );
    }
}
