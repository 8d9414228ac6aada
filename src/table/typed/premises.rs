//! Premises of several cells: each list of them has a learned column of its own, behind those of
//! the forms, that says whether all of them hold.
//!
//! A gate asks one choice, so that what several cells say together needs a choice of its own.
//! Where it is chosen, gates make the premises hold and the conclusion.

use super::gates::TrainedColumns;
use crate::condition::{Condition, Test};
use crate::relations::{Found, Relation};
use crate::{Column, Kind, Table};
use ground::blocks::{Gate, State};
use serde::{Deserialize, Serialize};

/// Lists at most: each is a further block to learn.
const MOST: usize = 16;

/// Lists of premises. A model file has their number alone: the way back asks no more.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "usize", into = "usize")]
pub(super) struct Premises(Vec<Vec<Condition>>);

impl Premises {
    /// Those of the conjunctions of values that all rows keep and that no other relation says.
    pub(super) fn of(relations: &[Found]) -> Self {
        Self(conjunctions(relations).map(|(when, _)| when.to_vec()).collect())
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Their number alone.
    pub(super) fn counted(&self) -> Self {
        Self::from(self.len())
    }

    /// The columns that they need.
    pub(super) fn columns(&self) -> impl Iterator<Item = Column> {
        (1..=self.len()).map(|place| Column {
            name: format!("premises {place}"),
            kind: Kind::Boolean,
            levels: ["no", "yes"].map(Into::into).to_vec(),
            ..Column::default()
        })
    }

    /// Whether all of each list hold in a row of the table: 1 or 0.
    pub(super) fn cells<'a>(&'a self, row: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.0.iter().map(|when| f64::from(when.iter().all(|one| one.holds(row))))
    }
}

/// The conjunctions that have a learned column, in its order.
pub(super) fn conjunctions(
    relations: &[Found],
) -> impl Iterator<Item = (&[Condition], &Condition)> {
    let kept = relations.iter().filter(|found| found.exceptions == 0 && !found.follows);
    let parts = kept.filter_map(|found| match &found.relation {
        Relation::Conjunction { when, then } if !is_of_gaps(when, then) => Some((&when[..], then)),
        _ => None,
    });
    parts.take(MOST)
}

/// Whether a conjunction is of missing cells alone: few rows break it, and repairs do.
fn is_of_gaps(when: &[Condition], then: &Condition) -> bool {
    when.iter().chain([then]).all(|one| matches!(one.test, Test::Missing | Test::Present))
}

impl From<usize> for Premises {
    fn from(count: usize) -> Self {
        Self(vec![Vec::new(); count])
    }
}

impl From<Premises> for usize {
    fn from(premises: Premises) -> Self {
        premises.len()
    }
}

impl TrainedColumns<'_> {
    /// Where all of a list of premises hold, each of them does, and the conclusion.
    pub(super) fn of_premises(&self, relations: &[Found], train: &Table) -> Vec<Gate> {
        let first = self.learned.first_premises(self.schema);
        let of_list = |(place, (when, then)): (usize, (&[Condition], &Condition))| {
            let all = |row: &[f64]| when.iter().all(|one| one.holds(row));
            let chosen = self.level(first + place, 1.0);
            let each = when.iter().flat_map(|one| self.wanted(one));
            let states: Vec<State> = each.chain(self.consequences(&all, then, train)).collect();
            let gates = states.into_iter().filter_map(|then| Some(Gate { when: chosen?, then }));
            gates.collect::<Vec<_>>()
        };
        conjunctions(relations).enumerate().flat_map(of_list).collect()
    }
}
