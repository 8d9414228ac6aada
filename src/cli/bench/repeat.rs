//! `mellizo bench --repeat`: whether a machine gives the same bits every time.

use super::machines::{self, Machine};
use crate::cli::args::BenchOptions;
use crate::cli::stdout;
use crate::cli::version::VERSION;
use ground::error::{Error, Result};
use serde_json::{Value, json};
use training::bench::{Difference, Repeat, Task};

/// Trains again and again on every machine that is asked for, and prints what came of it.
/// Errors, after all were asked: a machine that does not repeat itself.
pub(super) fn repeat(options: &BenchOptions, task: &Task, rounds: u32) -> Result<()> {
    let mut found = Vec::new();
    for machine in machines::chosen(options)? {
        say!("training {rounds} times on {} {}", machine.backend, machine.adapter);
        let (mut backend, _) = machine.open(options.fused)?;
        let repeated = training::bench::repeat(backend.as_mut(), task, rounds as usize)?;
        found.push((machine, repeated));
    }
    match options.json {
        true => stdout::line(document(task, &found))?,
        false => found.iter().try_for_each(|(of, repeated)| stdout::line(text(of, repeated)))?,
    }
    match found.iter().find(|(_, repeated)| repeated.first.is_some()) {
        Some((of, _)) => Err(Error::Device(format!("{} does not repeat itself", of.adapter))),
        None => Ok(()),
    }
}

fn text(machine: &Machine, repeated: &Repeat) -> String {
    let Repeat { rounds, steps, numbers, different, first } = repeated;
    let name = format!("{} {}", machine.backend, machine.adapter);
    let done = format!("{rounds} trainings of {steps} steps, {numbers} numbers after each step");
    let Some(Difference { round, step, buffers }) = first else {
        // Of n trainings without a difference, at most 3 in n differ (95 %).
        let most = 300.0 / (*rounds as f64 - 1.0);
        return match *rounds > 100 {
            true => format!(
                "{name}: repeats itself in {done}; at most {most:.2} % of trainings differ (95 %)"
            ),
            false => format!("{name}: repeats itself in {done}"),
        };
    };
    let buffers = buffers.join(", ");
    format!(
        "{name}: {different} of {done} are not like the first one; training {round} differs from \
         step {step} on, in {buffers}"
    )
}

fn document(task: &Task, found: &[(Machine, Repeat)]) -> Value {
    let one = |(machine, repeated): &(Machine, Repeat)| {
        let mut object = json!({
            "backend": machine.backend,
            "adapter": machine.adapter,
            "driver": machine.driver,
            "repeats": repeated.first.is_none(),
        });
        let more = serde_json::to_value(repeated).expect("plain values");
        more.as_object().into_iter().flatten().for_each(|(key, value)| {
            object[key] = value.clone();
        });
        object
    };
    json!({
        "version": VERSION,
        "command": "bench",
        "mellizo": env!("CARGO_PKG_VERSION"),
        "recipe": task.recipe.name,
        "rows": task.rows,
        "features": task.features,
        "models": task.models,
        "repeat": found.iter().map(one).collect::<Vec<_>>(),
    })
}
