//! `mellizo run` and `mellizo train`.

mod gates;
mod job;
mod keeping;
mod private;
mod results;

pub(super) use gates::Gates;
pub(super) use job::{Job, Sampled};
pub(super) use keeping::Keeping;
pub(super) use results::{Output, trained};

use super::args::RunOptions;
use super::course::Course;
use super::folder::{Folder, RUN_FILES};
use super::recipes::{changes, tell_variable};
use ground::error::{Error, Result};
use mellizo::synthesis::private::Plan;
use mellizo::synthesis::{Read, Reading, Recipe, Settings};
use serde_json::Value;

/// Clean, train, sample, compare; how it went as one object.
pub(super) fn run(options: &RunOptions) -> Result<Value> {
    tell_variable();
    if let Some(plan) = private_plan(options)? {
        return private::run(options, plan, true);
    }
    let mut job = start(options, true)?;
    let model = job.train()?;
    job.sample(&model)?;
    job.finish("run", &model)
}

/// Clean and train; how it went as one object.
pub(super) fn train(options: &RunOptions) -> Result<Value> {
    if options.audit_minutes.is_some() {
        let problem =
            "--audit-minutes is for `mellizo run`: without synthetic patients there is no report";
        return Err(Error::Usage(problem.into()));
    }
    tell_variable();
    if let Some(plan) = private_plan(options)? {
        return private::run(options, plan, false);
    }
    let mut job = start(options, false)?;
    let model = job.train()?;
    job.save(&model)?;
    job.finish("train", &model)
}

/// How a recipe with a private release uses its budget; none of another recipe, which needs none.
pub(super) fn private_plan(options: &RunOptions) -> Result<Option<Plan>> {
    let plan = recipe(options)?.parts().privacy;
    let privacy = &options.privacy;
    let given = [
        privacy.epsilon.is_some(),
        privacy.ledger.is_some(),
        privacy.release.is_some(),
        !privacy.targets.is_empty(),
    ];
    if plan.is_none() && given.contains(&true) {
        let problem = "--epsilon, --ledger, --release and --targets are for --recipe private: no \
                       other recipe bounds what a synthetic table tells";
        return Err(Error::Usage(problem.into()));
    }
    Ok(plan)
}

/// Everything that can be wrong with the user's input is found here, before any work.
fn start(options: &RunOptions, samples: bool) -> Result<Job> {
    let gates = Gates::of(options, samples)?;
    gates.guarantee(None)?;
    let recipe = recipe(options)?;
    let data = options.data.as_deref();
    data.map_or(Ok(()), |data| Folder::spare(&options.out, RUN_FILES, data))?;
    Course::check(options)?;
    let resumed = keeping::resumed(options)?;
    let read = reading(options).table()?;
    let settings = settings(options, recipe, &read);
    let output = Output {
        out: options.out.clone(),
        files: RUN_FILES,
        force: options.force || options.keeping.resume.is_some(),
        guard: options.formulas.guard(),
        data: options.data.clone(),
        evaluation: !options.no_evaluation,
        audit_minutes: options.audit_minutes,
        gates,
    };
    let keeping = Keeping::of(options, [], resumed);
    let goes_on = options.keeping.resume.is_some();
    let mut job = Job::start(&read, &settings, options.engine.choice(), output, keeping)?;
    job.watch.writes(Course::open(&options.course, goes_on)?);
    Ok(job)
}

/// The settings of a run on a table.
pub(super) fn settings(options: &RunOptions, recipe: Recipe, read: &Read) -> Settings {
    Settings {
        name: read.name.clone(),
        recipe,
        seed: options.seed,
        holdout: options.holdout,
        patients: read.patients.clone(),
        models: options.models.into(),
        early_stopping: !options.no_stop,
    }
}

/// The recipe that the options name, with what they and the environment change in it.
pub(super) fn recipe(options: &RunOptions) -> Result<Recipe> {
    Recipe::load_changed(&options.recipe, &changes(&options.changes)?)
}

pub(super) fn reading(options: &RunOptions) -> Reading {
    let reading = options.data.as_ref().map_or_else(Reading::bundled, Reading::file);
    let reading = options.schema.iter().fold(reading, |reading, path| reading.schema(path));
    let reading = reading.without(&options.drop).patient(options.patient.as_deref());
    reading.survival(options.survival.columns()).options(options.table.options(None))
}
