//! Every variable of an export before anybody has decided about it: its type, how often it is
//! answered, its levels or its Table 1.
//!
//! The table is read once, and again only for variables with more than 4096 distinct numbers: as
//! often as their quartiles need (mostly once, three times at most), and once for their outliers.
//! All figures are exact; memory does not grow with the number of rows.

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
mod tally;
pub mod text_table;
mod variable;
mod wide;

pub use kind::VariableType;
pub use variable::{Dates, Description, Level, Numbers, Outliers, Tally, Variable};

use crate::source::Source;
use column::{Column, Facts};
use ground::error::{Error, Result};
use reading::{Watched, read};
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
            seen.variable(name, group, schema, numbers, patients, options.top)
        })
        .collect();
    Ok(Description { patients, filled, fence: options.fence, variables })
}

/// What the first reading found out about a column.
struct Seen {
    kind: VariableType,
    filled: u64,
    n: u64,
    texts: Option<Vec<(String, u64)>>,
    facts: Facts,
}

impl Seen {
    fn of(column: Column, schema: Option<&table::Column>, patients: u64) -> Self {
        let (filled, texts, facts) = column.finish();
        debug_assert!(filled <= patients);
        let suggested = VariableType::of_cells(filled, texts.as_ref().map(Vec::len), &facts);
        let kind = schema.map_or(suggested, VariableType::of_schema);
        let of_numbers = facts.words + facts.too_large == 0;
        let n = match kind {
            VariableType::Numerical => facts.moments.count(),
            VariableType::Date => facts.date_form().1,
            // Codes among numbers mean that a number is missing; among texts they are levels.
            VariableType::Boolean | VariableType::Ordinal if of_numbers => facts.moments.count(),
            _ => filled,
        };
        Self { kind, filled, n, texts, facts }
    }

    /// Whether the levels are numbers.
    fn is_numeric(&self) -> bool {
        self.facts.words + self.facts.too_large == 0 && self.facts.moments.count() > 0
    }

    fn variable(
        self,
        name: String,
        group: String,
        schema: Option<&table::Column>,
        numbers: Option<Numbers>,
        patients: u64,
        top: usize,
    ) -> Variable {
        let suspicious = self.facts.codes + self.facts.not_finite;
        let dates = (self.kind == VariableType::Date).then(|| self.dates()).flatten();
        let words = self.facts.words.max(1) as f64;
        Variable {
            name,
            label: schema.and_then(|column| column.label.clone()),
            group,
            kind: self.kind,
            n: self.n,
            missing: patients - self.n,
            response_rate: self.n as f64 / patients as f64,
            codes: self.facts.absent + suspicious,
            unreadable: (self.filled - self.n).saturating_sub(suspicious),
            unreadable_row: self.facts.first_word.filter(|_| self.kind == VariableType::Numerical),
            distinct: self.distinct(),
            numbers,
            tally: tally::tally(&self, schema, top),
            dates,
            mean_length: (self.kind == VariableType::OpenText)
                .then(|| self.facts.characters as f64 / words),
        }
    }

    fn distinct(&self) -> Option<u64> {
        match self.kind {
            VariableType::Numerical => self.facts.counts.distinct_keys(),
            VariableType::Boolean | VariableType::Ordinal if self.is_numeric() => {
                self.facts.counts.distinct_keys()
            }
            _ => self.texts.as_ref().map(Vec::len),
        }
        .map(|distinct| distinct as u64)
    }

    fn dates(&self) -> Option<Dates> {
        let (form, _) = self.facts.date_form();
        let (earliest, latest) = self.facts.dates_of(form)?;
        Some(Dates {
            form: form.name().into(),
            earliest: earliest.to_string(),
            latest: latest.to_string(),
        })
    }
}
