//! What is measured: a recipe on a made-up cohort.

use super::figures::Workload;
use crate::gan::Recipe;
use ground::error::Result;
use std::time::Duration;

/// What to measure and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// Rows of the made-up cohort.
    pub rows: usize,
    /// Its features.
    pub features: usize,
    /// Models side by side.
    pub models: usize,
    /// About how long one backend is measured, after its start-up.
    pub time: Duration,
    /// How well the time of a step should be known; none: `time` says it.
    pub stable: Option<Stable>,
}

/// When the time of a step is known well enough.
#[derive(Clone, Copy, Debug)]
pub struct Stable {
    /// The 95 % interval of its median is no wider than this, in percent of the median.
    pub percent: f64,
    /// Steps are measured no longer than this.
    pub at_most: Duration,
}

impl Task<'_> {
    /// A part of the time.
    pub(super) fn share(&self, percent: u32) -> Duration {
        self.time * percent / 100
    }
}

/// The workload of a task. Errors when the recipe's batch does not fit the rows.
pub fn workload(task: &Task) -> Result<Workload> {
    let batch = task.recipe.batch_rows(task.rows).map_err(ground::error::Error::Usage)?;
    let Task { recipe, rows, features, models, .. } = *task;
    Ok(Workload {
        recipe: recipe.name.clone(),
        rows,
        features,
        batch,
        models,
        steps_per_epoch: rows / batch,
    })
}
