//! What a run is asked for beside its table.

use super::Recipe;
use ground::error::{Error, Result};
use std::path::PathBuf;

/// Models side by side at most.
const MOST_MODELS: usize = 1024;

/// The settings of a run; the defaults are those of `mellizo run`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What errors and reports call the cohort, such as the path of its file.
    pub name: PathBuf,
    /// Every hyper-parameter.
    pub recipe: Recipe,
    /// Seed of everything random.
    pub seed: u64,
    /// Share of the patients, such as 0.2, to keep back from training so that they can judge it.
    pub holdout: Option<f64>,
    /// Who each row of the table is of, where patients have several rows: rows of one patient are
    /// one person to the hold-out, the rule of five patients and the audit.
    /// Without it every row is a patient.
    pub patients: Option<Vec<usize>>,
    /// Independent models to train side by side; the one with the lowest joint Fréchet distance is
    /// kept.
    pub models: usize,
    /// Whether the recipe's stopping rules hold.
    pub early_stopping: bool,
}

impl Settings {
    /// Errors ([`Error::Usage`]): a hold-out that is no share, no model or too many.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(share) = self.holdout.filter(|share| !(0.0 < *share && *share < 1.0)) {
            let problem = format!("a hold-out of {share}, which is no share between 0 and 1");
            return Err(Error::Usage(problem));
        }
        if !(1..=MOST_MODELS).contains(&self.models) {
            let problem = format!("{} models, where 1 to {MOST_MODELS} are possible", self.models);
            return Err(Error::Usage(problem));
        }
        Ok(())
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "the table".into(),
            recipe: Recipe::joint(),
            seed: 1,
            holdout: None,
            patients: None,
            models: 1,
            early_stopping: true,
        }
    }
}
