//! The type of a variable, by its schema or by written rules (`docs/describe.md`).

use super::column::Facts;
use serde::Serialize;
use std::fmt;
use table::infer::{is_free_text, is_numeric};
use table::{self, Kind};

/// A column of whole numbers with more levels than this is not taken for ordinal.
const ORDINAL_LEVELS: usize = 12;
/// Such a column needs so many filled cells per level.
const CELLS_PER_LEVEL: u64 = 5;
/// Texts with blanks of this mean length or more are sentences.
const SENTENCE: u64 = 20;

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VariableType {
    /// Levels without an order.
    Nominal,
    /// Levels with an order.
    Ordinal,
    /// Two levels.
    Boolean,
    /// Numbers.
    Numerical,
    /// Days.
    Date,
    /// Texts of which few are alike: remarks, identifiers.
    OpenText,
    /// Nothing at all.
    Empty,
}

/// All types, in the order of the paper's Table 4.
pub(crate) const TYPES: [VariableType; 7] = [
    VariableType::Nominal,
    VariableType::Ordinal,
    VariableType::Boolean,
    VariableType::Numerical,
    VariableType::Date,
    VariableType::OpenText,
    VariableType::Empty,
];

impl fmt::Display for VariableType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Boolean => "Boolean",
            Self::Numerical => "numerical",
            Self::Date => "date",
            Self::OpenText => "open text",
            Self::Empty => "empty",
        })
    }
}

impl VariableType {
    /// The type that a schema gives.
    pub fn of_schema(column: &table::Column) -> Self {
        match column.kind {
            Kind::Numerical | Kind::Integer => Self::Numerical,
            Kind::Date | Kind::Datetime | Kind::Time => Self::Date,
            Kind::Boolean => Self::Boolean,
            Kind::Ordinal => Self::Ordinal,
            Kind::Nominal => Self::Nominal,
        }
    }

    /// The type that `filled` cells suggest; `distinct` is the number of distinct texts if they
    /// were few.
    pub fn of_cells(filled: u64, distinct: Option<usize>, facts: &Facts) -> Self {
        if filled == 0 {
            return Self::Empty;
        }
        let numbers = facts.moments.count() + facts.too_large;
        if is_numeric(
            filled as usize,
            numbers as usize,
            facts.not_finite as usize,
            facts.codes as usize,
        ) {
            return Self::of_numbers(facts);
        }
        if 10 * facts.date_form().1 >= 9 * (filled - facts.codes) {
            return Self::Date;
        }
        let sentences =
            facts.characters >= SENTENCE * facts.words && 2 * facts.spaced > facts.words;
        match distinct {
            None => Self::OpenText,
            Some(distinct) if is_free_text(distinct, filled as usize) => Self::OpenText,
            Some(distinct) if sentences && 2 * distinct as u64 > filled => Self::OpenText,
            Some(2) => Self::Boolean,
            Some(_) => Self::Nominal,
        }
    }

    fn of_numbers(facts: &Facts) -> Self {
        let Some((distinct, (low, high))) = facts.counts.distinct_keys().zip(facts.range) else {
            return Self::Numerical;
        };
        let others = facts.words + facts.too_large;
        if distinct == 2 && others == 0 {
            return Self::Boolean;
        }
        let few = (2..=ORDINAL_LEVELS).contains(&distinct)
            && facts.moments.count() >= CELLS_PER_LEVEL * distinct as u64;
        let dense = high - low + 1.0 <= 2.0 * distinct as f64;
        if facts.whole && few && dense && others == 0 { Self::Ordinal } else { Self::Numerical }
    }
}
