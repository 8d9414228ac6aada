//! What `sample` can be asked for.

use super::{EngineOptions, FormulaOptions};
use clap::Args;
use mellizo::synthesis::Rows;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct SampleOptions {
    /// A model.safetensors of `run` or `train`.
    pub model: PathBuf,
    /// So many synthetic patients, or those from number A up to B (not included; the first is
    /// number 0); the recipe's multiple of the cohort by default.
    /// CSV files of ranges that follow each other are, joined, the file of the whole range.
    #[arg(long, value_name = "N|A..B")]
    pub rows: Option<Rows>,
    /// Only patients that satisfy this (and every other --where): "status=dead", "age>70", "stage
    /// in III|IV", "dose is missing".
    /// They are the first so many of the endless table; that costs as many more rows as the
    /// condition is rarer.
    #[arg(long = "where", value_name = "CONDITION", requires = "rows")]
    pub conditions: Vec<String>,
    /// Seed of the noise; the run's by default, which gives the same patients as `run`.
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub engine: EngineOptions,
    /// File to write instead of stdout (-): .csv, .csv.gz or .parquet.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite that file.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub formulas: FormulaOptions,
    /// Print one JSON object at the end (needs --out).
    #[arg(long, requires = "out")]
    pub json: bool,
}
