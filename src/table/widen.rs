//! Widens the schema of one table so that it holds another table with the same columns.
//! Two tables are compared under one schema.

use super::cells::Reader;
use super::number::Text;
use super::read::{Sheet, is_missing};
use super::{Column, Kind, Schema, Warning};
use ground::error::{Error, Result};
use std::collections::BTreeSet;

/// With more texts than this that the other table lacks, a column is one of another kind.
const MOST_NEW_LEVELS: usize = 50;

impl Sheet {
    /// Widens the schema of another table to hold this one.
    /// Levels that only this table has come after the others.
    /// An integer column in which this table has fractions becomes numerical.
    /// The order of columns and numbers out of range make no difference.
    ///
    /// `other` is what messages call the table that the schema belongs to.
    /// Errors: [`Error::Input`] with the names of columns that only one of the two tables has, for
    /// a word in a column of numbers, and for a coded column with more than 50 new levels.
    pub fn widen(&self, schema: &mut Schema, other: &str) -> Result<Vec<Warning>> {
        self.same_columns(schema, other)?;
        let everywhere = schema.missing.clone();
        let mut warnings = Vec::new();
        for column in &mut schema.columns {
            let texts =
                (0..self.columns()).find(|&position| self.column_name(position) == column.name);
            let texts: BTreeSet<&str> =
                texts.map(|position| self.column(position).collect()).unwrap_or_default();
            let change = match column.kind.is_coded() {
                true => self.more_levels(column, &everywhere, &texts, other)?,
                false => fractions(column, &texts),
            };
            warnings.extend(change.map(|text| Warning { column: column.name.clone(), text }));
        }
        let wide = |column: &Column| column.kind.is_coded() && column.levels.len() != 2;
        let lost: Vec<String> = schema
            .columns
            .iter()
            .filter(|column| wide(column))
            .map(|column| column.name.clone())
            .collect();
        schema.targets.retain(|target| !lost.contains(target));
        Ok(warnings)
    }

    fn same_columns(&self, schema: &Schema, other: &str) -> Result<()> {
        let ours: BTreeSet<&str> =
            (0..self.columns()).map(|column| self.column_name(column)).collect();
        let theirs: BTreeSet<&str> =
            schema.columns.iter().map(|column| column.name.as_str()).collect();
        let list = |names: Vec<&&str>| {
            names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
        };
        let (lacks, has): (Vec<_>, Vec<_>) =
            (theirs.difference(&ours).collect(), ours.difference(&theirs).collect());
        let problem = match (lacks.is_empty(), has.is_empty()) {
            (true, true) => return Ok(()),
            (false, true) => format!("columns of {other} that are not here: {}", list(lacks)),
            (true, false) => format!("columns that {other} lacks: {}", list(has)),
            (false, false) => {
                format!(
                    "columns of {other} that are not here: {}; and here alone: {}",
                    list(lacks),
                    list(has)
                )
            }
        };
        let remedy = "give two tables with the same columns, or leave columns out with --drop";
        Err(Error::input(self.place().row(0), problem, remedy))
    }

    /// Adds the texts that are no level yet after the levels.
    fn more_levels(
        &self,
        column: &mut Column,
        everywhere: &[String],
        texts: &BTreeSet<&str>,
        other: &str,
    ) -> Result<Option<String>> {
        let mut reader = Reader::new(column, everywhere);
        let new: Vec<String> = texts
            .iter()
            .filter(|text| reader.read(text).is_err())
            .map(|text| (*text).to_owned())
            .collect();
        if new.is_empty() {
            return Ok(None);
        }
        if new.len() > MOST_NEW_LEVELS {
            let problem = format!(
                "{} texts that are no level of this {} column of {other}",
                new.len(),
                column.kind
            );
            let remedy = "give two tables whose columns are of the same kinds (see --schema), or \
                leave it out with --drop";
            return Err(Error::input(self.place().column(&column.name), problem, remedy));
        }
        let shown: Vec<String> =
            new.iter().take(8).map(|level| super::number::quote(level)).collect();
        let more = if new.len() > shown.len() { ", ..." } else { "" };
        column.levels.extend(new);
        if column.kind == Kind::Boolean {
            column.kind = Kind::Nominal;
        }
        Ok(Some(format!("levels that {other} lacks: {}{more}", shown.join(", "))))
    }
}

/// Makes an integer column numerical where a text is a fraction.
fn fractions(column: &mut Column, texts: &BTreeSet<&str>) -> Option<String> {
    let fraction =
        |text: &&str| matches!(Text::of(text), Text::Number(number) if number.fract() != 0.0);
    if column.kind != Kind::Integer || !texts.iter().any(|text| !is_missing(text) && fraction(text))
    {
        return None;
    }
    column.kind = Kind::Numerical;
    Some("fractions in a column of whole numbers".into())
}
