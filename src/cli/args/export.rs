//! What `export` can be asked for.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct ExportOptions {
    /// A model.safetensors of `run` or `train`.
    pub model: PathBuf,
    /// File to write: a model that `sample` reads.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Overwrite that file.
    #[arg(long)]
    pub force: bool,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub json: bool,
}
