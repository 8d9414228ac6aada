//! What the environment and a caller change in a recipe.

use ground::error::{Error, Result};
use training::gan::recipe::{Change, MOST_EPOCHS};

/// Sets keys of every recipe, as `--set` does, separated by semicolons.
const VARIABLE: &str = "MELLIZO_SET";

/// What to change in a recipe; the defaults change nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Keys with their values, such as `training.validation=0.2`.
    pub set: Vec<String>,
    /// Passes over the patients at most, in place of the recipe's epochs and steps.
    pub epochs: Option<u32>,
    /// Training steps at most, in place of the recipe's epochs and steps.
    pub steps: Option<u32>,
    /// Rows of a batch: a number, `auto` for a third of the patients, `all` for all of them.
    pub batch: Option<String>,
}

impl Changes {
    /// What `MELLIZO_SET` changes, as it is written; none where it changes nothing.
    pub fn of_environment() -> Option<String> {
        std::env::var(VARIABLE).ok().filter(|changes| !changes.trim().is_empty())
    }

    /// A sentence about that: the caller's own words do not show it.
    pub fn told() -> Option<String> {
        Self::of_environment().map(|changes| format!("{VARIABLE} changes the recipe: {changes}"))
    }

    /// What the environment and, before it, these change.
    ///
    /// Errors ([`Error::Usage`]): a text that is no change.
    pub fn list(&self) -> Result<Vec<Change>> {
        let variable = Self::of_environment().unwrap_or_default();
        let of_variable = variable.split(';').map(str::trim).filter(|text| !text.is_empty());
        let of_variable = of_variable.map(|text| Change::parse(text, VARIABLE));
        let given = self.set.iter().map(|text| Change::parse(text, "--set"));
        let changes: std::result::Result<Vec<Change>, String> = of_variable.chain(given).collect();
        let mut changes = changes.map_err(Error::Usage)?;
        if let Some(epochs) = self.epochs {
            changes.push(Change::new("training.epochs", epochs, "--epochs"));
            changes.push(Change::new("training.steps", 0, "--epochs"));
        }
        if let Some(steps) = self.steps {
            changes.push(Change::new("training.epochs", MOST_EPOCHS as i64, "--steps"));
            changes.push(Change::new("training.steps", steps, "--steps"));
            changes.push(Change::new("training.per_patient", 0, "--steps"));
        }
        if let Some(text) = &self.batch {
            changes.push(batch(text)?);
        }
        Ok(changes)
    }
}

/// `--batch`.
fn batch(text: &str) -> Result<Change> {
    let path = "training.batch";
    match (text, text.parse()) {
        ("auto" | "all", _) => Ok(Change::new(path, text, "--batch")),
        (_, Ok(rows @ 2_u32..)) => Ok(Change::new(path, rows, "--batch")),
        _ => Err(Error::Usage(format!(
            "--batch {text:?} must be a number of rows of at least 2, auto or all"
        ))),
    }
}
