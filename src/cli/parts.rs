//! The table side's parts of a recipe, which the engine only carries.

use crate::error::{Error, Result, toml_problem};
use crate::gan::Recipe;
use crate::table::calibrate::Calibrate;
use crate::table::clean::Thresholds;
use crate::table::pixels::Pixels;
use crate::table::threshold::Threshold;
use serde::Deserialize;

/// `[table]`: cleaning and encoding.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TablePart {
    patients: Threshold,
    features: Threshold,
    #[serde(default)]
    pixels: Pixels,
}

/// `[sampling]`: how many patients, and what happens to generated values.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sampling {
    /// Synthetic patients per real one.
    pub(super) multiple: usize,
    /// Whether coded features go to the nearest value of the cohort.
    pub(super) snap: bool,
    /// Whether values go through the cohort's quantile function.
    #[serde(default)]
    pub(super) calibrate: Calibrate,
}

/// What the table side needs of a recipe.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    pub(super) thresholds: Thresholds,
    pub(super) pixels: Pixels,
    pub(super) sampling: Sampling,
}

impl Parts {
    /// Reads both parts. `source` names the recipe's file in errors ([`Error::Usage`]), as its `name` may be that of the recipe it was
    /// copied from.
    pub(super) fn of(recipe: &Recipe, source: &str) -> Result<Self> {
        let TablePart { patients, features, pixels } = part(&recipe.table, "table", source)?;
        let sampling: Sampling = part(&recipe.sampling, "sampling", source)?;
        if !(1..=1000).contains(&sampling.multiple) {
            let problem =
                "sampling.multiple must be from 1 to 1000 (`mellizo sample --rows` makes any number of patients)";
            return Err(Error::Usage(format!("recipe {source}: {problem}")));
        }
        Ok(Self { thresholds: Thresholds { patients, features }, pixels, sampling })
    }
}

fn part<T: for<'a> Deserialize<'a>>(table: &toml::Table, section: &str, source: &str) -> Result<T> {
    let wrong = |e| Error::Usage(format!("recipe {source}: [{section}]: {}", toml_problem(&e, None)));
    table.clone().try_into().map_err(wrong)
}
