//! Training: epochs in chunks, early stopping at the exact epoch, and the kept weights.
//!
//! The host does not wait inside a chunk.
//! It learns afterwards which epoch to keep, and replays from the state at the start of that chunk.
//! A replay gives the same bits, because everything random is keyed by the step.

mod keeping;
mod outcome;
mod settling;
mod task;

pub use outcome::{Progress, Trained};
pub use task::{Options, Task};

use super::checkpoint::{Checkpoints, Position};
use super::history::Epoch;
use super::layout::LONGEST_CHUNK;
use super::snapshot::Snapshots;
use super::stopping::{Course, NEVER, Reason};
use super::{Cohorts, Gan, Layout, Recipe, Reference, Weights};
use engine::op::{Backend, Compiled};
use ground::blocks::Blocks;
use ground::error::Result;
use ground::matrix::Matrix;
use std::time::{Duration, Instant};

/// How long a chunk takes.
/// It is short enough for a progress bar, and long enough for the device to work without
/// interruption.
const CHUNK_TIME: Duration = Duration::from_millis(150);

/// Trains a GAN on the encoded cohort, n x d: numbers in [-1, 1], or typed columns with their
/// `blocks`.
/// All models share the cohort, or each has its own.
/// Epochs are judged by their distance to the `validation` rows; without them, to the rows that the
/// model learns from.
/// `watch` sees every chunk and ends the run by returning false.
///
/// Errors when the batch does not fit the cohort, when the recipe has heads and there are no blocks
/// ([`Error::Usage`](ground::error::Error::Usage)), or when the device fails.
/// Divergence is a [`Reason`] and no error.
pub fn train<'a>(
    backend: &mut dyn Backend,
    recipe: &Recipe,
    data: impl Into<Cohorts<'a>>,
    blocks: Option<&Blocks>,
    validation: Option<&Matrix>,
    options: Options,
    watch: &mut dyn FnMut(Progress) -> bool,
) -> Result<Trained> {
    let task = Task { recipe, data: data.into(), blocks, validation, options };
    train_kept(backend, &task, &mut Checkpoints::none(), watch)
}

/// Trains as [`train`] does, and keeps checkpoints; it goes on from one where there is one.
/// The outcome is byte for byte that of a training that was never stopped, on the same adapter and
/// driver, or on a CPU with any number of threads.
///
/// Errors, beside those of [`train`]: a checkpoint of another training
/// ([`Error::Input`](ground::error::Error::Input)), and one that cannot be written.
pub fn train_kept(
    backend: &mut dyn Backend,
    task: &Task,
    checkpoints: &mut Checkpoints,
    watch: &mut dyn FnMut(Progress) -> bool,
) -> Result<Trained> {
    let mut run = Run::new(backend, task)?;
    run.begin(backend, task, checkpoints)?;
    run.all_epochs(backend, task.recipe, checkpoints, watch)?;
    run.finish(backend)
}

/// Trains as [`train`] does, and returns the generator of every model at the epoch it keeps.
/// Each model is judged by the rows that it learns from.
pub fn train_each<'a>(
    backend: &mut dyn Backend,
    recipe: &Recipe,
    data: impl Into<Cohorts<'a>>,
    blocks: Option<&Blocks>,
    options: Options,
    watch: &mut dyn FnMut(Progress) -> bool,
) -> Result<Vec<Weights>> {
    let task = Task { recipe, data: data.into(), blocks, validation: None, options };
    let mut run = Run::new(backend, &task)?;
    run.all_epochs(backend, recipe, &mut Checkpoints::none(), watch)?;
    // To restore one model changes all of them, so models that stand at their epoch are read first.
    let judged = run.gan.judged();
    let read = |model| run.stands(model).then(|| Weights::read(backend, judged, model)).transpose();
    let standing = (0..options.models).map(read).collect::<Result<Vec<_>>>()?;
    let kept = |(model, weights): (usize, Option<Weights>)| {
        weights.map_or_else(|| run.generator_of(backend, model), Ok)
    };
    standing.into_iter().enumerate().map(kept).collect()
}

struct Run {
    gan: Gan,
    snapshots: Snapshots,
    reference: Reference,
    courses: Vec<Course>,
    /// First epoch (from 0) of the chunk from which each model would be replayed.
    kept_from: Vec<usize>,
    history: Vec<Epoch>,
    epochs: usize,
    /// Epochs after which to look whether the distances have settled; 0: never.
    window: usize,
    /// Steps after which they had.
    settled: Option<usize>,
    done: usize,
    /// What its checkpoints say of it; none where there are none.
    place: Option<Position>,
    /// Time before a checkpoint from which it goes on.
    before: Duration,
    start: Instant,
}

impl Run {
    fn new(backend: &mut dyn Backend, task: &Task) -> Result<Self> {
        let Task { recipe, data, blocks, validation, options } = *task;
        let layout = Layout::of(recipe, data, options.models, options.seed)?;
        let gan = Gan::new(backend, recipe, data, blocks, layout)?;
        if let Some(rows) = validation {
            assert_eq!(
                rows.columns(),
                data.columns(),
                "columns of the validation rows (left) and of the cohort (right)"
            );
        }
        let snapshots = Snapshots::new(backend, &gan)?;
        let rule = if options.early_stopping { recipe.stopping.clone() } else { NEVER };
        let window = rule.settled.div_ceil(gan.batches);
        snapshots.mark(backend)?;
        for model in 0..options.models {
            snapshots.keep(backend, model)?;
        }
        Ok(Self {
            gan,
            snapshots,
            reference: Reference::new(validation.map_or(data, Cohorts::Shared)),
            courses: vec![Course::new(rule); options.models],
            kept_from: vec![0; options.models],
            history: Vec::new(),
            epochs: layout.epochs,
            window,
            settled: None,
            done: 0,
            place: None,
            before: Duration::ZERO,
            start: Instant::now(),
        })
    }

    /// Runs chunks of epochs until every model has ended.
    fn all_epochs(
        &mut self,
        backend: &mut dyn Backend,
        recipe: &Recipe,
        checkpoints: &mut Checkpoints,
        watch: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<()> {
        let mut chunk = 1;
        while !self.is_over() {
            let start = Instant::now();
            let count = chunk.min(self.gan.layout().ring).min(self.epochs - self.done);
            let count = count.min(self.until_looked_at());
            let told = self.history.len();
            self.chunk(backend, recipe, count)?;
            self.settle(backend)?;
            let of_last =
                self.history.iter().rev().take_while(|epoch| epoch.epoch == self.done).count();
            let newest = &self.history[self.history.len() - of_last..];
            let since = &self.history[told..];
            let (steps, elapsed) = (self.done * self.gan.batches, self.elapsed());
            let go_on = watch(Progress { newest, since, epochs: self.epochs, steps, elapsed });
            self.keep(backend, checkpoints, !go_on)?;
            if !go_on {
                self.interrupt();
            }
            let per_epoch = start.elapsed().as_secs_f64() / count as f64;
            chunk = ((CHUNK_TIME.as_secs_f64() / per_epoch) as usize).clamp(1, LONGEST_CHUNK);
        }
        Ok(())
    }

    /// Whether nothing is left to be trained.
    fn is_over(&self) -> bool {
        self.done >= self.epochs || self.courses.iter().all(|course| course.ended.is_some())
    }

    fn elapsed(&self) -> Duration {
        self.before + self.start.elapsed()
    }

    /// The Programs of some epochs.
    fn schedule(&self, epochs: std::ops::Range<usize>) -> Vec<(Compiled, u32)> {
        let batches = self.gan.batches;
        epochs
            .flat_map(|epoch| {
                let steps = (epoch * batches..(epoch + 1) * batches)
                    .map(|step| (self.gan.step, step as u32));
                steps.chain([(self.gan.evaluate, (epoch * batches) as u32)])
            })
            .collect()
    }

    /// Runs `count` epochs and judges them.
    fn chunk(&mut self, backend: &mut dyn Backend, recipe: &Recipe, count: usize) -> Result<()> {
        let first = self.done;
        self.snapshots.mark(backend)?;
        backend.replay(&self.schedule(first..first + count))?;
        let scores = self.gan.scores.fetch(backend, first, count)?;
        let lines = self.reference.judge_epochs(&scores, recipe, first);
        let before: Vec<usize> = self.courses.iter().map(|course| course.kept).collect();
        for epochs in &lines {
            if self.courses.iter().all(|course| course.ended.is_some()) {
                break;
            }
            for (course, epoch) in
                self.courses.iter_mut().zip(epochs).filter(|(course, _)| course.ended.is_none())
            {
                course.take(epoch);
                self.history.push(*epoch);
            }
            self.done += 1;
        }
        for (model, kept) in before.into_iter().enumerate() {
            if self.courses[model].kept != kept {
                self.snapshots.keep(backend, model)?;
                self.kept_from[model] = first;
            }
        }
        Ok(())
    }

    /// Whether the backend holds the epoch that a model keeps.
    /// That is the newest epoch, of a model whose training no rule ended.
    fn stands(&self, model: usize) -> bool {
        let course = &self.courses[model];
        matches!(course.ended, None | Some(Reason::Interrupted)) && course.kept == self.done
    }

    /// The model with the lowest joint Fréchet distance among those that did not diverge.
    fn best(&self) -> usize {
        let key = |model: &usize| (self.courses[*model].diverged(), self.courses[*model].joint);
        let order = |a: &usize, b: &usize| {
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        };
        (0..self.courses.len()).min_by(order).expect("a run has a model")
    }

    /// Returns a model to the epoch it keeps, and reads its generator.
    /// The other models go on, or get to an epoch without meaning.
    fn generator_of(&self, backend: &mut dyn Backend, model: usize) -> Result<Weights> {
        let kept = self.courses[model].kept;
        self.snapshots.restore(backend, model)?;
        backend.replay(&self.schedule(self.kept_from[model]..kept.max(self.kept_from[model])))?;
        Weights::read(backend, self.gan.judged(), model)
    }

    /// Returns the best model to the epoch it keeps, and reads its weights.
    fn finish(self, backend: &mut dyn Backend) -> Result<Trained> {
        let elapsed = self.elapsed();
        let model = self.best();
        let course = &self.courses[model];
        Ok(Trained {
            generator: self.generator_of(backend, model)?,
            discriminator: match &self.gan.discriminator {
                Some(discriminator) => Weights::read(backend, discriminator, model)?,
                None => Weights::default(),
            },
            history: self.history,
            model: model + 1,
            epoch: course.kept,
            epochs_planned: self.gan.layout().epochs,
            reason: course
                .ended
                .clone()
                .unwrap_or(self.settled.map_or(Reason::Finished, Reason::Settled)),
            diverged: (1..=self.courses.len())
                .filter(|model| self.courses[model - 1].diverged())
                .collect(),
            steps: self.done * self.gan.batches,
            elapsed,
            kernels_per_step: backend.launches(self.gan.step).len(),
        })
    }
}
