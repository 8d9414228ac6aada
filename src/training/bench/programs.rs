//! The Programs of a task, for whoever asks what a GPU would make of them.

use super::cohort::made_up;
use super::task::Task;
use crate::gan::{Gan, Layout};
use engine::op::{Backend, Program};
use ground::error::Result;

/// A training step, and the evaluation after an epoch.
pub struct Programs {
    /// The kernels of a step, as they are recorded.
    pub step: Program,
    /// The kernels of an evaluation.
    pub evaluation: Program,
}

/// Records a task's Programs on a backend that runs kernels as they were recorded.
/// Errors as a training would, when the batch does not fit the rows.
pub fn programs(backend: &mut dyn Backend, task: &Task) -> Result<Programs> {
    let cohort = made_up(task.recipe, task.rows, task.features);
    let batch = task.recipe.batch_rows(task.rows).map_err(ground::error::Error::Usage)?;
    let layout = Layout { models: task.models, batch, epochs: 1, ring: 1, seed: 1 };
    let gan = Gan::new(backend, task.recipe, &cohort.rows, cohort.blocks.as_ref(), layout)?;
    let mut evaluation = Program::new("evaluate");
    backend.launches(gan.evaluate).into_iter().flatten().for_each(|op| evaluation.push(op));
    Ok(Programs { step: gan.step_program, evaluation })
}
