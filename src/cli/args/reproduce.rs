//! What `reproduce` can be asked for.

use super::EngineOptions;
use super::run::minutes;
use clap::Args;
use std::path::PathBuf;

/// The options of `mellizo reproduce`.
#[derive(Debug, Args)]
pub struct ReproduceOptions {
    /// A built-in recipe or a TOML file.
    #[arg(long, value_name = "paper|joint|FILE", default_value = "paper")]
    pub recipe: String,
    #[command(flatten)]
    pub engine: EngineOptions,
    /// Epochs at most, instead of the recipe's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub epochs: Option<u32>,
    /// Run all epochs: no early stopping.
    #[arg(long)]
    pub no_stop: bool,
    /// Seed of everything random, the cohort and the training.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Leave out the scores and the report.
    #[arg(long)]
    pub no_evaluation: bool,
    /// Also train shadow models on halves of the patients for about so many minutes (5 if no number
    /// is given).
    #[arg(long, value_name = "M", num_args = 0..=1, default_missing_value = "5", value_parser = minutes, conflicts_with = "no_evaluation")]
    pub audit_minutes: Option<f64>,
    /// Folder for reproduction.md and the results of the run.
    #[arg(long, value_name = "DIR", default_value = "mellizo-reproduction")]
    pub out: PathBuf,
    /// Overwrite the results of an earlier run in that folder.
    #[arg(long)]
    pub force: bool,
}
