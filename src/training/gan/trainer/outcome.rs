//! What a training tells while it goes on, and what comes of it.

use crate::gan::history::Epoch;
use crate::gan::stopping::Reason;
use crate::gan::weights::Weights;
use std::time::Duration;

/// What a progress bar needs after every chunk.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The newest epoch of every model that is still training.
    pub newest: &'a [Epoch],
    /// Every epoch since the last call, by epoch and model.
    pub since: &'a [Epoch],
    /// Epochs at most.
    pub epochs: usize,
    /// Training steps so far (of each model).
    pub steps: usize,
    /// Since the first step.
    pub elapsed: Duration,
}

/// The outcome of a run.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The kept model's generator.
    pub generator: Weights,
    /// The kept model's discriminator; nothing for a recipe without one.
    pub discriminator: Weights,
    /// Every epoch of every model until its training ended, by epoch and model.
    pub history: Vec<Epoch>,
    /// Which model is kept, from 1.
    pub model: usize,
    /// Which of its epochs is kept, from 1; 0 is the initial weights.
    pub epoch: usize,
    /// Epochs at most, by the recipe and the number of rows.
    pub epochs_planned: usize,
    /// Why its training ended.
    pub reason: Reason,
    /// Models that diverged, from 1.
    pub diverged: Vec<usize>,
    /// Training steps until the last epoch of the history.
    pub steps: usize,
    /// From the first step to the last epoch.
    pub elapsed: Duration,
    /// What the backend launches in one training step.
    pub kernels_per_step: usize,
}
