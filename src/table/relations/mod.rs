//! Relations between columns that a table always keeps (`docs/method.md` section 10): found on the
//! training rows with the support each has, listed for people, stored as text with a model, and
//! kept in synthetic rows by repair instead of by throwing rows away.

mod chance;
mod columns;
mod find;
mod implications;
mod keep;
mod parse;
mod reduce;
mod states;
mod sums;
mod worth;

pub use find::find;
pub use keep::{Keeper, Kept};
pub use worth::worth_keeping;

use super::Schema;
use super::condition::{Condition, quoted_name};
use serde::{Deserialize, Serialize};

/// A rule that rows of a table keep; columns by their positions.
#[derive(Clone, Debug, PartialEq)]
pub enum Relation {
    /// `a = b` wherever both are present, in all rows or in those of a condition.
    Equal {
        /// The first column, of fewer different values; the second one takes its cells.
        a: usize,
        /// The second column.
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
    /// Where `when` holds `then` does; a level is only asked for where there is one.
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

/// A relation with what the training rows say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The relation.
    pub relation: Relation,
    /// Training rows that it says something about.
    pub support: usize,
    /// Those of them that break it: 0 unless the user asked for the relation.
    pub exceptions: usize,
    /// Whether the others of a list already say it to a reader.
    pub follows: bool,
    /// Of an order: whether equal values are usual, so that a row that breaks it gets equal ones.
    pub ties: bool,
}

/// A found relation in a model file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    relation: String,
    support: usize,
    exceptions: usize,
    follows: bool,
    ties: bool,
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
                use super::condition::Test;
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
                asked.then(|| sums::add_up(row[*a], row[*b], row[*total]))
            }
        }
    }
}

impl Found {
    /// For a model file.
    pub fn stored(&self, schema: &Schema) -> Stored {
        let Self { support, exceptions, follows, ties, .. } = *self;
        Stored { relation: self.relation.text(schema), support, exceptions, follows, ties }
    }

    /// From a model file; says what is wrong with it.
    pub fn of(stored: &Stored, schema: &Schema) -> Result<Self, String> {
        let Stored { support, exceptions, follows, ties, .. } = *stored;
        Ok(Self {
            relation: Relation::parse(&stored.relation, schema)?,
            support,
            exceptions,
            follows,
            ties,
        })
    }
}

/// The list for people, one relation a line with its support, without those that follow from
/// others.
pub fn listed(found: &[Found], schema: &Schema) -> Vec<String> {
    let line = |found: &Found| {
        let rows = if found.support == 1 { "row" } else { "rows" };
        let broken = match found.exceptions {
            0 => String::new(),
            exceptions => format!(", {exceptions} of which break it"),
        };
        format!("{} ({} {rows}{broken})", found.relation.text(schema), found.support)
    };
    found.iter().filter(|found| !found.follows).map(line).collect()
}
