//! Describes every variable of an export before anybody has decided about it: its type, how often
//! it is answered, its levels or its Table 1.
//!
//! The table is read once.
//! It is read again only for variables with more than 4096 distinct numbers: as often as their
//! quartiles need (mostly once, at most three times), and once for their outliers.
//! All figures are exact, and memory does not grow with the number of rows.

mod column;
mod counts;
pub mod csv_text;
mod date;
mod group;
mod kind;
mod moments;
pub(super) mod number_text;
mod order;
pub mod print;
mod reading;
mod second_look;
mod seen;
mod tally;
mod variable;
mod wide;

pub use kind::VariableType;
pub use variable::{Dates, Description, Level, Numbers, Outliers, Tally, Variable};

use crate::source::Source;
use column::Column;
use ground::error::{Error, Result};
use reading::{Watched, read};
use seen::Seen;
use table::{self, Schema};

/// Choices of a description.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How many interquartile ranges the box plot's fences are away from the quartiles; Tukey's
    /// 1.5.
    pub fence: f64,
    /// Most levels in a tally.
    pub top: usize,
}

/// Describes a table.
/// A schema gives the types of its columns; the others get the type that their cells suggest.
///
/// Errors: those of [`table::read::RowReader::next_row`], [`Error::Input`] for a table without
/// rows, a column of the schema that the table lacks, and a file that changes while it is read.
pub fn describe(source: &Source, schema: Option<&Schema>, options: Options) -> Result<Description> {
    let names = source.rows()?.headers().to_vec();
    let described = |name: &String| {
        schema.and_then(|schema| schema.columns.iter().find(|column| column.name == *name))
    };
    for column in schema.iter().flat_map(|schema| &schema.columns) {
        if !names.contains(&column.name) {
            let remedy = "correct its name in the schema, or take it out";
            let place = source.place().row(0).column(&column.name);
            return Err(Error::input(
                place,
                "the schema has this column and the table lacks it",
                remedy,
            ));
        }
    }
    let mut columns: Vec<Watched<Column>> = names
        .iter()
        .enumerate()
        .map(|(position, name)| {
            let levels = described(name).map_or(0, |column| column.levels.len());
            Watched { position, watcher: Column::new(levels) }
        })
        .collect();
    let patients = read(source, &mut columns, Column::add)?;
    let mut seen = Vec::with_capacity(names.len());
    for (column, name) in columns.into_iter().zip(&names) {
        seen.push(Seen::of(column.watcher, described(name), patients));
    }
    let numbers = second_look::numbers(source, &seen, options.fence, patients)?;
    let groups = group::groups(&names);
    let filled = seen.iter().map(|seen| seen.filled).sum();
    let variables = seen.into_iter().zip(numbers).zip(names.into_iter().zip(groups));
    let variables = variables
        .map(|((seen, numbers), (name, group))| {
            let schema = described(&name);
            variable(seen, name, group, schema, numbers, patients, options.top)
        })
        .collect();
    Ok(Description { patients, filled, fence: options.fence, variables })
}

/// What is said of a column.
fn variable(
    seen: Seen,
    name: String,
    group: String,
    schema: Option<&table::Column>,
    numbers: Option<Numbers>,
    patients: u64,
    top: usize,
) -> Variable {
    let suspicious = seen.facts.codes + seen.facts.not_finite;
    let dates = (seen.kind == VariableType::Date).then(|| seen.dates()).flatten();
    let words = seen.facts.words.max(1) as f64;
    Variable {
        name,
        label: schema.and_then(|column| column.label.clone()),
        group,
        kind: seen.kind,
        n: seen.n,
        missing: patients - seen.n,
        response_rate: seen.n as f64 / patients as f64,
        codes: seen.facts.absent + suspicious,
        unreadable: (seen.filled - seen.n).saturating_sub(suspicious),
        unreadable_row: seen.facts.first_word.filter(|_| seen.kind == VariableType::Numerical),
        distinct: seen.distinct(),
        numbers,
        tally: tally::tally(&seen, schema, top),
        dates,
        mean_length: (seen.kind == VariableType::OpenText)
            .then(|| seen.facts.characters as f64 / words),
    }
}
