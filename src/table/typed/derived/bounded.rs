//! A column that keeps its own values inside what other columns bound.
//!
//! A day counted from admission, or a count that is mostly 1 or 2, says more by itself than by its
//! distance from a bound: as a distance its common values would be spread.

use super::apart::nearest;
use super::quantiles::{Quantiles, copied};
use crate::Table;
use crate::number;
use serde::{Deserialize, Serialize};

/// How many times as often two patients must share a value as they share a distance.
const TIMES: f64 = 1.5;

/// How often they must share one at least.
const SHARED: f64 = 0.02;

/// A column that is learned as it is, and made to lie between others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Bounded {
    pub(in crate::typed) column: usize,
    /// Columns that it does not pass; at least one.
    pub(in crate::typed) bases: Vec<usize>,
    /// Columns on its other side, which it does not pass either.
    pub(super) within: Vec<usize>,
    /// Whether it lies above its bases, not below.
    pub(super) above: bool,
    /// Whether it is often equal to the nearest base; it is then learned as missing.
    pub(in crate::typed) ties: bool,
    /// Its least distance from the nearest base: 0, or a unit of the last decimal where no training
    /// row has 0.
    pub(super) step: f64,
    /// Of what is learned.
    pub(super) quantiles: Quantiles,
    /// The smoothed extremes of the column: it is equal to a base between them alone.
    pub(super) ends: [f64; 2],
    /// The learned column that is missing where this one is, if some are and ties are, too.
    pub(in crate::typed) gap: Option<usize>,
}

impl Bounded {
    /// Learns it; none if its own values are not shared more often than its distances are.
    pub(super) fn of(
        train: &Table,
        column: usize,
        [bases, within]: [&[usize]; 2],
        above: bool,
        ties: bool,
    ) -> Option<Self> {
        let mut bounded = Self {
            column,
            bases: bases.to_vec(),
            within: within.to_vec(),
            above,
            ties,
            step: 0.0,
            quantiles: Quantiles::default(),
            ends: [0.0; 2],
            gap: None,
        };
        let rows = || (0..train.rows()).map(|row| train.cells.row(row));
        let sorted = |cells: &mut dyn Iterator<Item = f64>| {
            let mut cells: Vec<f64> = cells.filter(|cell| !cell.is_nan()).collect();
            cells.sort_by(f64::total_cmp);
            cells
        };
        let apart = |row: &[f64]| {
            let base = bounded.base(row)?;
            (row[column] != base).then_some((row[column] - base).abs())
        };
        let distances = sorted(&mut rows().filter_map(apart));
        let decimals = train.schema.columns[column].decimals;
        let distances: Vec<f64> =
            distances.into_iter().map(|distance| number::round(distance, decimals)).collect();
        let cells = sorted(&mut rows().filter(|row| apart(row).is_some()).map(|row| row[column]));
        let own = sharing(&cells);
        if own < SHARED || own < TIMES * sharing(&distances) {
            return None;
        }
        let equal = rows().any(|row| bounded.base(row) == Some(row[column]));
        bounded.step = if equal { 0.0 } else { 10f64.powi(-(decimals as i32)) };
        bounded.quantiles =
            Quantiles::of(rows().map(|row| bounded.remainder(row)), train.patients());
        bounded.ends = Quantiles::of(train.cells.column(column), train.patients()).ends()?;
        Some(bounded)
    }

    pub(super) fn sources(&self) -> Vec<usize> {
        self.bases.iter().chain(&self.within).copied().collect()
    }

    /// Whether a base of a row is present.
    pub(super) fn has_base(&self, row: &[f64]) -> bool {
        self.base(row).is_some()
    }

    fn base(&self, row: &[f64]) -> Option<f64> {
        nearest(&self.bases, row, self.above)
    }

    pub(super) fn remainder(&self, row: &[f64]) -> f64 {
        match self.base(row) {
            Some(base) if self.ties && row[self.column] == base => f64::NAN,
            _ => row[self.column],
        }
    }

    /// The cell; a number beyond a bound moves to the same level of what the bounds leave.
    pub(super) fn restored(&self, row: &[f64], decimals: usize) -> f64 {
        let (base, other) = (self.base(row), nearest(&self.within, row, !self.above));
        let cell = row[self.column];
        if cell.is_nan() {
            let tied = base.filter(|_| self.ties).map(|base| copied(base, self.ends));
            return tied.map_or(f64::NAN, |tied| number::round(tied, decimals));
        }
        let [low, high] = if self.above { [base, other] } else { [other, base] };
        let inside = |cell: f64| {
            low.is_none_or(|low| cell >= low)
                && high.is_none_or(|high| cell <= high)
                && !((self.ties || self.step > 0.0) && Some(cell) == base)
        };
        if inside(cell) {
            return cell;
        }
        let moved = number::round(self.quantiles.moved(cell, [low, high]), decimals);
        if inside(moved) {
            return moved;
        }
        let [up, down] = if self.above { [self.step, 0.0] } else { [0.0, self.step] };
        let cell = low.map_or(moved, |low| moved.max(number::round(low + up, decimals)));
        high.map_or(cell, |high| cell.min(number::round(high - down, decimals)))
    }

    pub(super) fn is_sound(&self) -> bool {
        !self.bases.is_empty()
            && self.step.is_finite()
            && self.step >= 0.0
            && self.ends[0] <= self.ends[1]
            && self.quantiles.is_sound()
    }
}

/// How often two of some ascending values are equal (Simpson's index).
fn sharing(sorted: &[f64]) -> f64 {
    let pairs = |count: usize| (count * count.saturating_sub(1)) as f64;
    let equal: f64 = sorted.chunk_by(|a, b| a == b).map(|run| pairs(run.len())).sum();
    if sorted.len() < 2 { 0.0 } else { equal / pairs(sorted.len()) }
}
