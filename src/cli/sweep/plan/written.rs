//! The sections of a plan's file.

use super::MOST;
use serde::Deserialize;
use std::path::PathBuf;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) data: Option<PathBuf>,
    /// Options of `run` for this table, such as `--schema`.
    #[serde(default)]
    pub(super) options: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Runs {
    #[serde(default)]
    pub(super) tables: Vec<String>,
    #[serde(default = "joint")]
    pub(super) recipes: Vec<String>,
    pub(super) seeds: Seeds,
    /// Options of `run` for all of them.
    #[serde(default)]
    pub(super) options: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Audits {
    #[serde(default)]
    pub(super) tables: Vec<String>,
    #[serde(default = "joint")]
    pub(super) recipes: Vec<String>,
    #[serde(default = "first")]
    pub(super) seeds: Seeds,
    /// Pairs of shadow models, each a task.
    pub(super) pairs: usize,
    #[serde(default)]
    pub(super) options: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Samples {
    pub(super) name: String,
    pub(super) model: PathBuf,
    /// A number or `A..B`, as for `sample`.
    pub(super) rows: String,
    pub(super) parts: u64,
    /// Ending of the files: csv, csv.gz or parquet.
    #[serde(default = "csv")]
    pub(super) format: String,
    /// Options of `sample` for all parts.
    #[serde(default)]
    pub(super) options: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Seeds {
    /// From 1 to this number.
    Count(u64),
    List(Vec<u64>),
}

impl Seeds {
    pub(super) fn list(&self) -> Vec<u64> {
        match self {
            Self::Count(count) => (1..=*count).take(MOST + 1).collect(),
            Self::List(seeds) => seeds.clone(),
        }
    }
}

fn joint() -> Vec<String> {
    vec!["joint".into()]
}

fn first() -> Seeds {
    Seeds::Count(1)
}

fn csv() -> String {
    "csv".into()
}
