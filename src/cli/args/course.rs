//! Files that tell the course of training while it goes on.

use clap::Args;
use std::path::PathBuf;

/// Where the course of training is written to.
#[derive(Clone, Debug, Default, Args)]
pub struct CourseOptions {
    /// Write one JSON object a line and epoch to this file while training goes on.
    #[arg(long, value_name = "FILE.jsonl")]
    pub log: Option<PathBuf>,
    /// Write event files of TensorBoard to this folder while training goes on.
    #[arg(long, value_name = "DIR")]
    pub tensorboard: Option<PathBuf>,
}
