//! What `clean` can be asked for.

use super::FormulaOptions;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct CleanOptions {
    /// The export, as CSV with a header.
    pub data: PathBuf,
    /// The rules, as TOML (docs/cleaning.md).
    #[arg(long, value_name = "FILE")]
    pub rules: PathBuf,
    /// Folder for cohort.csv and the log; `private` in it holds patients' values.
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    pub out: Option<PathBuf>,
    /// A cell that a rule cannot read becomes empty and is counted in the log, instead of stopping.
    #[arg(long)]
    pub lenient: bool,
    /// Print the log (with --json as JSON) and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Overwrite the results of an earlier cleaning in that folder.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub formulas: FormulaOptions,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub json: bool,
}
