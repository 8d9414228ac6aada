//! What `simulate` can be asked for.

use clap::Args;
use std::path::PathBuf;

/// The options of `mellizo simulate`.
#[derive(Debug, Args)]
pub struct SimulateOptions {
    /// Seed of everything random; the published counts are met with any.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// The hospital's export instead, 887 x 1542, that `clean` turns into the same cohort.
    #[arg(long)]
    pub raw: bool,
    /// File to write; the schema (with --raw: the rules for `clean`) goes beside it, with the
    /// ending .toml.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Overwrite these files.
    #[arg(long)]
    pub force: bool,
}
