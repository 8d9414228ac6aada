//! A plan as it stands in its file.

use super::MOST;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A plan as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli::sweep) struct Plan {
    /// The folder of all results.
    pub(super) out: PathBuf,
    /// Tables by their names.
    #[serde(default)]
    pub(super) table: BTreeMap<String, Table>,
    /// Every table by every recipe with every seed.
    #[serde(default)]
    pub(super) runs: Vec<Runs>,
    /// The same, as pairs of shadow models.
    #[serde(default)]
    pub(super) audits: Vec<Audits>,
    /// Synthetic tables in parts.
    #[serde(default)]
    pub(super) samples: Vec<Samples>,
}

/// A table of a plan.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Its file; the bundled cohort if left out.
    pub(super) data: Option<PathBuf>,
    /// Options of `run` for this table, such as `--schema`.
    #[serde(default)]
    pub(super) options: Vec<String>,
}

/// Runs of a plan: every table by every recipe with every seed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Runs {
    /// Names of tables of the plan; all of them if left out.
    #[serde(default)]
    pub(super) tables: Vec<String>,
    /// Built-in recipes and files of recipes; `joint` if left out.
    #[serde(default = "joint")]
    pub(super) recipes: Vec<String>,
    /// Seeds: a list, or a number for 1 to that number.
    pub(super) seeds: Seeds,
    /// Options of `run` for all of them.
    #[serde(default)]
    pub(super) options: Vec<String>,
}

/// Audits of a plan, whose shadow models are spread.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Audits {
    /// As for runs.
    #[serde(default)]
    pub(super) tables: Vec<String>,
    /// As for runs.
    #[serde(default = "joint")]
    pub(super) recipes: Vec<String>,
    /// As for runs; 1 if left out.
    #[serde(default = "first")]
    pub(super) seeds: Seeds,
    /// Pairs of shadow models, each a task.
    pub(super) pairs: usize,
    /// Options of `run` for all of them.
    #[serde(default)]
    pub(super) options: Vec<String>,
}

/// A synthetic table of a plan, in parts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Samples {
    /// Its name, which is that of its folder.
    pub(super) name: String,
    /// The file of the model.
    pub(super) model: PathBuf,
    /// A number or `A..B`, as for `sample`.
    pub(super) rows: String,
    /// Parts, each a task.
    pub(super) parts: u64,
    /// Ending of the files: csv, csv.gz or parquet; csv if left out.
    #[serde(default = "csv")]
    pub(super) format: String,
    /// Options of `sample` for all parts.
    #[serde(default)]
    pub(super) options: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "seeds are a number (3: 1, 2 and 3) or a list of them ([4, 7])")]
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
