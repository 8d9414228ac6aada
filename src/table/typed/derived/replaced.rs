//! Columns that are learned as they are, for what goes with them, and made anew of others on the
//! way back.

use crate::condition::{Condition, Test};
use crate::relations::{DecisionTable, Lookup, either};
use serde::{Deserialize, Serialize};

/// A column that follows from another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Follows {
    pub(in crate::typed) column: usize,
    pub(in crate::typed) source: usize,
    pub(in crate::typed) lookup: Lookup,
}

impl Follows {
    /// Gives the source the nearest value of which is known what follows: what follows from a value
    /// of few patients is not kept, so nobody has that value.
    pub(super) fn settle_source(&self, row: &mut [f64]) {
        let source = row[self.source];
        if !row[self.column].is_nan() && self.lookup.lacks(source) {
            row[self.source] = self.lookup.nearest(source);
        }
    }

    pub(super) fn restored(&self, row: &[f64]) -> f64 {
        match row[self.column] {
            cell if cell.is_nan() => cell,
            cell => self.lookup.of(row[self.source]).unwrap_or(cell),
        }
    }

    pub(super) fn largest(&self) -> f64 {
        self.lookup.pairs().iter().map(|pair| pair[1].abs()).fold(0.0, f64::max)
    }
}

/// A column that several others decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Decided {
    pub(in crate::typed) column: usize,
    pub(in crate::typed) sources: Vec<usize>,
    pub(in crate::typed) table: DecisionTable,
}

impl Decided {
    pub(super) fn restored(&self, row: &[f64]) -> f64 {
        match row[self.column] {
            cell if cell.is_nan() => cell,
            cell => self.table.of(row, &self.sources).unwrap_or(cell),
        }
    }

    pub(super) fn largest(&self) -> f64 {
        self.table.decided().map(f64::abs).fold(0.0, f64::max)
    }
}

/// A column of two values that says whether one of others has a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Either {
    pub(in crate::typed) column: usize,
    /// Where any does, and where none does.
    pub(in crate::typed) values: [f64; 2],
    /// Columns and their values.
    pub(in crate::typed) when: Vec<(usize, f64)>,
}

impl Either {
    /// None if a condition asks for anything but one value.
    pub(super) fn of(column: usize, values: [f64; 2], when: &[Condition]) -> Option<Self> {
        let asked = |one: &Condition| match &one.test {
            Test::OneOf(of) if of.len() == 1 => Some((one.column, of[0])),
            _ => None,
        };
        let when = when.iter().map(asked).collect::<Option<Vec<_>>>()?;
        Some(Self { column, values, when })
    }

    /// What is asked of others.
    pub(in crate::typed) fn conditions(&self) -> Vec<Condition> {
        let condition =
            |&(column, value): &(usize, f64)| Condition { column, test: Test::OneOf(vec![value]) };
        self.when.iter().map(condition).collect()
    }

    pub(super) fn restored(&self, row: &[f64]) -> f64 {
        match row[self.column] {
            cell if cell.is_nan() => cell,
            cell => either(&self.conditions(), self.values, row).unwrap_or(cell),
        }
    }
}
