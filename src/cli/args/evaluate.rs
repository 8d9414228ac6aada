//! What `evaluate` can be asked for.

use super::{SurvivalOptions, TableOptions};
use clap::Args;
use std::path::PathBuf;

/// The options of `mellizo evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateOptions {
    /// The real patients that the synthetic ones were made of, as a table file with a header.
    pub real: PathBuf,
    /// The synthetic patients: the same columns, in any order, from any tool.
    pub synthetic: PathBuf,
    /// Real patients who were kept back when the synthetic ones were made; without them several
    /// risks cannot be judged.
    #[arg(long, value_name = "FILE")]
    pub holdout: Option<PathBuf>,
    /// Kinds, levels and labels of the columns and targets of prediction as TOML; kinds are
    /// inferred from REAL if left out.
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    /// Columns to leave out, such as identifiers and free text.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// The column of REAL and the hold-out that says which patient a row is of, where patients have
    /// several rows; attacks then look at one row of each, and the column is not compared.
    #[arg(long, value_name = "COLUMN")]
    pub patient: Option<String>,
    #[command(flatten)]
    pub survival: SurvivalOptions,
    /// How REAL and the hold-out are read; of SYNTHETIC the codes for missing alone.
    #[command(flatten)]
    pub table: TableOptions,
    /// Seed of every split, draw and classifier.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// File for the scores as JSON (docs/report.md).
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// File for the report that may be passed on.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// File for the owner's report, with pictures of real patients.
    #[arg(long, value_name = "FILE")]
    pub private_html: Option<PathBuf>,
}
