//! The file of rules: from TOML to rules that know their line. Errors name the line.

use super::action::Action;
use super::codes::Missing;
use super::complete::Complete;
use super::dates::DropDates;
use super::derive::Derive;
use super::detection::DetectionLimits;
use super::drop_rows::DropRows;
use super::dropping::{Drop, DropIdentifiers};
use super::duration::Duration;
use super::limits::Limits;
use super::open::DropOpen;
use super::outliers::Outliers;
use super::recode::Recode;
use super::rounding::Round;
use super::selecting::{Rename, Select};
use super::units::Units;
use ground::error::{Error, Place, Result, toml_problem};
use ground::spelling::{advice, nearest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use table::read::Sheet;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

const REMEDY: &str = "see docs/cleaning.md for the language of rules";

/// Every kind of rule, with its reader.
const KINDS: [(&str, Reader); 17] = [
    ("complete", read::<Complete>),
    ("derive", read::<Derive>),
    ("drop", read::<Drop>),
    ("drop_dates", read::<DropDates>),
    ("drop_identifiers", read::<DropIdentifiers>),
    ("drop_open", read::<DropOpen>),
    ("drop_rows", read::<DropRows>),
    ("duration", read::<Duration>),
    ("limits", read::<DetectionLimits>),
    ("missing", read::<Missing>),
    ("outliers", read::<Outliers>),
    ("range", read::<Limits>),
    ("recode", read::<Recode>),
    ("rename", read::<Rename>),
    ("round", read::<Round>),
    ("select", read::<Select>),
    ("units", read::<Units>),
];

type Reader = fn(Spanned<DeValue>) -> std::result::Result<Box<dyn Action>, toml::de::Error>;

fn read<T: Action + DeserializeOwned + 'static>(
    value: Spanned<DeValue>,
) -> std::result::Result<Box<dyn Action>, toml::de::Error> {
    Ok(Box::new(T::deserialize(ValueDeserializer::from(value))?))
}

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    /// One of [`KINDS`].
    pub(super) kind: &'static str,
    /// Why it is there.
    pub(super) reason: String,
    /// The pass over the data that it belongs to.
    pub(super) iteration: Option<u32>,
    /// Line in the file, from 1.
    pub(super) line: usize,
    /// What it does.
    pub(super) action: Box<dyn Action>,
}

/// The rules of one file, in order.
#[derive(Debug)]
pub struct Rules {
    name: PathBuf,
    /// The column that says whose rows are whose.
    patient: Option<String>,
    pub(super) rules: Vec<Rule>,
}

impl Rules {
    /// Reads a file of rules.
    ///
    /// Errors: [`Error::Io`] when it cannot be read, else as [`Rules::from_toml`].
    pub fn open(path: &Path) -> Result<Self> {
        let bytes = ground::text_file::read(path)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Error::input(
                Place::file(path),
                "bytes that are not UTF-8 text",
                "save the file again in UTF-8",
            )
        })?;
        Self::from_toml(&text, path)
    }

    /// Reads rules; `name` is the file in errors.
    ///
    /// Errors: [`Error::Input`] with the line for text that is not TOML, an unknown kind or key, a
    /// key of the wrong form, an empty reason, and a rule that contradicts itself.
    pub fn from_toml(text: &str, name: impl AsRef<Path>) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let refuse = |problem: String| Error::input(Place::file(&name), problem, REMEDY);
        let wrong = |error: toml::de::Error| refuse(toml_problem(&error, Some(text)));
        let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let document = DeTable::parse(text).map_err(wrong)?.into_inner();
        let (mut patient, mut rules) = (None, Vec::new());
        for (key, value) in document {
            if key.get_ref() == "patient" {
                patient = Some(String::deserialize(ValueDeserializer::from(value)).map_err(wrong)?);
                continue;
            }
            if key.get_ref() != "rule" {
                let (line, key) = (line_of(key.span().start), key.get_ref());
                let meant = nearest(["rule", "patient"], key)
                    .map_or_else(String::new, |name| format!("did you mean `{name}`? "));
                return Err(refuse(format!(
                    "line {line}: {meant}unknown key `{key}`, expected [[rule]] or patient = \
                     \"COLUMN\""
                )));
            }
            let line = line_of(value.span().start);
            let DeValue::Array(list) = value.into_inner() else {
                return Err(refuse(format!(
                    "line {line}: `rule` is not a list: write each rule as [[rule]]"
                )));
            };
            for (number, value) in list.into_iter().enumerate() {
                let line = line_of(value.span().start);
                let rule = one(value, line).map_err(|fault| match fault {
                    Fault::Toml(error) => {
                        refuse(format!("rule {}: {}", number + 1, toml_problem(&error, Some(text))))
                    }
                    Fault::Rule(problem) => {
                        refuse(format!("line {line}: rule {}: {problem}", number + 1))
                    }
                })?;
                rules.push(rule);
            }
        }
        if rules.is_empty() {
            return Err(refuse("the file has no rules".into()));
        }
        Ok(Self { name: name.as_ref().to_path_buf(), patient, rules })
    }

    /// Whose each row of a table is; none where every row is a patient.
    ///
    /// Errors: [`Error::Input`] for a column that the table does not have.
    pub(super) fn persons(&self, sheet: &Sheet) -> Result<Option<Vec<usize>>> {
        let Some(patient) = &self.patient else { return Ok(None) };
        let names: Vec<&str> = (0..sheet.columns()).map(|at| sheet.column_name(at)).collect();
        if !names.contains(&patient.as_str()) {
            let problem = format!("`patient`: the table has no column {patient:?}");
            return Err(Error::input(self.place(), problem, advice(names, patient)));
        }
        sheet.patients(patient).map(Some)
    }

    /// The file, as a place for an error.
    pub fn place(&self) -> Place {
        Place::file(&self.name)
    }

    /// Number of rules.
    pub fn count(&self) -> usize {
        self.rules.len()
    }
}

/// Why a rule is refused.
enum Fault {
    Toml(toml::de::Error),
    Rule(String),
}

impl From<toml::de::Error> for Fault {
    fn from(error: toml::de::Error) -> Self {
        Self::Toml(error)
    }
}

fn one(value: Spanned<DeValue>, line: usize) -> std::result::Result<Rule, Fault> {
    let span = value.span();
    let DeValue::Table(mut table) = value.into_inner() else {
        return Err(Fault::Rule("it is not a table: write each rule as [[rule]]".into()));
    };
    let kind: String =
        take(&mut table, "kind")?.ok_or_else(|| Fault::Rule("it has no `kind`".into()))?;
    let Some((kind, reader)) = KINDS.iter().find(|(known, _)| *known == kind) else {
        let names = KINDS.map(|(name, _)| name);
        let hint = nearest(names, &kind)
            .map_or_else(|| names.join(", "), |name| format!("did you mean {name:?}?"));
        return Err(Fault::Rule(format!("there is no kind {kind:?} ({hint})")));
    };
    let reason: String = take(&mut table, "reason")?.unwrap_or_default();
    if reason.trim().is_empty() {
        let meant = table.keys().find(|key| nearest(["reason"], key.get_ref()).is_some());
        let meant = meant.map_or_else(String::new, |key| {
            format!(" (did you mean `reason` by `{}`?)", key.get_ref())
        });
        let problem = format!("a {kind} rule without a reason: say why in `reason`{meant}");
        return Err(Fault::Rule(problem));
    }
    let iteration: Option<u32> = take(&mut table, "iteration")?;
    if iteration.is_some_and(|iteration| !(1..=99).contains(&iteration)) {
        return Err(Fault::Rule("`iteration` must be from 1 to 99".into()));
    }
    let action = reader(Spanned::new(span, DeValue::Table(table)))?;
    action.check().map_err(Fault::Rule)?;
    Ok(Rule { kind, reason: reason.trim().to_owned(), iteration, line, action })
}

/// Takes a key out of a table, as a value of the wanted type.
fn take<T: DeserializeOwned>(
    table: &mut DeTable,
    key: &str,
) -> std::result::Result<Option<T>, toml::de::Error> {
    table.remove(key).map(|value| T::deserialize(ValueDeserializer::from(value))).transpose()
}
