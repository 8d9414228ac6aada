//! `mellizo run` and `mellizo train`.

mod asked;
mod basis;
mod gates;
mod job;
mod keeping;
mod private;
mod results;

pub(super) use asked::Asked;
pub(super) use gates::Gates;
pub(super) use job::{Job, Sampled, cohort};
pub(super) use keeping::Keeping;
pub(super) use private::{Outset, Purse, budget_warnings};
pub(super) use results::{Output, trained};

use super::args::RunOptions;
use super::course::Course;
use super::folder::RUN_FILES;
use super::recipes::changes;
use basis::{BASIS, Basis};
use ground::error::{Error, Result};
use mellizo::synthesis::private::Plan;
use mellizo::synthesis::{Read, Reading, Recipe, Settings};
use serde_json::Value;

/// Clean, train, sample, compare; how it went as one object.
pub(super) fn run(options: &RunOptions) -> Result<Value> {
    let asked = Asked::of(options, true)?;
    if let Some(plan) = asked.plan {
        return private::run(options, asked, plan, true);
    }
    let mut job = start(options, asked)?;
    let model = job.train()?;
    job.sample(&model)?;
    job.finish("run", &model)
}

/// Clean and train; how it went as one object.
pub(super) fn train(options: &RunOptions) -> Result<Value> {
    let asked = Asked::of(options, false)?;
    if let Some(plan) = asked.plan {
        return private::run(options, asked, plan, false);
    }
    let mut job = start(options, asked)?;
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
        // It has a default.
        options.given.iter().any(|(option, _)| option == "delta"),
        privacy.ledger.is_some(),
        privacy.release.is_some(),
        !privacy.targets.is_empty(),
    ];
    if plan.is_none() && given.contains(&true) {
        let problem = "--epsilon, --delta, --ledger, --release and --targets are for --recipe \
                       private: no other recipe bounds what a synthetic table tells";
        return Err(Error::Usage(problem.into()));
    }
    Ok(plan)
}

/// Everything that can be wrong with the user's input is found here, before any work.
fn start(options: &RunOptions, asked: Asked) -> Result<Job> {
    let (gates, after) = (asked.gates, asked.after());
    let Learned { read, settings, keeping } = learned(options, asked, &reading(options))?;
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
    let mut job = Job::start(&read, &settings, options.engine.choice(), output, keeping)?;
    let (course, told) = Course::open(&options.course, after)?;
    job.tell(course, told);
    Ok(job)
}

/// A table that is read, and by what it is learned.
pub(super) struct Learned {
    pub(super) read: Read,
    pub(super) settings: Settings,
    pub(super) keeping: Keeping,
}

/// Reads the table of a run.
/// Errors: those of the table, and one that is not that of the run that is gone on with.
pub(super) fn learned(options: &RunOptions, asked: Asked, reading: &Reading) -> Result<Learned> {
    let Asked { recipe, mut resumed, .. } = asked;
    let read = reading.table()?;
    let mut more = Vec::new();
    if options.keeping.are_written() || resumed.is_some() {
        let basis = Basis::of(options, &read, true)?;
        if let Some((checkpoint, told)) = &mut resumed {
            told.extend(basis.goes_on(options, checkpoint)?);
        }
        more.push((BASIS, basis.value()));
    }
    let settings = settings(options, recipe, &read);
    let keeping = Keeping::of(options, more, resumed);
    Ok(Learned { read, settings, keeping })
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
