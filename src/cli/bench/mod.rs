//! `mellizo bench`.

mod further;
mod machines;
mod picture;
mod plan;
mod repeat;
mod table;

use super::args::BenchOptions;
use super::stdout;
use super::version::VERSION;
use engine::cpu::Cpu;
use engine::op::Backend;
use further::Further;
use ground::error::{Error, Result};
use ground::whole_file::{self, Readers};
use machines::Machine;
use mellizo::synthesis::Recipe;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use training::bench::{
    Earlier, Run, RunComparison, STEP_INCLUDES, Stable, Task, Workload, measure, workload,
};

/// Measures every backend that is asked for, one after the other.
pub(super) fn bench(options: &BenchOptions) -> Result<()> {
    let recipe = Recipe::load(&options.recipe)?;
    let task = Task {
        recipe: recipe.training(),
        rows: options.rows,
        features: options.features,
        models: options.models.into(),
        time: Duration::from_secs_f64(options.seconds),
        stable: options
            .until_stable
            .map(|percent| Stable { percent, at_most: Duration::from_secs_f64(options.at_most) }),
    };
    if options.plan {
        return stdout::line(plan::text(&task, options.json)?.trim_end());
    }
    if let Some(rounds) = options.repeat {
        return repeat::repeat(options, &task, rounds);
    }
    let workload = workload(&task)?;
    let earlier = earlier(options, &workload)?;
    let machines = machines::chosen(options)?;
    let (mut runs, mut furthers) = (Vec::new(), Vec::new());
    for machine in &machines {
        let Some(run) = one(machine, &task, options.fused, machines.len() > 1)? else { continue };
        furthers.push(Further::of(machine, &task, options)?);
        runs.push(run);
    }
    let compared: Vec<Option<RunComparison>> = match &earlier {
        Some(earlier) => runs.iter().map(|run| earlier.compare(run)).collect(),
        None => Vec::new(),
    };
    if let Some(path) = &options.svg {
        draw(path, &picture::svg(&runs))?;
        if let Some(curves) = picture::curves(&runs, &furthers) {
            draw(&path.with_extension("models.svg"), &curves)?;
        }
    }
    let text = match options.json {
        true => document(&workload, &runs, &furthers, &compared),
        false => table::text(&workload, &runs, &furthers, &compared),
    };
    stdout::line(text.trim_end())
}

fn draw(path: &Path, picture: &str) -> Result<()> {
    whole_file::write(path, Readers::Umask, |out| out.write_all(picture.as_bytes()))
}

/// The earlier result, read before anything is measured.
fn earlier(options: &BenchOptions, workload: &Workload) -> Result<Option<Earlier>> {
    let Some(path) = &options.compare else { return Ok(None) };
    let text = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    let earlier = Earlier::parse(&String::from_utf8_lossy(&text), path)?;
    earlier.fits(workload)?;
    Ok(Some(earlier))
}

/// One run; none if a machine of several cannot be used.
fn one(machine: &Machine, task: &Task, fused: bool, several: bool) -> Result<Option<Run>> {
    let names = [machine.backend, machine.adapter.as_str()];
    say!("measuring {} {}", names[0], names[1]);
    let measured = machine
        .open(fused)
        .and_then(|(mut backend, device)| measure(backend.as_mut(), names, device, task, &oracle));
    match measured {
        Err(error @ Error::Device(_)) if several => {
            say!("{} is left out: {error}", machine.adapter);
            Ok(None)
        }
        measured => measured
            .map(|run| Some(Run { driver: machine.driver.clone(), wgpu: machine.wgpu(), ..run })),
    }
}

/// What kernels are compared with.
fn oracle() -> Box<dyn Backend> {
    Box::new(Cpu::double())
}

fn document(
    workload: &Workload,
    runs: &[Run],
    furthers: &[Further],
    compared: &[Option<RunComparison>],
) -> String {
    let whole = |(run, further): (&Run, &Further)| {
        let mut run = json!(run);
        further.add_to(&mut run);
        run
    };
    let runs: Vec<_> = runs.iter().zip(furthers).map(whole).collect();
    let mut document = json!({
        "version": VERSION,
        "command": "bench",
        "mellizo": env!("CARGO_PKG_VERSION"),
        "workload": workload,
        "step_includes": STEP_INCLUDES,
        "runs": runs,
    });
    if !compared.is_empty() {
        document["compare"] = json!(compared);
    }
    document.to_string()
}
