//! `mellizo run` and `mellizo train`.

mod job;
mod private;
mod results;

pub(super) use job::{Job, Sampled};
pub(super) use results::{Output, trained};

use super::args::RunOptions;
use super::folder::{Folder, RUN_FILES};
use ground::error::{Error, Result};
use mellizo::synthesis::private::Plan;
use mellizo::synthesis::{Reading, Recipe, Settings};
use training::gan::recipe::Batch;

/// Clean, train, sample, compare.
pub(super) fn run(options: &RunOptions) -> Result<()> {
    if let Some(plan) = private_plan(options)? {
        return private::run(options, plan, true);
    }
    let mut job = start(options)?;
    let model = job.train()?;
    job.sample(&model)?;
    job.finish("run", &model, options.json)
}

/// Clean and train.
pub(super) fn train(options: &RunOptions) -> Result<()> {
    if options.audit_minutes.is_some() {
        let problem =
            "--audit-minutes is for `mellizo run`: without synthetic patients there is no report";
        return Err(Error::Usage(problem.into()));
    }
    if let Some(plan) = private_plan(options)? {
        return private::run(options, plan, false);
    }
    let mut job = start(options)?;
    let model = job.train()?;
    job.save(&model)?;
    job.finish("train", &model, options.json)
}

/// How a recipe with a private release uses its budget; none of another recipe, which needs none.
fn private_plan(options: &RunOptions) -> Result<Option<Plan>> {
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
fn start(options: &RunOptions) -> Result<Job> {
    let recipe = recipe(options)?;
    let data = options.data.as_deref();
    data.map_or(Ok(()), |data| Folder::spare(&options.out, RUN_FILES, data))?;
    let read = reading(options).table()?;
    let settings = Settings {
        name: read.name.clone(),
        recipe,
        seed: options.seed,
        holdout: options.holdout,
        patients: read.patients.clone(),
        models: options.models.into(),
        early_stopping: !options.no_stop,
    };
    let output = Output {
        out: options.out.clone(),
        files: RUN_FILES,
        force: options.force,
        guard: options.formulas.guard(),
        data: options.data.clone(),
        evaluation: !options.no_evaluation,
        audit_minutes: options.audit_minutes,
    };
    Job::start(&read, &settings, options.engine.choice(), output)
}

/// The recipe that the options name, with what they change in it.
fn recipe(options: &RunOptions) -> Result<Recipe> {
    let mut recipe = Recipe::load(&options.recipe)?;
    if let Some(epochs) = options.epochs {
        recipe = recipe.with_epochs(epochs as usize)?;
    }
    if let Some(steps) = options.steps {
        recipe = recipe.with_steps(steps as usize)?;
    }
    if let Some(text) = &options.batch {
        recipe = recipe.with_batch(batch(text)?)?;
    }
    Ok(recipe)
}

fn reading(options: &RunOptions) -> Reading {
    let reading = options.data.as_ref().map_or_else(Reading::bundled, Reading::file);
    let reading = options.schema.iter().fold(reading, |reading, path| reading.schema(path));
    let reading = reading.without(&options.drop).patient(options.patient.as_deref());
    reading.options(options.table.options(None))
}

/// `--batch`.
fn batch(text: &str) -> Result<Batch> {
    match (text, text.parse()) {
        ("auto" | "all", _) => Ok(Batch::Word(text.into())),
        (_, Ok(rows)) if rows >= 2 => Ok(Batch::Rows(rows)),
        _ => Err(Error::Usage(format!(
            "--batch {text:?} must be a number of rows of at least 2, auto or all"
        ))),
    }
}
