//! `mellizo bench --plan`: what a step asks of a GPU, without one.

use engine::cpu::Cpu;
use engine::gpu::dispatches;
use engine::gpu::predict::{DEVICES, Model, Planned, planned, seconds};
use ground::error::Result;
use serde_json::{Value, json};
use std::fmt::Write;
use training::bench::{Task, programs};

/// The device by which the table says what bounds a dispatch.
const LARGE: &Model = &DEVICES[0];

/// The dispatches of a training step and of an evaluation.
struct Plan {
    step: Vec<Planned>,
    evaluation: Vec<Planned>,
}

/// The plan of a task as a table, or as JSON.
/// Errors when the batch does not fit the rows.
pub(super) fn text(task: &Task, as_json: bool) -> Result<String> {
    let programs = programs(&mut Cpu::single(), task)?;
    let [fused, recorded] = [false, true].map(|as_recorded| Plan {
        step: planned(&dispatches(&programs.step, as_recorded)),
        evaluation: planned(&dispatches(&programs.evaluation, as_recorded)),
    });
    Ok(if as_json { document(task, &fused) } else { table(task, &fused, &recorded) })
}

fn document(task: &Task, plan: &Plan) -> String {
    let dispatch = |planned: &Planned| {
        json!({
            "kernel": planned.kernel,
            "level": planned.level,
            "workgroups": planned.workgroups,
            "flop": planned.flop,
            "bytes": planned.bytes,
            "serial_steps": planned.serial_steps,
        })
    };
    let one = |program: &str, dispatches: &[Planned]| {
        let predicted: Vec<Value> = DEVICES
            .iter()
            .map(|device| {
                let milliseconds = 1e3 * seconds(dispatches, task.models, device);
                json!({ "device": device.name, format!("{program}_ms"): milliseconds })
            })
            .collect();
        json!({
            "recipe": task.recipe.name,
            "models": task.models,
            "dispatches": dispatches.iter().map(dispatch).collect::<Vec<_>>(),
            "predicted": predicted,
        })
    };
    json!({
        "version": 1,
        "plans": [one("step", &plan.step)],
        "evaluations": [one("evaluation", &plan.evaluation)],
    })
    .to_string()
}

fn table(task: &Task, fused: &Plan, recorded: &Plan) -> String {
    let mut out = format!(
        "plan of recipe {}, {} rows of {} features, {} {}\n",
        task.recipe.name,
        task.rows,
        task.features,
        task.models,
        if task.models == 1 { "model" } else { "models" }
    );
    for (name, plan) in [("step", &fused.step), ("evaluation", &fused.evaluation)] {
        listed(&mut out, name, plan, task.models);
    }
    let _ = writeln!(out, "\nexpected by a model, not measured, ms");
    let columns = ["device", "step", "kernel by kernel", "evaluation"];
    let _ = writeln!(
        out,
        "  {:<18} {:>8} {:>17} {:>11}",
        columns[0], columns[1], columns[2], columns[3]
    );
    for device in &DEVICES {
        let ms = |plan: &[Planned]| 1e3 * seconds(plan, task.models, device);
        let _ = writeln!(
            out,
            "  {:<18} {:>8.3} {:>17.3} {:>11.3}",
            device.name,
            ms(&fused.step),
            ms(&recorded.step),
            ms(&fused.evaluation)
        );
    }
    out
}

fn listed(out: &mut String, name: &str, plan: &[Planned], models: usize) {
    let levels = plan.iter().map(|planned| planned.level).max().unwrap_or(0);
    let _ = writeln!(
        out,
        "\n{name}: {} dispatches in {levels} levels; \"bound\" is what bounds it on {}",
        plan.len(),
        LARGE.name
    );
    let _ = writeln!(
        out,
        "  {:<20} {:>5} {:>5} {:>10} {:>9} {:>9} {:>6}  bound",
        "kernel", "count", "level", "workgroups", "MFLOP", "KB", "serial"
    );
    for planned in plan {
        let _ = writeln!(
            out,
            "  {:<20} {:>5} {:>5} {:>10} {:>9.1} {:>9} {:>6}  {}",
            planned.kernel,
            planned.kernels,
            planned.level,
            planned.workgroups,
            planned.flop as f64 / 1e6,
            planned.bytes / 1000,
            planned.serial_steps,
            LARGE.seconds(planned, models).1.name()
        );
    }
}
