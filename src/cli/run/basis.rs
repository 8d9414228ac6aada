//! What a run is made of: its table as it was read, and its recipe. A run that goes on with another
//! table or recipe is not the one that was begun, so it is refused with what differs.

use crate::cli::args::RunOptions;
use crate::cli::folder::CHECKPOINTS;
use crate::cli::origin::{file_hash, file_name};
use crate::cli::recipes::changes;
use ground::checksum::sha256;
use ground::error::{Error, Place, Result};
use mellizo::synthesis::{Checkpoint, Read, Recipe};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use table::Table;

/// The key of it in a checkpoint.
pub(super) const BASIS: &str = "basis";

/// Columns that a message names at most.
const MOST_NAMES: usize = 5;

/// What a run is made of; of large things their SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::cli) struct Basis {
    /// The table's file.
    file: String,
    /// Of its bytes; none of the bundled cohort, and of what is no plain file.
    bytes: Option<String>,
    /// Of all that was read: cells, schema, who is behind each row.
    read: String,
    /// The parts of that, to tell what differs; none of a private run, which keeps as little of its
    /// patients as it can.
    parts: Option<Parts>,
    /// Every key of the recipe with its value.
    recipe: Vec<[String; 2]>,
    /// Options that say what is made of the table, beside those that a training belongs to.
    options: Vec<[String; 2]>,
}

/// A table in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Parts {
    rows: usize,
    /// Names of the columns, and of their cells.
    columns: Vec<[String; 2]>,
    /// Of the rows, whatever their order.
    unordered: String,
}

impl Basis {
    /// Of a table that was read; with `parts` what differs can be told column by column.
    ///
    /// Errors: those of the file and of the recipe.
    pub(in crate::cli) fn of(options: &RunOptions, read: &Read, parts: bool) -> Result<Self> {
        let file = options.data.as_deref().filter(|data| data.is_file());
        let table = &read.table;
        let schema = serde_json::to_vec(&table.schema).expect("plain data");
        let patients = format!("{:?}", read.patients);
        let origins = Recipe::origins(&options.recipe, &changes(&options.changes)?)?;
        let key = |section: Option<String>, key: &str| match section {
            Some(section) => format!("{section}.{key}"),
            None => key.to_owned(),
        };
        Ok(Self {
            file: file_name(&read.name),
            bytes: file.map(file_hash).transpose()?,
            read: sha256(&[&schema, patients.as_bytes(), &bytes(table.cells.values())]),
            parts: parts.then(|| Parts::of(table)),
            recipe: origins.into_iter().map(|of| [key(of.section, &of.key), of.value]).collect(),
            options: decisive(options),
        })
    }

    /// As a checkpoint keeps it.
    pub(super) fn value(&self) -> Value {
        serde_json::to_value(self).expect("plain data")
    }

    /// What the owner must know of a run that goes on with this.
    ///
    /// Errors ([`Error::Input`]) when the run was begun with something else, with what differs.
    pub(super) fn goes_on(
        &self,
        options: &RunOptions,
        checkpoint: &Checkpoint,
    ) -> Result<Option<String>> {
        let begun: Option<Self> = serde_json::from_value(checkpoint.note()[BASIS].clone()).ok();
        let Some(begun) = begun else {
            return Ok(Some(
                "the checkpoint is of an earlier build and does not say which table it is of: it \
                 is up to you that it is the same"
                    .into(),
            ));
        };
        let differs = self.differs(&begun);
        if !differs.is_empty() {
            let problem = format!("the checkpoint is of {}", differs.join("; and of "));
            let remedy = "give back what the run was begun with, or start it again without \
                          --resume, in a new folder (--out DIR)";
            return Err(Error::input(Place::file(options.out.join(CHECKPOINTS)), problem, remedy));
        }
        let same = self.bytes == begun.bytes;
        Ok((!same).then(|| {
            format!(
                "{} has other bytes than the file with which the run was begun ({}); what is read \
                 of it is the same, and so are the results",
                self.file, begun.file
            )
        }))
    }

    /// What the run was begun with where that is something else, in words without a value of a cell.
    fn differs(&self, begun: &Self) -> Vec<String> {
        let mut all = Vec::new();
        if self.read != begun.read {
            let parts = match (&self.parts, &begun.parts) {
                (Some(here), Some(there)) => here.differs(there),
                _ => Vec::new(),
            };
            let parts = match parts.is_empty() {
                true => "its cells or its schema are others".to_owned(),
                false => parts.join(", "),
            };
            all.push(format!("another cohort: {} was changed since: {parts}", self.file));
        }
        let told = |key: &String, there: &str, here: &str| format!("{key} {there}, here {here}");
        let keys = differing(&begun.recipe, &self.recipe, told);
        if !keys.is_empty() {
            all.push(format!("another recipe, steps or batch ({})", keys.join("; ")));
        }
        let told = |option: &String, there: &str, here: &str| {
            format!("another {option} ({there}, here {here})")
        };
        all.extend(differing(&begun.options, &self.options, told));
        all
    }
}

impl Parts {
    fn of(table: &Table) -> Self {
        let column = |(at, column): (usize, &table::Column)| {
            let cells: Vec<f64> = table.cells.column(at).collect();
            [column.name.clone(), sha256(&[&bytes(&cells)])]
        };
        let mut rows: Vec<String> =
            (0..table.rows()).map(|row| sha256(&[&bytes(table.cells.row(row))])).collect();
        rows.sort_unstable();
        Self {
            rows: table.rows(),
            columns: table.schema.columns.iter().enumerate().map(column).collect(),
            unordered: sha256(&[rows.join(" ").as_bytes()]),
        }
    }

    fn differs(&self, begun: &Self) -> Vec<String> {
        let has = |of: &Self, name: &str| of.columns.iter().any(|[known, _]| known == name);
        let only = |of: &Self, other: &Self| {
            let names = of.columns.iter().map(|[name, _]| name.clone());
            names.filter(|name| !has(other, name)).collect::<Vec<_>>()
        };
        let (gone, new) = (only(begun, self), only(self, begun));
        let other = begun.columns.iter().filter(|[name, cells]| {
            self.columns.iter().any(|[known, here]| known == name && here != cells)
        });
        let other: Vec<String> = other.map(|[name, _]| name.clone()).collect();
        let names = |of: &Self| of.columns.iter().map(|[name, _]| name.clone()).collect::<Vec<_>>();
        let mut all = Vec::new();
        if self.rows != begun.rows {
            all.push(format!("it had {} rows and has {}", begun.rows, self.rows));
        }
        if !gone.is_empty() {
            all.push(format!("it has no column {} any more", listed(&gone)));
        }
        if !new.is_empty() {
            all.push(format!("it had no column {}", listed(&new)));
        }
        if gone.is_empty() && new.is_empty() {
            if names(self) != names(begun) {
                all.push("its columns have another order".into());
            } else if !other.is_empty() && self.unordered == begun.unordered {
                all.push("its rows have another order".into());
                return all;
            }
        }
        if !other.is_empty() && self.rows == begun.rows {
            all.push(format!("other cells in {}", listed(&other)));
        }
        all
    }
}

/// The options of a run that goes on which must be those that it was begun with.
fn decisive(options: &RunOptions) -> Vec<[String; 2]> {
    let RunOptions { holdout, privacy, .. } = options;
    let release = privacy.release.as_ref().map(std::path::absolute);
    let release =
        release.map(|path| path.map_or_else(|_| NONE.into(), |p| p.display().to_string()));
    let number = |number: &Option<f64>| number.map(|number| number.to_string());
    let each = [
        ("--holdout", number(holdout)),
        ("--epsilon", number(&privacy.epsilon)),
        ("--delta", Some(privacy.delta.to_string())),
        ("--targets", (!privacy.targets.is_empty()).then(|| privacy.targets.join(","))),
        ("--release", release),
    ];
    each.into_iter().map(|(name, value)| [name.into(), value.unwrap_or(NONE.into())]).collect()
}

/// What is said of a key that has no value.
const NONE: &str = "none";

/// What differs between two lists of keys and values.
fn differing(
    begun: &[[String; 2]],
    here: &[[String; 2]],
    told: impl Fn(&String, &str, &str) -> String,
) -> Vec<String> {
    let value = |of: &[[String; 2]], key: &String| {
        let found = of.iter().find(|[known, _]| known == key);
        found.map_or_else(|| NONE.to_owned(), |[_, value]| value.clone())
    };
    let new = here.iter().filter(|[key, _]| !begun.iter().any(|[known, _]| known == key));
    let keys = begun.iter().chain(new).map(|[key, _]| key);
    let both = keys.map(|key| (key, value(begun, key), value(here, key)));
    both.filter(|(_, there, here)| there != here)
        .map(|(key, there, here)| told(key, &there, &here))
        .collect()
}

/// Some names, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown: Vec<String> =
        names.iter().take(MOST_NAMES).map(|name| format!("{name:?}")).collect();
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn bytes(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_bits().to_le_bytes()).collect()
}

#[cfg(test)]
mod tests;
