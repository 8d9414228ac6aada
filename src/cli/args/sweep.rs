//! What `sweep` and `gather` can be asked for.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct SweepOptions {
    /// The plan as TOML: tables, recipes and seeds of runs, pairs of shadow models, parts of a
    /// synthetic table. Its paths count from its own folder.
    pub plan: PathBuf,
    /// Do the task of this number, from 0; the whole list is printed if left out.
    /// A task that is done is not done again, one that was ended goes on.
    #[arg(long, value_name = "N", conflicts_with_all = ["all", "count"])]
    pub index: Option<usize>,
    /// Do all tasks, one after the other; the first error ends it.
    #[arg(long, conflicts_with = "count")]
    pub all: bool,
    /// Print the number of tasks alone: a job array has the indices 0 to that number less 1.
    #[arg(long)]
    pub count: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct GatherOptions {
    /// Folders of `sweep`, or folders of runs.
    #[arg(required = true)]
    pub folders: Vec<PathBuf>,
    /// Folder for gathered.html and gathered.json; the first of the folders if left out.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Overwrite what was gathered earlier.
    #[arg(long)]
    pub force: bool,
    /// Print what was gathered as one JSON object.
    #[arg(long)]
    pub json: bool,
}
