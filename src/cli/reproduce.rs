//! `mellizo reproduce`: the paper from the export to its tables, on the stand-in for its cohort.

use super::args::{EngineOptions, RunOptions, minutes};
use super::folder::REPRODUCE_FILES;
use super::formula::FormulaOptions;
use super::parts::Parts;
use super::run::{Run, Sampled, recipe};
use super::table_options::TableOptions;
use super::{compare, input, stdout};
use clap::Args;
use clinical::cleaning::{Rules, clean};
use clinical::simulate::{self, export::export};
use ground::error::{Error, Result};
use report::reproduction::{Reproduced, reproduction_markdown};
use std::path::{Path, PathBuf};
use table::Table;
use table::clean::Thresholds;
use table::read::Sheet;
use table::threshold::Threshold;
use training::gan::{Trained, TrainedDiscriminator};

/// The paper's thresholds (section 3.1): missing cells of a patient, then of a feature.
const THRESHOLDS: Thresholds =
    Thresholds { patients: Threshold::Count(21), features: Threshold::Count(317) };

/// The options of `mellizo reproduce`.
#[derive(Debug, Args)]
pub(super) struct ReproduceOptions {
    /// A built-in recipe or a TOML file.
    #[arg(long, value_name = "paper|joint|FILE", default_value = "paper")]
    recipe: String,
    #[command(flatten)]
    engine: EngineOptions,
    /// Epochs at most, instead of the recipe's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    epochs: Option<u32>,
    /// Run all epochs: no early stopping.
    #[arg(long)]
    no_stop: bool,
    /// Seed of everything random, the cohort and the training.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Leave out the scores and the report.
    #[arg(long)]
    no_evaluation: bool,
    /// Also train shadow models on halves of the patients for about so many minutes (5 if no number
    /// is given).
    #[arg(long, value_name = "M", num_args = 0..=1, default_missing_value = "5", value_parser = minutes, conflicts_with = "no_evaluation")]
    audit_minutes: Option<f64>,
    /// Folder for reproduction.md and the results of the run.
    #[arg(long, value_name = "DIR", default_value = "mellizo-reproduction")]
    out: PathBuf,
    /// Overwrite the results of an earlier run in that folder.
    #[arg(long)]
    force: bool,
}

/// Simulates the export, cleans it by the rules, trains, samples and compares; the tables go to
/// stdout and to `reproduction.md`.
pub(super) fn reproduce(options: &ReproduceOptions) -> Result<()> {
    let run_options = run_options(options);
    let recipe = recipe(&run_options)?;
    let parts = Parts { thresholds: THRESHOLDS, ..Parts::of(&recipe, &options.recipe)? };
    let export = simulated(options.seed)?;
    let chosen = cleaned(&export)?;
    eprintln!(
        "export {} x {}, after the rules {} x 64",
        export.rows(),
        export.columns(),
        chosen.rows()
    );
    let cohort = input::prepare(
        &chosen,
        (Path::new("the stand-in cohort"), Vec::new()),
        &recipe,
        &parts,
        None,
    )?;
    let mut run = Run::of(&run_options, recipe, parts, cohort, REPRODUCE_FILES)?;
    let trained = run.train()?;
    let sampled = run.sample(&trained)?;
    let accuracy = accuracy(&mut run, &trained, &sampled)?;
    let tables = reproduction_markdown(&Reproduced {
        export: &export,
        chosen: &chosen,
        real: &run.cohort.table,
        synthetic: &sampled.synthetic,
        encoder: &run.cohort.encoder,
        real_encoded: &run.cohort.encoded,
        synthetic_encoded: &sampled.encoded,
        accuracy,
    });
    let text = format!("{}\n\n{tables}", heading(&run, &trained, options.seed));
    run.folder.write("reproduction.md", |out| out.write_all(text.as_bytes()))?;
    run.finish("reproduce", &trained, Some(sampled.encoded.rows()))?;
    stdout::write(|out| out.write_all(text.as_bytes()))
}

fn run_options(options: &ReproduceOptions) -> RunOptions {
    RunOptions {
        data: None,
        schema: None,
        drop: Vec::new(),
        table: TableOptions::default(),
        recipe: options.recipe.clone(),
        engine: options.engine.clone(),
        epochs: options.epochs,
        batch: None,
        no_stop: options.no_stop,
        seed: options.seed,
        models: 1,
        out: options.out.clone(),
        holdout: None,
        no_evaluation: options.no_evaluation,
        audit_minutes: options.audit_minutes,
        force: options.force,
        formulas: FormulaOptions::default(),
        json: false,
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
fn accuracy(run: &mut Run, trained: &Trained, sampled: &Sampled) -> Result<[f64; 2]> {
    if !run.recipe.discriminator.enabled {
        return Ok([f64::NAN; 2]);
    }
    let backend = run.backend.as_mut();
    let learned = run.cohort.learned();
    let discriminator =
        TrainedDiscriminator::new(backend, &run.recipe, &trained.discriminator, learned.columns())?;
    let real = discriminator.called_real(backend, learned)?;
    let synthetic = discriminator.called_real(backend, &sampled.generated)?;
    Ok([real, 1.0 - synthetic])
}

/// What was run; no times and no machine beyond the backend, so that equal runs give equal files.
fn heading(run: &Run, trained: &Trained, seed: u64) -> String {
    let (recipe, cleaning) = (&run.recipe, &run.cohort.cleaning);
    let epoch = compare::kept(trained);
    let distance = epoch.map_or(String::new(), |epoch| {
        format!(", Fréchet distance marginal {:.6}, joint {:.4}", epoch.marginal, epoch.joint)
    });
    format!(
        "Recipe {}, seed {seed}, {}: {} of {} epochs, kept epoch {} ({}){distance}.\n\nCohort: {} patients, {} variables, {} missing cells; after \
         cleaning {} patients, {} features, {} missing cells.",
        recipe.name,
        run.described,
        compare::epochs_run(trained),
        recipe.training.epochs,
        trained.epoch,
        trained.reason,
        cleaning.before.patients,
        cleaning.before.features,
        cleaning.before.missing,
        cleaning.after.patients,
        cleaning.after.features,
        cleaning.after.missing,
    )
}
