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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::Recipe;
    use engine::gpu::predict::{DEVICES, seconds};
    use std::time::Duration;

    #[test]
    fn show() {
        for (recipe, rows, features) in [(Recipe::paper(), 804, 63), (Recipe::joint(), 726, 44)] {
            for models in [1, 32] {
                for rec in [false, true] {
                    let task =
                        Task { recipe: &recipe, rows, features, models, time: Duration::ZERO };
                    let plan = plan(&task, rec).unwrap();
                    for (what, plan) in [("step", &plan.step), ("evaluation", &plan.evaluation)] {
                        println!(
                            "## {} {what} models {models} recorded {rec}: {} dispatches, {} levels",
                            recipe.name,
                            plan.len(),
                            plan.iter().map(|p| p.level).max().unwrap()
                        );
                        for d in &DEVICES {
                            let compute: f64 =
                                plan.iter().map(|p| d.seconds(p, models).0 - d.launch * 1e-6).sum();
                            println!(
                                "   {:<18} {:.3} ms ({:.3} without launches) {:.3} a model",
                                d.name,
                                1e3 * seconds(plan, models, d),
                                1e3 * compute,
                                1e3 * seconds(plan, models, d) / models as f64
                            );
                        }
                        if !rec && what == "step" {
                            for p in plan {
                                let (s, b) = DEVICES[0].seconds(p, models);
                                println!(
                                    "   {:<24} x{:<2} level {:<3} wg {:<6} {:>8.2} MFLOP {:>8} KB steps {:<4} {:>6.1} us {}",
                                    p.kernel,
                                    p.kernels,
                                    p.level,
                                    p.workgroups,
                                    p.flop as f64 / 1e6,
                                    p.bytes / 1000,
                                    p.serial_steps,
                                    1e6 * s,
                                    b.name()
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}
