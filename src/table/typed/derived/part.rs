//! Columns that have few combinations of cells: one choice among these.

use crate::Table;
use crate::relations::{Combination, nearest};
use serde::{Deserialize, Serialize};

/// One of the columns of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Part {
    pub(in crate::typed) column: usize,
    /// All columns of the group.
    pub(super) group: Vec<usize>,
    /// Its place among them; the first one has the choice.
    pub(super) at: usize,
    /// The combinations of enough patients.
    pub(super) known: Vec<Vec<f64>>,
    /// The learned column that says which it is; missing where all of the group are.
    pub(in crate::typed) choice: usize,
}

impl Part {
    /// The parts of a group, or none if its columns are not there together, or if too few
    /// combinations have enough patients.
    pub(super) fn of(
        group: &[usize],
        known: &[Combination],
        train: &Table,
        rare_below: usize,
    ) -> Vec<Self> {
        let known: Vec<Vec<f64>> = known
            .iter()
            .filter(|one| one.patients >= rare_below.max(1))
            .map(|one| one.cells.clone())
            .collect();
        let rows = || (0..train.rows()).map(|row| train.cells.row(row));
        let together = rows().all(|row| {
            let missing = group.iter().filter(|&&column| row[column].is_nan()).count();
            missing == 0 || missing == group.len()
        });
        let part = |(at, &column): (usize, &usize)| Self {
            column,
            group: group.to_vec(),
            at,
            known: known.clone(),
            choice: 0,
        };
        match together && known.len() > 1 {
            true => group.iter().enumerate().map(part).collect(),
            false => Vec::new(),
        }
    }

    /// Which combination a row has, or has most of.
    pub(super) fn state(&self, row: &[f64]) -> f64 {
        let cells: Vec<f64> = self.group.iter().map(|&column| row[column]).collect();
        match cells.iter().any(|cell| cell.is_nan()) {
            true => f64::NAN,
            false => nearest(&self.known, &cells) as f64,
        }
    }

    pub(super) fn restored(&self, row: &[f64]) -> f64 {
        let state = row[self.choice];
        match state.is_nan() {
            true => f64::NAN,
            false => self.known.get(state as usize).map_or(f64::NAN, |cells| cells[self.at]),
        }
    }

    /// The combinations in which its column has a value.
    pub(in crate::typed) fn with(&self, value: f64) -> Vec<usize> {
        (0..self.known.len()).filter(|&at| self.known[at][self.at] == value).collect()
    }

    /// How many combinations there are.
    pub(in crate::typed) fn combinations(&self) -> usize {
        self.known.len()
    }

    pub(super) fn largest(&self) -> f64 {
        self.known.iter().map(|cells| cells[self.at].abs()).fold(0.0, f64::max)
    }

    pub(super) fn is_sound(&self, columns: usize) -> bool {
        self.known.len() > 1
            && self.group.get(self.at) == Some(&self.column)
            && self.group.iter().all(|&column| column < columns)
            && self.known.iter().all(|cells| {
                cells.len() == self.group.len() && cells.iter().all(|cell| cell.is_finite())
            })
    }
}
