//! A formula over the columns of a table: `weight / (height / 100)^2`.

use super::function::{AGGREGATES, Aggregate, FUNCTIONS, Function};
use crate::{Kind, Schema};
use serde::{Deserialize, Serialize};

/// What a cell is computed from; columns by their positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expression {
    /// A constant.
    Number(f64),
    /// The cell of a column.
    Column(usize),
    /// A value with the other sign.
    Negate(Box<Expression>),
    /// The sum of two.
    Add(Box<Expression>, Box<Expression>),
    /// The first without the second.
    Subtract(Box<Expression>, Box<Expression>),
    /// The product of two.
    Multiply(Box<Expression>, Box<Expression>),
    /// The first by the second.
    Divide(Box<Expression>, Box<Expression>),
    /// The first to the power of the second.
    Power(Box<Expression>, Box<Expression>),
    /// A function of one value.
    Call(Function, Box<Expression>),
    /// A number of those values that are present, such as their sum.
    Over(Aggregate, Vec<Expression>),
}

impl Expression {
    /// The linear expression `constant + sum of factor * column`.
    pub(super) fn linear(terms: &[(usize, f64)], constant: f64) -> Self {
        let term = |&(column, factor): &(usize, f64)| match factor.abs() {
            1.0 => Self::Column(column),
            factor => {
                Self::Multiply(Box::new(Self::Number(factor)), Box::new(Self::Column(column)))
            }
        };
        let start = (constant != 0.0).then_some(Self::Number(constant));
        let mut ordered: Vec<&(usize, f64)> = terms.iter().collect();
        if start.is_none() {
            // A sum that begins with a plus needs no sign in front.
            ordered.sort_by_key(|(_, factor)| *factor < 0.0);
        }
        let whole = ordered.into_iter().fold(start, |sum, one| {
            let (sum, factor) = (sum.map(Box::new), one.1);
            Some(match sum {
                None if factor < 0.0 => Self::Negate(Box::new(term(one))),
                None => term(one),
                Some(sum) if factor < 0.0 => Self::Subtract(sum, Box::new(term(one))),
                Some(sum) => Self::Add(sum, Box::new(term(one))),
            })
        });
        whole.unwrap_or(Self::Number(constant))
    }

    /// The sum of two columns.
    pub(super) fn sum([a, b]: [usize; 2]) -> Self {
        Self::Add(Box::new(Self::Column(a)), Box::new(Self::Column(b)))
    }

    /// The product of powers of columns, times the first of two factors, divided by the second.
    pub(super) fn product(terms: &[(usize, f64)], [factor, divisor]: [f64; 2]) -> Self {
        let power = |&(column, power): &(usize, f64)| {
            let base = Box::new(Self::Column(column));
            match power.abs() {
                1.0 => Self::Column(column),
                0.5 => Self::Call(Function::Sqrt, base),
                power => Self::Power(base, Box::new(Self::Number(power))),
            }
        };
        let above = terms.iter().filter(|(_, power)| *power > 0.0).map(power);
        let first = (factor != 1.0 || terms.iter().all(|(_, power)| *power < 0.0))
            .then_some(Self::Number(factor));
        let whole = first.into_iter().chain(above);
        let whole = whole.reduce(|a, b| Self::Multiply(Box::new(a), Box::new(b)));
        let below = terms.iter().filter(|(_, power)| *power < 0.0).map(power);
        let below = below.chain((divisor != 1.0).then_some(Self::Number(divisor)));
        let whole = whole.unwrap_or(Self::Number(factor));
        below.fold(whole, |a, b| Self::Divide(Box::new(a), Box::new(b)))
    }

    /// The value in a row; NaN where a column that it needs is missing, or where it has none.
    pub fn value(&self, row: &[f64]) -> f64 {
        let value = match self {
            Self::Over(aggregate, of) => aggregate.of(of.iter().map(|one| one.value(row))),
            Self::Number(number) => *number,
            Self::Column(column) => row[*column],
            Self::Negate(a) => -a.value(row),
            Self::Add(a, b) => a.value(row) + b.value(row),
            Self::Subtract(a, b) => a.value(row) - b.value(row),
            Self::Multiply(a, b) => a.value(row) * b.value(row),
            Self::Divide(a, b) => a.value(row) / b.value(row),
            // A missing number to the power of 0 is missing.
            Self::Power(a, b) => match (a.value(row), b.value(row)) {
                (a, b) if a.is_nan() || b.is_nan() => f64::NAN,
                (a, b) => a.powf(b),
            },
            Self::Call(function, a) => function.of(a.value(row)),
        };
        if value.is_finite() { value } else { f64::NAN }
    }

    /// The largest magnitude of what is added up in a row, terms of sums one by one.
    pub(super) fn size(&self, row: &[f64]) -> f64 {
        match self {
            Self::Add(a, b) | Self::Subtract(a, b) => a.size(row) + b.size(row),
            Self::Multiply(a, b) => a.size(row) * b.size(row),
            Self::Negate(a) => a.size(row),
            Self::Over(_, of) => {
                let sizes = of.iter().map(|one| one.size(row));
                sizes.filter(|size| !size.is_nan()).sum()
            }
            _ => self.value(row).abs(),
        }
    }

    /// The columns that it needs, ascending.
    pub fn columns(&self) -> Vec<usize> {
        let mut columns = Vec::new();
        self.collect(&mut columns);
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Whether it is a moment: a column of moments, or one that is moved.
    pub(super) fn is_moment(&self, schema: &Schema) -> bool {
        match self {
            Self::Column(column) => schema.columns[*column].kind == Kind::Datetime,
            Self::Add(a, b) => a.is_moment(schema) || b.is_moment(schema),
            Self::Subtract(a, b) => a.is_moment(schema) && !b.is_moment(schema),
            _ => false,
        }
    }

    fn collect(&self, columns: &mut Vec<usize>) {
        match self {
            Self::Number(_) => {}
            Self::Column(column) => columns.push(*column),
            Self::Negate(a) | Self::Call(_, a) => a.collect(columns),
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Divide(a, b)
            | Self::Power(a, b) => {
                a.collect(columns);
                b.collect(columns);
            }
            Self::Over(_, of) => of.iter().for_each(|one| one.collect(columns)),
        }
    }

    /// The formula as text that [`Expression::parse`] reads back.
    pub fn text(&self, schema: &Schema) -> String {
        self.written(schema, 0)
    }

    /// In parentheses where its operator binds no closer than what stands around it.
    fn written(&self, schema: &Schema, around: usize) -> String {
        let two = |a: &Self, sign: &str, b: &Self, [left, right]: [usize; 2]| {
            format!("{}{sign}{}", a.written(schema, left), b.written(schema, right))
        };
        let (text, binds) = match self {
            Self::Number(number) if *number < 0.0 => (format!("{number}"), 3),
            Self::Number(number) => (format!("{number}"), 9),
            Self::Column(column) => (name(&schema.columns[*column].name), 9),
            Self::Negate(a) => (format!("-{}", a.written(schema, 3)), 3),
            Self::Add(a, b) => (two(a, " + ", b, [1, 2]), 1),
            Self::Subtract(a, b) => (two(a, " - ", b, [1, 2]), 1),
            Self::Multiply(a, b) => (two(a, " * ", b, [2, 3]), 2),
            Self::Divide(a, b) => (two(a, " / ", b, [2, 3]), 2),
            Self::Power(a, b) => (two(a, "^", b, [5, 4]), 4),
            Self::Call(function, a) => {
                // A moment's day needs no name there.
                let a = match &**a {
                    Self::Call(Function::Date, moment) if function.is_of_days() => moment,
                    _ => a,
                };
                let named = FUNCTIONS.iter().find(|(_, of)| of == function);
                let called = named.map_or("", |(name, _)| name);
                (format!("{called}({})", a.written(schema, 0)), 9)
            }
            Self::Over(aggregate, of) => {
                let named = AGGREGATES.iter().find(|(_, of)| of == aggregate);
                let called = named.map_or("", |(name, _)| name);
                let of: Vec<String> = of.iter().map(|one| one.written(schema, 0)).collect();
                (format!("{called}({})", of.join(", ")), 9)
            }
        };
        if binds < around { format!("({text})") } else { text }
    }
}

/// A column's name; in quotes where it could be read as something else.
pub(super) fn name(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let first = name.chars().next();
    let is_word = first.is_some_and(|c| c.is_alphabetic() || c == '_') && name.chars().all(plain);
    match is_word && !FUNCTIONS.iter().any(|(function, _)| *function == name) {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}
