//! What a recipe's programs would ask of a GPU that is not there.

use super::cohort::made_up;
use super::task::Task;
use crate::gan::{Gan, Layout};
use engine::cpu::Cpu;
use engine::gpu::dispatches;
use engine::gpu::predict::{Planned, planned};
use engine::op::{Backend, Program};
use ground::error::Result;

/// The dispatches of a training step and of an evaluation, on a GPU that is no software.
pub struct Plan {
    /// Of a step.
    pub step: Vec<Planned>,
    /// Of the evaluation after an epoch.
    pub evaluation: Vec<Planned>,
}

/// Plans a task's programs; kernels stay one by one where they are to be as they were recorded.
/// Errors as a training would, when the batch does not fit the rows.
pub fn plan(task: &Task, as_recorded: bool) -> Result<Plan> {
    let cohort = made_up(task.recipe, task.rows, task.features);
    let batch = task.recipe.batch_rows(task.rows).map_err(ground::error::Error::Usage)?;
    let layout = Layout { models: task.models, batch, epochs: 1, ring: 1, seed: 1 };
    let mut cpu = Cpu::single();
    let gan = Gan::new(&mut cpu, task.recipe, &cohort.rows, cohort.blocks.as_ref(), layout)?;
    let mut evaluation = Program::new("evaluate");
    cpu.launches(gan.evaluate).into_iter().flatten().for_each(|op| evaluation.push(op));
    let of = |program: &Program| planned(&dispatches(program, as_recorded));
    Ok(Plan { step: of(&gan.step_program), evaluation: of(&evaluation) })
}
