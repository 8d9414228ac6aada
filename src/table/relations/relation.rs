//! A relation: what it says of a row, and as text.

use super::decision::DecisionTable;
use super::expression::name as formula_name;
use super::formula::Formula;
use super::known::{Combination, Lookup};
use crate::Schema;
use crate::condition::{Condition, Test, quoted_name};

/// A rule that rows of a table keep; columns by their positions.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Relation {
    /// `a = b` wherever both are present: in all rows, or in the rows of a condition.
    Equal {
        /// The column with fewer different values.
        a: usize,
        /// The other column, which takes the cells of the first one.
        b: usize,
        /// Where it holds; none: everywhere.
        when: Option<Condition>,
    },
    /// `low <= high` wherever both are present.
    Ordered {
        /// Never above.
        low: usize,
        /// Never below.
        high: usize,
    },
    /// Where `when` holds, `then` does. It asks nothing of a missing cell, unless it is about
    /// missing cells.
    Implies {
        /// The premise.
        when: Condition,
        /// One value, missing or present.
        then: Condition,
    },
    /// Where all of `when` hold, `then` does; as [`Relation::Implies`] of several premises.
    Conjunction {
        /// Two at least, of different columns.
        when: Vec<Condition>,
        /// One value, missing or present.
        then: Condition,
    },
    /// All of them are missing, or none is.
    Together {
        /// Two at least.
        columns: Vec<usize>,
    },
    /// A column is what a formula makes of others, wherever all are present, but for the rounding
    /// of their texts.
    Formula(Formula),
    /// The cells of these columns, where all are present, are one of the combinations.
    Combinations {
        /// Two at least.
        columns: Vec<usize>,
        /// What occurs, the most frequent first; none: not yet counted.
        known: Vec<Combination>,
    },
    /// A column has one cell for each of another one's, wherever both are present.
    Follows {
        /// The column.
        column: usize,
        /// The other one.
        source: usize,
        /// Its cells; none: not yet counted.
        lookup: Lookup,
    },
    /// A column has one cell for all rows with the same cells of several others, or, where the last
    /// one is a number, one for each of its ranges there.
    Decision {
        /// The column.
        column: usize,
        /// The others, two at least.
        sources: Vec<usize>,
        /// Its cells; empty: not yet counted.
        table: DecisionTable,
    },
    /// A column of two values has the first one where any of the conditions holds, and the second
    /// one elsewhere.
    Either {
        /// The column.
        column: usize,
        /// Its values.
        values: [f64; 2],
        /// Two at least.
        when: Vec<Condition>,
    },
}

impl Relation {
    /// The columns that it is about; some may stand more than once.
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::Equal { a, b, when } => {
                [*a, *b].into_iter().chain(when.as_ref().map(|when| when.column)).collect()
            }
            Self::Ordered { low, high } => vec![*low, *high],
            Self::Implies { when, then } => vec![when.column, then.column],
            Self::Conjunction { when, then } => {
                when.iter().chain([then]).map(|one| one.column).collect()
            }
            Self::Together { columns } | Self::Combinations { columns, .. } => columns.clone(),
            Self::Formula(formula) => {
                formula.expression.columns().into_iter().chain([formula.column]).collect()
            }
            Self::Follows { column, source, .. } => vec![*column, *source],
            Self::Decision { column, sources, .. } => {
                std::iter::once(*column).chain(sources.iter().copied()).collect()
            }
            Self::Either { column, when, .. } => {
                std::iter::once(*column).chain(when.iter().map(|when| when.column)).collect()
            }
        }
    }

    /// The relation as text that [`Relation::parse`] reads back.
    pub fn text(&self, schema: &Schema) -> String {
        let name = |column: usize| quoted_name(&schema.columns[column].name);
        match self {
            Self::Equal { a, b, when: None } => format!("{} = {}", name(*a), name(*b)),
            Self::Equal { a, b, when: Some(when) } => {
                format!("{} -> {} = {}", when.text(schema), name(*a), name(*b))
            }
            Self::Ordered { low, high } => format!("{} <= {}", name(*low), name(*high)),
            Self::Implies { when, then } => {
                format!("{} -> {}", when.text(schema), then.text(schema))
            }
            Self::Conjunction { when, then } => {
                let when: Vec<String> = when.iter().map(|one| one.text(schema)).collect();
                format!("{} -> {}", when.join(" and "), then.text(schema))
            }
            Self::Together { columns } => {
                let names: Vec<String> = columns.iter().map(|&column| name(column)).collect();
                format!("missing together: {}", names.join(", "))
            }
            Self::Formula(formula) => match formula.sum() {
                Some([a, b]) if [a, b].iter().all(|&at| !schema.columns[at].kind.is_coded()) => {
                    format!("{} + {} = {}", name(a), name(b), name(formula.column))
                }
                _ => {
                    let column = formula_name(&schema.columns[formula.column].name);
                    format!("{column} = {}", formula.expression.text(schema))
                }
            },
            Self::Combinations { columns, .. } => {
                let names: Vec<String> = columns.iter().map(|&column| name(column)).collect();
                format!("combinations of: {}", names.join(", "))
            }
            Self::Follows { column, source, .. } => {
                format!("{} follows from: {}", name(*column), name(*source))
            }
            Self::Decision { column, sources, .. } => {
                let names: Vec<String> = sources.iter().map(|&source| name(source)).collect();
                format!("{} follows from: {}", name(*column), names.join(", "))
            }
            Self::Either { column, values, when } => {
                let when: Vec<String> = when.iter().map(|one| one.text(schema)).collect();
                let then = Condition { column: *column, test: Test::OneOf(vec![values[0]]) };
                format!("{} <-> {}", then.text(schema), when.join(" or "))
            }
        }
    }

    /// Whether a row keeps it; none where it says nothing.
    pub fn holds(&self, row: &[f64]) -> Option<bool> {
        let both = |a: usize, b: usize| !row[a].is_nan() && !row[b].is_nan();
        match self {
            Self::Equal { a, b, when } => {
                let asked = both(*a, *b) && when.as_ref().is_none_or(|when| when.holds(row));
                asked.then(|| row[*a] == row[*b])
            }
            Self::Ordered { low, high } => both(*low, *high).then(|| row[*low] <= row[*high]),
            Self::Implies { when, then } => {
                (when.holds(row) && can_say(then, row)).then(|| then.holds(row))
            }
            Self::Conjunction { when, then } => {
                let asked = when.iter().all(|one| one.holds(row)) && can_say(then, row);
                asked.then(|| then.holds(row))
            }
            Self::Together { columns } => {
                let missing = columns.iter().filter(|&&column| row[column].is_nan()).count();
                (missing > 0).then_some(missing == columns.len())
            }
            Self::Formula(formula) => formula.holds(row),
            Self::Combinations { columns, known } => {
                let asked =
                    !known.is_empty() && columns.iter().all(|&column| !row[column].is_nan());
                let is = |one: &Combination| {
                    one.cells.iter().zip(columns).all(|(cell, &column)| *cell == row[column])
                };
                asked.then(|| known.iter().any(is))
            }
            Self::Follows { column, source, lookup } => {
                let made = lookup.of(row[*source]).filter(|_| !row[*column].is_nan());
                made.map(|made| made == row[*column])
            }
            Self::Decision { column, sources, table } => {
                let made = table.of(row, sources).filter(|_| !row[*column].is_nan());
                made.map(|made| made == row[*column])
            }
            Self::Either { column, values, when } => {
                let wanted = either(when, *values, row).filter(|_| !row[*column].is_nan());
                wanted.map(|wanted| wanted == row[*column])
            }
        }
    }
}

/// Whether a row can break a conclusion: it asks nothing of a missing cell, unless it is about
/// missing cells.
fn can_say(then: &Condition, row: &[f64]) -> bool {
    !row[then.column].is_nan() || matches!(then.test, Test::Missing | Test::Present)
}

/// The first of two values where any condition holds; the second one where none does, and all their
/// columns are present.
pub(crate) fn either(when: &[Condition], values: [f64; 2], row: &[f64]) -> Option<f64> {
    match when.iter().any(|one| one.holds(row)) {
        true => Some(values[0]),
        false => when.iter().all(|one| !row[one.column].is_nan()).then_some(values[1]),
    }
}
