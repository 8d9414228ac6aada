//! Conditions on a patient: what `--where` asks for and what relations between columns are made of.
//!
//! `age>70`, `status=dead`, `stage in III|IV`, `dose is missing`.
//! A column whose name has other characters than letters, digits, `_`, `-` and `.` may stand in
//! double quotes, and so may a level.
//! A missing cell satisfies nothing but `is missing`.

mod parse;
mod support;

pub(crate) use parse::quoted_name;
pub use support::Support;

use crate::{Column, Schema};

/// A question that a patient's cell in one column answers with yes or no.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Position of the column.
    pub column: usize,
    /// The question.
    pub test: Test,
}

/// The question. Cells are as in a [`crate::Table`]: numbers as themselves, levels by their place.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Test {
    /// `is missing`.
    Missing,
    /// `is not missing`.
    Present,
    /// `= a`, `in a|b`.
    OneOf(Vec<f64>),
    /// `!= a`.
    NoneOf(Vec<f64>),
    /// `< a`.
    Below(f64),
    /// `<= a`.
    AtMost(f64),
    /// `> a`.
    Above(f64),
    /// `>= a`.
    AtLeast(f64),
}

impl Condition {
    /// Whether a row of a table satisfies it.
    pub fn holds(&self, row: &[f64]) -> bool {
        let cell = row[self.column];
        match &self.test {
            Test::Missing => cell.is_nan(),
            Test::Present => !cell.is_nan(),
            Test::OneOf(values) => values.contains(&cell),
            Test::NoneOf(values) => !cell.is_nan() && !values.contains(&cell),
            Test::Below(value) => cell < *value,
            Test::AtMost(value) => cell <= *value,
            Test::Above(value) => cell > *value,
            Test::AtLeast(value) => cell >= *value,
        }
    }

    /// The condition as text that [`Condition::parse`] reads back.
    pub fn text(&self, schema: &Schema) -> String {
        let column = &schema.columns[self.column];
        let name = quoted_name(&column.name);
        let values = |values: &[f64]| {
            values.iter().map(|&value| value_text(value, column)).collect::<Vec<_>>().join("|")
        };
        match &self.test {
            Test::Missing => format!("{name} is missing"),
            Test::Present => format!("{name} is not missing"),
            Test::OneOf(one) if one.len() == 1 => format!("{name} = {}", values(one)),
            Test::OneOf(several) => format!("{name} in {}", values(several)),
            Test::NoneOf(none) => format!("{name} != {}", values(none)),
            Test::Below(value) => format!("{name} < {}", values(&[*value])),
            Test::AtMost(value) => format!("{name} <= {}", values(&[*value])),
            Test::Above(value) => format!("{name} > {}", values(&[*value])),
            Test::AtLeast(value) => format!("{name} >= {}", values(&[*value])),
        }
    }
}

/// A cell as it stands in a condition.
fn value_text(cell: f64, column: &Column) -> String {
    if !column.kind.is_coded() {
        return column.number_text(cell);
    }
    let level = &column.levels[cell as usize];
    let words = ["->", " and ", " or "];
    let plain = !level.contains(['"', '|']) && !words.iter().any(|word| level.contains(word));
    if plain { level.clone() } else { parse::quoted(level) }
}
