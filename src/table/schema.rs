//! The schema file: TOML, one entry per column, checked before any cell is read.

mod column;

pub use column::Column;

use super::read::{Decimal, MissingCode, is_zero};
use super::relations::Relation;
use ground::error::{Error, Place, Result, toml_problem};
use ground::spelling::advice;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::Path;

/// The columns of a table and the two that the paper's Tables 5 to 7 compare.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The columns, in the table's order.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
    /// Name of the status-like column (the paper's Status).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Name of the stage-like column (the paper's Clinical stage).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Names of the columns that models are to predict.
    /// An evaluation judges by them what synthetic patients are good for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// Relations that every patient keeps, as everybody may know: `a <= b`, `x = yes -> y is
    /// missing`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<String>,
    /// Name of the column that says how long a patient was followed, for survival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Name of the column that says whether the event came then, or `NAME=VALUE` where the value
    /// that is the event must be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Name of the column of levels by which survival curves are drawn one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strata: Option<String>,
    /// Codes that mean missing in every column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The level of nominal columns that levels of too few patients become; they become missing if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Name of the column that says which patient a row is of, where patients have several rows.
    /// It is read and never learned: the schema of a [`Table`](crate::Table) has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// The mark before the decimals in the text file to read; found column by column if absent.
    /// It belongs to that file: the schema of a [`Table`](crate::Table) has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
}

impl Schema {
    /// Reads a schema as TOML.
    ///
    /// - An entry `[[column]]` has `name`, `kind` and, where they apply, `unit`, `label`, `levels`,
    ///   `decimals` and `missing` (codes for missing in this column).
    /// - At the top, `status` and `stage` name two coded columns, and `targets` the columns to
    ///   predict.
    /// - `relations` lists what every patient keeps.
    /// - `time` and `event` name the columns of survival, `strata` that of its groups.
    /// - `missing` at the top lists codes for missing in all columns.
    /// - `decimal` at the top is the mark before the decimals in a text file: `","` or `"."`.
    ///
    /// A numerical column with fewer `decimals` than its data, or none, gets those of the data.
    ///
    /// Errors: [`Error::Input`] for text that is not TOML of this form, and for everything that
    /// [`Schema::check`] refuses.
    pub fn from_toml(text: &str, name: impl AsRef<Path>) -> Result<Self> {
        let file = Place::file(name);
        let mut schema: Self = toml::from_str(text).map_err(|error| {
            let remedy = "see data/support2_lung.toml for a complete schema";
            Error::input(file.clone(), toml_problem(&error, Some(text)), remedy)
        })?;
        schema.columns.iter_mut().for_each(Column::declare_levels);
        schema.check(&file)?;
        Ok(schema)
    }

    /// The schema as TOML, with a `[[column]]` entry per column.
    pub fn to_toml(&self) -> String {
        toml::to_string(self)
            .expect("a schema has only strings, lists and small integers, which TOML can hold")
    }

    /// Forgets the relations that name a column which the schema lacks.
    pub fn forget_relations(&mut self) {
        let relations = std::mem::take(&mut self.relations);
        let whole = |text: &String| Relation::parse(text, self).is_ok();
        self.relations = relations.into_iter().filter(whole).collect();
    }

    /// The codes for missing that the schema names.
    /// A reader that does not use [`Sheet::table`](super::read::Sheet::table) needs them.
    pub fn missing_codes(&self) -> Vec<MissingCode> {
        let of_table =
            self.missing.iter().map(|code| MissingCode { column: None, code: code.clone() });
        let of_columns = self.columns.iter().flat_map(|column| {
            let name = Some(column.name.clone());
            column
                .missing
                .iter()
                .map(move |code| MissingCode { column: name.clone(), code: code.clone() })
        });
        of_table.chain(of_columns).collect()
    }

    /// Finds contradictions in a schema.
    ///
    /// Errors: [`Error::Input`] at `file` for
    ///
    /// - no columns; an empty or doubled name;
    /// - levels that are absent, doubled, empty or given to a number; a Boolean column without
    ///   exactly two levels;
    /// - decimals outside 0 to 341, or on a kind that has none;
    /// - a format from which its kind cannot be read; limits that are none;
    /// - a level that is a code for missing; the code 0 for all columns;
    /// - a `status` or `stage` that is not a coded column;
    /// - a target that is not a column, is listed twice or has more than two levels;
    /// - one of `time` and `event` alone, a time that is no number, an event that is not clear,
    ///   `strata` without them or that are no levels.
    pub fn check(&self, file: &Place) -> Result<()> {
        if self.columns.is_empty() {
            let remedy = "add one [[column]] entry per column of the table";
            return Err(Error::input(file.clone(), "the schema has no columns", remedy));
        }
        self.check_missing(file)?;
        let mut names = HashSet::new();
        for column in &self.columns {
            let place = file.clone().column(&column.name);
            if column.name.is_empty()
                || column.name.trim() != column.name
                || column.name.contains('\0')
            {
                let problem = "a column name that is empty, has blanks around it or a NUL in it";
                return Err(Error::input(
                    place,
                    problem,
                    "give the name as in the header of the table",
                ));
            }
            if !names.insert(column.name.as_str()) {
                return Err(Error::input(
                    place,
                    "the schema describes the column twice",
                    "remove one of the two",
                ));
            }
            column.check(&self.missing, &place)?;
        }
        for column in 0..self.columns.len() {
            self.check_formula(column, file)?;
        }
        for text in &self.relations {
            Relation::parse(text, self).map_err(|problem| {
                let remedy = "correct the relation, or leave it out";
                Error::input(file.clone(), format!("`relations`: {problem}"), remedy)
            })?;
        }
        self.check_role("status", self.status.as_deref(), file)?;
        self.check_role("stage", self.stage.as_deref(), file)?;
        self.check_targets(file)?;
        self.check_survival(file)
    }

    fn check_missing(&self, file: &Place) -> Result<()> {
        let Some(code) = self.missing.iter().find(|code| is_zero(code)) else { return Ok(()) };
        let remedy = "0 is a value in most columns; give it to the columns where it means missing: \
            missing = [\"0\"]";
        Err(Error::input(
            file.clone(),
            format!("the code {code:?} for missing in every column"),
            remedy,
        ))
    }

    fn check_formula(&self, column: usize, file: &Place) -> Result<()> {
        let Column { name, formula, .. } = &self.columns[column];
        let Some(text) = formula else { return Ok(()) };
        match Relation::of_formula(column, text, self) {
            Ok(_) => Ok(()),
            Err(problem) => {
                let remedy = "correct the formula, or leave it out";
                Err(Error::input(file.clone().column(name), format!("formula {problem}"), remedy))
            }
        }
    }

    fn check_targets(&self, file: &Place) -> Result<()> {
        let fail = |name: &str, problem: &str, remedy: &str| {
            Err(Error::input(
                file.clone().column(name),
                format!("`targets` names {problem}"),
                remedy,
            ))
        };
        for (place, name) in self.targets.iter().enumerate() {
            let Some(column) = self.columns.iter().find(|column| column.name == *name) else {
                let advice = advice(self.columns.iter().map(|column| column.name.as_str()), name);
                return fail(
                    name,
                    "a column that the schema lacks",
                    &format!("name a column of the schema ({advice}), or leave the name out"),
                );
            };
            if self.targets[..place].contains(name) {
                return fail(name, "the column twice", "remove one of the two");
            }
            if column.kind.is_coded() && column.levels.len() != 2 {
                let remedy = "name a column of numbers or one with two levels";
                return fail(name, "a column with more or fewer than two levels", remedy);
            }
        }
        Ok(())
    }

    fn check_role(&self, role: &str, name: Option<&str>, file: &Place) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        let column = self.columns.iter().find(|column| column.name == name);
        let problem = match column {
            Some(column) if column.kind.is_coded() => return Ok(()),
            Some(column) => format!("`{role}` names an {} column", column.kind),
            None => format!("`{role}` names a column that the schema lacks"),
        };
        let advice = match column {
            Some(_) => String::new(),
            None => format!(
                " ({})",
                advice(self.columns.iter().map(|column| column.name.as_str()), name)
            ),
        };
        let remedy = format!(
            "name a Boolean, ordinal or nominal column of the schema{advice}, or leave the entry out"
        );
        Err(Error::input(file.clone().column(name), problem, remedy))
    }
}
