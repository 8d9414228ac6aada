//! A GAN on a backend, set up as in a run, and whole steps of it under the host's clock.

use super::cohort::{MadeUp, made_up};
use super::meter::Meter;
use super::{Spread, Stability, Stable, Startup, Task};
use crate::gan::{Gan, Layout, Recipe, Reference};
use engine::op::{Backend, Compiled};
use ground::error::Result;
use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

/// Samples of a measurement at least, even if that takes longer than it should.
const FEWEST: usize = 5;

/// Samples of a measurement at most.
const MOST: usize = 200;

/// Samples of steps at most where they go on until their median is known.
const MOST_STEPS: usize = 10_000;

/// Epochs of a sample at most.
const LONGEST: usize = 256;

/// A GAN that is ready to train.
pub(super) struct Session<'a> {
    pub(super) meter: Meter<'a>,
    pub(super) gan: Gan,
    reference: Reference,
    recipe: Recipe,
    epoch: usize,
    /// How long an epoch took when last asked.
    epoch_time: Duration,
    /// The first model's joint Fréchet distances of the epochs that were last asked for.
    joint: Vec<f64>,
}

/// Repeats a measurement for about `time`.
fn repeat(time: Duration, mut measure: impl FnMut() -> Result<f64>) -> Result<Spread> {
    Ok(Spread::of(samples(time, &mut measure)?))
}

/// What a measurement gives that is repeated for about `time`.
fn samples(time: Duration, measure: &mut dyn FnMut() -> Result<f64>) -> Result<Vec<f64>> {
    let start = Instant::now();
    let mut samples = Vec::new();
    while samples.len() < FEWEST || (samples.len() < MOST && start.elapsed() < time) {
        samples.push(measure()?);
    }
    Ok(samples)
}

impl<'a> Session<'a> {
    /// Sets a GAN up and runs its first step; `device` is how long the backend took to open.
    pub(super) fn start(
        backend: &'a mut dyn Backend,
        device: Duration,
        task: &Task,
    ) -> Result<(Self, Startup)> {
        let MadeUp { rows: data, blocks } = made_up(task.recipe, task.rows, task.features);
        let layout = Layout::of(task.recipe, &data, task.models, 1)?;
        let mut meter = Meter::new(backend);
        let before = Instant::now();
        let gan = Gan::new(&mut meter, task.recipe, &data, blocks.as_ref(), layout)?;
        // Waits for work that was only enqueued: it belongs to the preparation.
        gan.scores.newest_step(&mut meter)?;
        let set_up = before.elapsed();
        let (reference, recipe) = (Reference::new(&data), task.recipe.clone());
        let mut session = Self {
            meter,
            gan,
            reference,
            recipe,
            epoch: 0,
            epoch_time: Duration::ZERO,
            joint: Vec::new(),
        };
        let [_, first_step] = session.replay(&[(session.gan.step, 0)])?;
        let compile = session.meter.compiling;
        let [device, prepare, compile, first_step] =
            [device, set_up.saturating_sub(compile), compile, first_step]
                .map(|time| time.as_secs_f64() * 1e3);
        Ok((session, Startup { device, prepare, compile, first_step }))
    }

    /// Time until the replay returned, and until its work was done.
    pub(super) fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<[Duration; 2]> {
        let start = Instant::now();
        self.meter.replay(runs)?;
        let host = start.elapsed();
        self.gan.scores.newest_step(&mut self.meter)?;
        Ok([host, start.elapsed()])
    }

    /// The next epochs as in a run: their steps, an evaluation after each, and the host's work on
    /// as many epochs as the rings of the device hold.
    /// Returns the time until the replays returned, and the time until everything was done.
    fn epochs(&mut self, count: usize) -> Result<[Duration; 2]> {
        self.joint.clear();
        let (start, end, mut host) = (Instant::now(), self.epoch + count, Duration::ZERO);
        while self.epoch < end {
            let (first, piece) = (self.epoch, (end - self.epoch).min(self.gan.layout().ring));
            let runs = self.schedule(first..first + piece);
            let handed_over = Instant::now();
            self.meter.replay(&runs)?;
            host += handed_over.elapsed();
            let scores = self.gan.scores.fetch(&mut self.meter, first, piece)?;
            let judged = black_box(self.reference.judge_epochs(&scores, &self.recipe, first));
            self.joint.extend(judged.iter().map(|models| models[0].joint));
            self.epoch += piece;
        }
        self.epoch_time = start.elapsed() / count as u32;
        Ok([host, start.elapsed()])
    }

    fn schedule(&self, epochs: Range<usize>) -> Vec<(Compiled, u32)> {
        let batches = self.gan.batches;
        let one = |epoch: usize| {
            let steps =
                (epoch * batches..(epoch + 1) * batches).map(|step| (self.gan.step, step as u32));
            steps.chain([(self.gan.evaluate, (epoch * batches) as u32)])
        };
        epochs.flat_map(one).collect()
    }

    /// Trains until caches are warm, clock rates are up, and submissions have their final length.
    pub(super) fn warm_up(&mut self, time: Duration) -> Result<()> {
        let start = Instant::now();
        let mut count = 1;
        self.epochs(count)?;
        while start.elapsed() < time {
            self.epochs(count)?;
            count = (2 * count).min(LONGEST).min(self.per_sample(time));
        }
        Ok(())
    }

    /// Epochs that take about a fortieth of `time`.
    fn per_sample(&self, time: Duration) -> usize {
        let epochs = time.as_secs_f64() / 40.0 / self.epoch_time.as_secs_f64().max(1e-9);
        (epochs as usize).clamp(1, LONGEST)
    }

    /// How long the next epochs take, and their joint Fréchet distances of the first model.
    pub(super) fn judged(&mut self, count: usize) -> Result<(Duration, Vec<f64>)> {
        let [_, took] = self.epochs(count)?;
        Ok((took, self.joint.clone()))
    }

    /// Milliseconds of a whole step: an epoch with its evaluation, divided by its steps.
    /// For about `time`, and then on until their median is known as well as is wanted.
    pub(super) fn steps(
        &mut self,
        time: Duration,
        wanted: Option<Stable>,
    ) -> Result<(Vec<f64>, Option<Stability>)> {
        let count = self.per_sample(time);
        let steps = (count * self.gan.batches) as f64;
        let mut sample = || Ok(self.epochs(count)?[1].as_secs_f64() * 1e3 / steps);
        let start = Instant::now();
        let mut samples = samples(time, &mut sample)?;
        let Some(Stable { percent: wanted_percent, at_most }) = wanted else {
            return Ok((samples, None));
        };
        loop {
            let percent = Stability::width(&samples);
            let (reached, seconds) = (percent <= wanted_percent, start.elapsed());
            if reached || seconds >= at_most || samples.len() >= MOST_STEPS {
                let seconds = seconds.as_secs_f64();
                let stability = Stability { wanted_percent, percent, reached, seconds };
                return Ok((samples, Some(stability)));
            }
            // An interval costs more than a sample, and a few samples do not change it.
            for _ in 0..samples.len().div_ceil(10) {
                samples.push(sample()?);
                if start.elapsed() >= at_most {
                    break;
                }
            }
        }
    }

    /// Milliseconds per step until a replay of one epoch, on an idle device, returns to the host.
    pub(super) fn host(&mut self, time: Duration) -> Result<Spread> {
        let steps = self.gan.batches as f64;
        repeat(time, || Ok(self.epochs(1)?[0].as_secs_f64() * 1e3 / steps))
    }

    /// Milliseconds of one of the Programs by itself.
    pub(super) fn only(&mut self, program: Compiled, time: Duration) -> Result<Spread> {
        let count = (self.per_sample(time) * self.gan.batches) as u32;
        let runs: Vec<_> = (0..count).map(|step| (program, step)).collect();
        repeat(time, || Ok(self.replay(&runs)?[1].as_secs_f64() * 1e3 / f64::from(count)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::recipe::Batch;
    use engine::cpu::Cpu;

    fn steps(wanted: Option<Stable>) -> (Vec<f64>, Option<Stability>) {
        let mut recipe = Recipe::paper();
        (recipe.generator.widths, recipe.discriminator.widths) = (vec![4], vec![4]);
        recipe.training.batch = Batch::Rows(4);
        let (mut backend, time) = (Cpu::single(), Duration::from_millis(5));
        let task = Task { recipe: &recipe, rows: 8, features: 2, models: 1, time, stable: wanted };
        let (mut session, _) =
            Session::start(&mut backend, Duration::ZERO, &task).expect("a session");
        session.steps(time, wanted).expect("times")
    }

    #[test]
    fn steps_go_on_until_their_median_is_known_or_the_time_is_over() {
        let wanted = |percent, milliseconds| {
            Some(Stable { percent, at_most: Duration::from_millis(milliseconds) })
        };
        assert!(steps(None).1.is_none());
        let (samples, known) = steps(wanted(1e6, 60_000));
        let known = known.expect("an answer");
        assert!(known.reached && known.seconds < 10.0 && known.percent <= 1e6, "{known:?}");
        assert!(samples.len() >= FEWEST);
        let (_, unknown) = steps(wanted(0.0, 200));
        let unknown = unknown.expect("an answer");
        assert!(unknown.percent > 0.0 && !unknown.reached, "{unknown:?}");
        assert!((0.2..10.0).contains(&unknown.seconds), "{unknown:?}");
    }
}
