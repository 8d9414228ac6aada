//! A relation: what it says of a row, and as text.

use super::Expression;
use super::expression::name as formula_name;
use super::known::{Combination, Lookup};
use crate::Schema;
use crate::condition::{Condition, Test, quoted_name};

/// The error of a sum of few terms in floating point, as a part of their magnitudes.
const ADDING: f64 = 1e-15;

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

/// A column that others make.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The column.
    pub column: usize,
    /// What makes it.
    pub expression: Expression,
    /// Half a unit of the last decimal: of the column, then of each column that it is made of.
    half: f64,
    halves: Vec<(usize, f64)>,
    /// If the printed numbers keep it exactly: the part of its terms by which they may be off, 0
    /// for numbers that were not computed.
    pub(super) exact: Option<f64>,
}

impl Formula {
    /// A column of a schema that an expression makes.
    pub fn new(column: usize, expression: Expression, schema: &Schema) -> Self {
        let half = |column: usize| match schema.columns[column].kind {
            // A day is a day, and a moment is a moment.
            kind if kind.is_time() => 0.0,
            _ => 0.5 * 10f64.powi(-(schema.columns[column].decimals as i32)),
        };
        let halves = expression.columns().into_iter().map(|of| (of, half(of))).collect();
        Self { column, half: half(column), expression, halves, exact: None }
    }

    /// One that the printed numbers keep, those of computed columns but for a part of their size.
    pub(super) fn exact(self, part: f64) -> Self {
        self.exact_as(Some(part))
    }

    /// The same, or one that the numbers keep within the rounding of them all (`None`).
    pub(super) fn exact_as(self, exact: Option<f64>) -> Self {
        Self { exact, ..self }
    }

    /// The two columns whose plain sum it is, if the printed numbers keep it.
    pub(super) fn sum(&self) -> Option<[usize; 2]> {
        match &self.expression {
            Expression::Add(a, b) if self.exact.is_some() => match (&**a, &**b) {
                (Expression::Column(a), Expression::Column(b)) => Some([*a, *b]),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a row's cell should be, if all that it is made of is present.
    pub fn made(&self, row: &[f64]) -> Option<f64> {
        Some(self.expression.value(row)).filter(|made| made.is_finite())
    }

    /// Whether a row's cell is what is made of the others, within what the rounding of them all
    /// explains, or of an exact formula its own alone; none where one is missing.
    pub fn holds(&self, row: &[f64]) -> Option<bool> {
        let cell = row[self.column];
        let made = self.made(row).filter(|_| !cell.is_nan())?;
        let off = (cell - made).abs();
        // What is near needs no closer look.
        Some(off <= self.half || off <= self.slack(row, made))
    }

    /// How far a row's cell may be from what is made of the others.
    pub(super) fn slack(&self, row: &[f64], made: f64) -> f64 {
        if let Some(part) = self.exact {
            // Two numbers of 15 digits that differ are farther apart than the error of adding up.
            return self.half + part.max(ADDING) * self.expression.size(row);
        }
        let rounding = self.half * (1.0 + 1e-6) + 1e-9 * row[self.column].abs().max(made.abs());
        let mut moved = row.to_vec();
        let mut sources = 0.0;
        for &(column, half) in &self.halves {
            let far = [half, -half].map(|step| {
                moved[column] = row[column] + step;
                self.made(&moved).map_or(0.0, |other| (other - made).abs())
            });
            moved[column] = row[column];
            sources += far[0].max(far[1]);
        }
        rounding + sources * (1.0 + 1e-6)
    }
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
