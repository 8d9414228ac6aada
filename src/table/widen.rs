//! Widens the schema of one table so that it holds another table with the same columns.
//! Two tables are compared under one schema.

use super::number::Text;
use super::read::{Sheet, is_missing};
use super::recode::Recoding;
use super::telling::{told_common, told_pairs};
use super::{Column, Kind, Schema, Warning};
use ground::error::{Error, Result};
use std::collections::BTreeSet;

/// With more texts than this that the other table lacks, a column is one of another kind.
const MOST_NEW_LEVELS: usize = 50;
/// Numbers of either table from which on their ranges are compared.
const FEWEST_NUMBERS: usize = 10;

/// What a second table is beside the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Synthetic patients of it, whose levels must be its own.
    Synthetic,
    /// Other real patients, of another site or year maybe.
    Holdout,
}

impl Sheet {
    /// Widens the schema of the real table to hold this one.
    /// Levels that only this table has come after the others.
    /// An integer column in which this table has fractions becomes numerical.
    /// Levels that this table writes otherwise (in another case, `1` for `Yes`) are rewritten.
    /// The order of columns and numbers out of range make no difference.
    ///
    /// `real` is the table that the schema belongs to.
    /// Errors: [`Error::Input`] with the names of columns that only one of the two tables has, for
    /// a word in a column of numbers, for a coded column without a level in common, and for one
    /// with more than 50 new levels.
    pub fn widen(
        &mut self,
        schema: &mut Schema,
        real: &Sheet,
        beside: Beside,
    ) -> Result<Vec<Warning>> {
        let other = real.place().file.display().to_string();
        self.same_columns(schema, &other)?;
        schema.settle_event();
        let everywhere = schema.missing.clone();
        let mut warnings = Vec::new();
        for column in &mut schema.columns {
            let Some(here) = self.find(&column.name) else { continue };
            let there = real.find(&column.name);
            let changes = if column.kind.is_coded() {
                let theirs = there.into_iter().flat_map(|there| real.column(there));
                let new =
                    self.match_levels(here, (column, &everywhere), (theirs, &other), beside)?;
                let added = self.more_levels((here, column), new.1, &other)?;
                [new.0, added]
            } else {
                let distant = there.and_then(|there| self.distant(here, (real, there), &other));
                [fractions(column, self.column(here)), distant]
            };
            let name = &column.name;
            let changes = changes.into_iter().flatten();
            warnings.extend(changes.map(|text| Warning { column: name.clone(), text }));
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

    fn find(&self, name: &str) -> Option<usize> {
        (0..self.columns()).find(|&column| self.column_name(column) == name)
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
        if lacks.is_empty() && has.is_empty() {
            return Ok(());
        }
        let shared = ours.intersection(&theirs).count();
        if 2 * shared < ours.len().min(theirs.len()) {
            return Err(self.other_names(ours.len(), (shared, theirs.len()), other));
        }
        let problem = match (lacks.is_empty(), has.is_empty()) {
            (false, true) => format!("columns of {other} that are not here: {}", list(lacks)),
            (true, false) => format!("columns that {other} lacks: {}", list(has)),
            _ => {
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

    /// The error for names most of which are others than those of another table.
    /// It repeats none: the first line of a file without names is a patient.
    fn other_names(&self, ours: usize, (shared, theirs): (usize, usize), other: &str) -> Error {
        let problem = format!(
            "{shared} of the {ours} names of its columns are among the {theirs} of {other}; is the \
             first line of either a patient?"
        );
        let remedy = "give two tables with the same columns, and a line of their names at the top \
            of each";
        Error::input(self.place().row(0), problem, remedy)
    }

    /// Rewrites the texts of a coded column that mean a level, and gives a word about it and the
    /// texts that are no level.
    fn match_levels<'a>(
        &mut self,
        here: usize,
        (column, everywhere): (&'a Column, &'a [String]),
        (theirs, other): (impl Iterator<Item = &'a str>, &str),
        beside: Beside,
    ) -> Result<(Option<String>, Vec<String>)> {
        let texts: Vec<String> = self.column(here).map(str::to_owned).collect();
        let ours = texts.iter().map(String::as_str);
        // One lifetime for both tables' texts.
        let theirs: Vec<String> = theirs.map(str::to_owned).collect();
        let mut recoding =
            Recoding::of(column, everywhere, theirs.iter().map(String::as_str), ours);
        let found = recoding.matched();
        recoding.check(self, other, beside == Beside::Synthetic)?;
        let pairs = found.iter().copied();
        let word = (!found.is_empty()).then(|| {
            let told = told_pairs(pairs, &self.common_texts(here), column);
            format!("written otherwise than in {other}, read by its levels: {told}")
        });
        self.rewrite(here, &found);
        let new = recoding.new_texts().into_iter().map(str::to_owned).collect();
        Ok((word, new))
    }

    /// Puts the texts that are no level yet behind the levels.
    fn more_levels(
        &self,
        (here, column): (usize, &mut Column),
        new: Vec<String>,
        other: &str,
    ) -> Result<Option<String>> {
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
        let common = self.common_texts(here);
        let told = told_common(new.iter().map(String::as_str), &common);
        column.tellable.add(new.iter().map(String::as_str).filter(|level| common.contains(level)));
        column.levels.extend(new);
        if column.kind == Kind::Boolean {
            column.kind = Kind::Nominal;
        }
        Ok(Some(format!("levels that {other} lacks: {told}")))
    }

    /// A word about a column of numbers none of which lies between the real ones.
    fn distant(&self, here: usize, (real, there): (&Sheet, usize), other: &str) -> Option<String> {
        let [ours, theirs] = [numbers(self.column(here)), numbers(real.column(there))];
        if ours.len().min(theirs.len()) < FEWEST_NUMBERS {
            return None;
        }
        let low = theirs.iter().copied().fold(f64::INFINITY, f64::min);
        let high = theirs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let outside = ours.iter().all(|number| *number < low || *number > high);
        outside
            .then(|| format!("no number lies within the range of {other}; is it in another unit?"))
    }
}

fn numbers<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<f64> {
    let number = |text| match Text::of(text) {
        Text::Number(number) => Some(number),
        _ => None,
    };
    texts.filter_map(number).collect()
}

/// Makes an integer column numerical where a text is a fraction.
fn fractions<'a>(column: &mut Column, mut texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let fraction =
        |text: &str| matches!(Text::of(text), Text::Number(number) if number.fract() != 0.0);
    if column.kind != Kind::Integer || !texts.any(|text| !is_missing(text) && fraction(text)) {
        return None;
    }
    column.kind = Kind::Numerical;
    Some("fractions in a column of whole numbers".into())
}
