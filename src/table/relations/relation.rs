//! A relation: what it says of a row, and as text.

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
    /// All of them are missing, or none is.
    Together {
        /// Two at least.
        columns: Vec<usize>,
    },
    /// `a + b = total` wherever all three are present.
    Sum {
        /// The two addends.
        parts: [usize; 2],
        /// Their sum.
        total: usize,
    },
}

impl Relation {
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
            Self::Together { columns } => {
                let names: Vec<String> = columns.iter().map(|&column| name(column)).collect();
                format!("missing together: {}", names.join(", "))
            }
            Self::Sum { parts: [a, b], total } => {
                format!("{} + {} = {}", name(*a), name(*b), name(*total))
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
                let absent = row[then.column].is_nan()
                    && !matches!(then.test, Test::Missing | Test::Present);
                (when.holds(row) && !absent).then(|| then.holds(row))
            }
            Self::Together { columns } => {
                let missing = columns.iter().filter(|&&column| row[column].is_nan()).count();
                (missing > 0).then_some(missing == columns.len())
            }
            Self::Sum { parts: [a, b], total } => {
                let asked = both(*a, *b) && !row[*total].is_nan();
                asked.then(|| add_up(row[*a], row[*b], row[*total]))
            }
        }
    }
}

/// Whether two numbers add up to a third one, except for the rounding of their texts.
fn add_up(a: f64, b: f64, total: f64) -> bool {
    (a + b - total).abs() <= 1e-6 * (a.abs() + b.abs()).max(total.abs())
}
