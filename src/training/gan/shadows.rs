//! Shadow models: generators that learn side by side, with one recipe, from different rows of one
//! matrix.

use super::{Options, Progress, Recipe, Weights, train_each};
use engine::op::Backend;
use ground::blocks::Blocks;
use ground::error::Result;
use ground::matrix::Matrix;
use std::time::{Duration, Instant};

/// What shadow models learn, and from which rows.
#[derive(Clone, Copy, Debug)]
pub struct Shadows<'a> {
    /// The recipe of all of them. Its schedules end with its epochs.
    pub recipe: &'a Recipe,
    /// All encoded rows.
    pub rows: &'a Matrix,
    /// The blocks of the columns, for a recipe with heads.
    pub blocks: Option<&'a Blocks>,
    /// For each model, which of the rows it learns from. All models have as many.
    pub members: &'a [Vec<bool>],
    /// Seed of everything random.
    pub seed: u64,
}

/// How long training takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Before the first step.
    pub start: Duration,
    /// An epoch of all models.
    pub epoch: Duration,
}

impl Pace {
    /// How many epochs the time is enough for.
    pub fn epochs_within(self, time: Duration) -> usize {
        (time.saturating_sub(self.start).as_secs_f64() / self.epoch.as_secs_f64().max(1e-9))
            as usize
    }
}

/// Trained shadow models.
#[derive(Clone, Debug)]
pub struct ShadowModels {
    /// The generator of each.
    pub generators: Vec<Weights>,
    /// Epochs that were run.
    pub epochs: usize,
    /// Models that diverged and were left as they were.
    pub diverged: usize,
}

impl Shadows<'_> {
    /// Trains for about `time`, at least one epoch, and measures how long an epoch takes.
    /// The weights are thrown away.
    /// Errors: those of [`train`](super::train).
    pub fn pace(&self, backend: &mut dyn Backend, time: Duration) -> Result<Pace> {
        let start = Instant::now();
        let mut times: Vec<(usize, Duration)> = Vec::new();
        let mut before = Duration::ZERO;
        self.run(backend, &mut |progress| {
            before = start.elapsed().saturating_sub(progress.elapsed);
            times.extend(progress.newest.first().map(|epoch| (epoch.epoch, progress.elapsed)));
            start.elapsed() < time
        })?;
        let epoch = match (times.first(), times.last()) {
            // The first epoch is slower than others.
            (Some(first), Some(last)) if last.0 > first.0 => {
                (last.1 - first.1) / (last.0 - first.0) as u32
            }
            (Some(first), _) => first.1,
            _ => start.elapsed(),
        };
        Ok(Pace { start: before, epoch })
    }

    /// Trains all models, without early stopping.
    /// `watch` sees every chunk and ends training by returning false.
    /// Errors: those of [`train`](super::train).
    pub fn train(
        &self,
        backend: &mut dyn Backend,
        watch: &mut dyn FnMut(&Progress) -> bool,
    ) -> Result<ShadowModels> {
        let (mut epochs, mut running) = (0, self.members.len());
        let generators = self.run(backend, &mut |progress| {
            running = progress.newest.iter().filter(|epoch| epoch.fault().is_none()).count();
            epochs = progress.newest.first().map_or(epochs, |epoch| epoch.epoch);
            watch(&progress)
        })?;
        Ok(ShadowModels { generators, epochs, diverged: self.members.len() - running })
    }

    fn run(
        &self,
        backend: &mut dyn Backend,
        watch: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Vec<Weights>> {
        let half = |members: &Vec<bool>| {
            let rows: Vec<usize> = (0..self.rows.rows()).filter(|&row| members[row]).collect();
            self.rows.take(&rows)
        };
        let cohorts: Vec<Matrix> = self.members.iter().map(half).collect();
        let options =
            Options { seed: self.seed, models: self.members.len(), early_stopping: false };
        train_each(backend, self.recipe, &cohorts, self.blocks, options, watch)
    }
}
