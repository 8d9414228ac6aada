//! `mellizo reproduce`: the paper from the export to its tables, on the stand-in for its cohort.

use super::args::ReproduceOptions;
use super::folder::REPRODUCE_FILES;
use super::run::{Gates, Job, Keeping, Output, Sampled, trained};
use super::stdout;
use clinical::cleaning::{Rules, clean};
use clinical::simulate::{self, export::export};
use ground::error::{Error, Result};
use mellizo::synthesis::{Model, Read, Recipe, RunRecord, Settings};
use report::reproduction::{Reproduced, reproduction_markdown};
use table::Table;
use table::clean::Thresholds;
use table::formula::FormulaGuard;
use table::read::Sheet;
use table::threshold::Threshold;
use training::gan::TrainedDiscriminator;

/// The paper's thresholds (section 3.1): missing cells of a patient, then of a feature.
const THRESHOLDS: Thresholds =
    Thresholds { patients: Threshold::Count(21), features: Threshold::Count(317) };

/// Simulates the export, cleans it by the rules, trains, samples and compares; the tables go to
/// stdout and to `reproduction.md`.
pub(super) fn reproduce(options: &ReproduceOptions) -> Result<()> {
    let settings = settings(options)?;
    let export = simulated(options.seed)?;
    let chosen = cleaned(&export)?;
    say!("export {} x {}, after the rules {} x 64", export.rows(), export.columns(), chosen.rows());
    let (name, warnings) = (settings.name.clone(), Vec::new());
    let read = Read { table: chosen, name, patients: None, warnings, given: None };
    let mut job =
        Job::start(&read, &settings, options.engine.choice(), output(options), Keeping::none())?;
    let model = job.train()?;
    let sampled = job.sample(&model)?;
    let accuracy = accuracy(&mut job, &model, &sampled)?;
    let tables = reproduction_markdown(&Reproduced {
        export: &export,
        chosen: &read.table,
        real: job.cohort.table(),
        synthetic: &sampled.synthetic,
        encoder: job.cohort.encoder(),
        real_encoded: job.cohort.encoded(),
        synthetic_encoded: &sampled.encoded,
        accuracy,
    });
    let text = format!("{}\n\n{tables}", heading(&job, &job.record(&model)));
    job.results.write("reproduction.md", &text)?;
    job.finish("reproduce", &model)?;
    stdout::write(|out| out.write_all(text.as_bytes()))
}

fn settings(options: &ReproduceOptions) -> Result<Settings> {
    let mut recipe = Recipe::load(&options.recipe)?.with_thresholds(THRESHOLDS);
    if recipe.parts().privacy.is_some() {
        let problem = "reproduce compares with the paper's patients, so a recipe that sees none \
                       of them has nothing to reproduce; use paper or joint";
        return Err(Error::Usage(format!("--recipe {}: {problem}", options.recipe)));
    }
    if let Some(epochs) = options.epochs {
        recipe = recipe.with_epochs(epochs as usize)?;
    }
    Ok(Settings {
        name: "the stand-in cohort".into(),
        recipe,
        seed: options.seed,
        early_stopping: !options.no_stop,
        ..Settings::default()
    })
}

fn output(options: &ReproduceOptions) -> Output {
    Output {
        out: options.out.clone(),
        files: REPRODUCE_FILES,
        force: options.force,
        guard: FormulaGuard::On,
        data: None,
        evaluation: !options.no_evaluation,
        audit_minutes: options.audit_minutes,
        gates: Gates::default(),
    }
}

/// The export as if it had been read from a file.
fn simulated(seed: u64) -> Result<Sheet> {
    let mut bytes = Vec::new();
    export(seed).write(&mut bytes).map_err(|e| Error::io("the simulated export", e))?;
    Sheet::from_bytes(&bytes, "the simulated export")
}

/// The 64 variables by the rules of the repository.
fn cleaned(export: &Sheet) -> Result<Table> {
    let rules = Rules::from_toml(simulate::RULES, "bundled rules lung_rules.toml")?;
    let mut bytes = Vec::new();
    clean(export, &rules, false)?
        .write_cohort(&mut bytes)
        .map_err(|e| Error::io("the cleaned cohort", e))?;
    Sheet::from_bytes(&bytes, "the cleaned cohort")?.table(&simulate::schema())
}

/// How often the discriminator is right: on the encoded cohort, and on the generator's rows before
/// any post-processing, as in training; not a number without a discriminator.
fn accuracy(job: &mut Job, model: &Model, sampled: &Sampled) -> Result<[f64; 2]> {
    let recipe = model.recipe().training();
    if !recipe.discriminator.enabled {
        return Ok([f64::NAN; 2]);
    }
    let (backend, learned) = (job.backend.as_mut(), job.cohort.learned());
    let weights = &trained(model).discriminator;
    let discriminator = TrainedDiscriminator::new(backend, recipe, weights, learned.columns())?;
    let real = discriminator.called_real(backend, learned)?;
    let synthetic = discriminator.called_real(backend, &sampled.generated)?;
    Ok([real, 1.0 - synthetic])
}

/// What was run; no times and no machine beyond the backend, so that equal runs give equal files.
fn heading(job: &Job, run: &RunRecord) -> String {
    let (cleaning, training) = (job.cohort.cleaning(), &run.training);
    let distance = training.scores.map_or(String::new(), |scores| {
        let (marginal, joint) = (scores.marginal, scores.joint);
        format!(", Fréchet distance marginal {marginal:.6}, joint {joint:.4}")
    });
    format!(
        "Recipe {}, seed {}, {}: {} of {} epochs, kept epoch {} ({}){distance}.\n\n\
         Cohort: {} patients, {} variables, {} missing cells; \
         after cleaning {} patients, {} features, {} missing cells.",
        run.recipe,
        run.seed,
        run.backend,
        training.epochs,
        training.epochs_planned,
        training.epoch,
        training.reason,
        cleaning.before.patients,
        cleaning.before.features,
        cleaning.before.missing,
        cleaning.after.patients,
        cleaning.after.features,
        cleaning.after.missing,
    )
}
