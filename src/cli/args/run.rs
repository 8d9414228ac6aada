//! What `run` and `train` can be asked for.

use super::{
    ChangeOptions, CheckpointOptions, CourseOptions, EngineOptions, FormulaOptions, GateOptions,
    SurvivalOptions, TableOptions,
};
use crate::cli::call::Given;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct RunOptions {
    /// The cohort with a header, as CSV (also .csv.gz), .xlsx or .parquet; the bundled one (908
    /// lung-cancer patients of SUPPORT2) if left out.
    pub data: Option<PathBuf>,
    /// Kinds, levels, units and labels of the columns as TOML; inferred from the data if left out.
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    /// Columns to leave out, such as identifiers and free text.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// The column that says which patient a row is of, where patients have several rows: they are
    /// one person then, and the column is not learned.
    #[arg(long, value_name = "COLUMN")]
    pub patient: Option<String>,
    #[command(flatten)]
    pub survival: SurvivalOptions,
    #[command(flatten)]
    pub table: TableOptions,
    /// A built-in recipe or a TOML file.
    #[arg(long, value_name = "joint|paper|private|FILE", default_value = "joint")]
    pub recipe: String,
    #[command(flatten)]
    pub privacy: PrivacyOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub changes: ChangeOptions,
    /// Run all epochs: no early stopping.
    #[arg(long)]
    pub no_stop: bool,
    /// Seed of everything random.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Independent models to train side by side; the one with the lowest joint Fréchet distance is
    /// kept.
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub models: u16,
    /// Share of the patients, such as 0.2, to keep back from training so that they can judge it;
    /// they are written to private/holdout.csv.
    #[arg(long, value_name = "FRACTION", value_parser = holdout)]
    pub holdout: Option<f64>,
    /// Leave out the scores and the report; `evaluate` makes them later.
    #[arg(long)]
    pub no_evaluation: bool,
    /// Also train small shadow models on halves of the patients for about so many minutes (5 if no
    /// number is given), to see whose presence shows in the synthetic table.
    /// With more minutes more models learn for longer.
    #[arg(long, value_name = "M", num_args = 0..=1, default_missing_value = "5", value_parser = minutes, conflicts_with = "no_evaluation")]
    pub audit_minutes: Option<f64>,
    /// Folder for the results: `private` stays in the house, `share` may leave it.
    #[arg(long, value_name = "DIR", default_value = "mellizo-out")]
    pub out: PathBuf,
    /// Overwrite the results of an earlier run in that folder.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub keeping: CheckpointOptions,
    #[command(flatten)]
    pub gates: GateOptions,
    #[command(flatten)]
    pub course: CourseOptions,
    #[command(flatten)]
    pub formulas: FormulaOptions,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub json: bool,
    /// What was given on the command line.
    #[arg(skip)]
    pub given: Given,
}

/// What a private recipe may spend.
#[derive(Debug, Args)]
pub struct PrivacyOptions {
    /// Recipe private: how much more likely any result may be with a patient than without, as a
    /// logarithm; 1 is strict, 3 usual, 10 weak.
    #[arg(long, value_name = "E")]
    pub epsilon: Option<f64>,
    /// Recipe private: the probability with which that may fail.
    #[arg(long, value_name = "D", default_value_t = 1e-5)]
    pub delta: f64,
    /// Recipe private: columns whose relations to all others are measured more exactly, such as
    /// the outcomes that models are to predict; all other relations a little less so.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Recipe private: a private/release.json of an earlier run, which costs nothing to use again, in
    /// place of a new release.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["epsilon", "ledger", "delta", "targets"])]
    pub release: Option<PathBuf>,
    /// Recipe private: the file that adds up what was spent on the table; `private/ledger.jsonl`
    /// beside the table if left out.
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
}

/// Minutes of an audit.
pub fn minutes(text: &str) -> Result<f64, String> {
    let within = |minutes: &f64| (0.01..=10_000.0).contains(minutes);
    text.parse().ok().filter(within).ok_or("must be a number of minutes from 0.01 to 10000".into())
}

fn holdout(text: &str) -> Result<f64, String> {
    let within = |share: &f64| 0.0 < *share && *share < 1.0;
    text.parse().ok().filter(within).ok_or("must be a share between 0 and 1, such as 0.2".into())
}
