//! A column of which many patients share a few values, or another column's cell: which of them is a
//! choice, and the rest is a number.

use super::quantiles::Quantiles;
use crate::{Table, number};
use serde::{Deserialize, Serialize};

/// A column that is in one of a few states, or a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Chosen {
    pub(in crate::typed) column: usize,
    /// The first that fits is a cell's; a cell that fits none is a number, state 0.
    pub(in crate::typed) states: Vec<Shared>,
    /// Columns that values and numbers do not pass upwards.
    pub(super) below: Vec<usize>,
    /// Columns that values and numbers do not pass downwards.
    pub(super) above: Vec<usize>,
    /// Of its numbers, if columns bound them.
    #[serde(default)]
    pub(super) quantiles: Quantiles,
    /// The learned column that says which.
    pub(in crate::typed) choice: usize,
}

/// What many cells share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::typed) enum Shared {
    /// A value.
    Value(f64),
    /// The cell of another column.
    Same(usize),
}

impl Chosen {
    pub(super) fn sources(&self) -> Vec<usize> {
        let of_states = self.states.iter().filter_map(|state| match state {
            Shared::Same(source) => Some(*source),
            Shared::Value(_) => None,
        });
        let mut sources: Vec<usize> =
            of_states.chain(self.below.iter().chain(&self.above).copied()).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// The state of a row: 0 for a number, then the places of the states from 1 on.
    pub(super) fn state(&self, row: &[f64]) -> f64 {
        let cell = row[self.column];
        if cell.is_nan() {
            return f64::NAN;
        }
        let fits = |state: &Shared| match state {
            Shared::Value(value) => cell == *value,
            Shared::Same(source) => cell == row[*source],
        };
        self.states.iter().position(fits).map_or(0.0, |at| (at + 1) as f64)
    }

    pub(super) fn remainder(&self, row: &[f64]) -> f64 {
        if self.state(row) == 0.0 { row[self.column] } else { f64::NAN }
    }

    /// The cell; a number beyond a bound moves to the same level of what the bounds leave.
    pub(super) fn restored(&self, row: &[f64], decimals: usize) -> f64 {
        let state = row[self.choice];
        if state.is_nan() {
            return f64::NAN;
        }
        let end = |columns: &[usize], nearer: fn(f64, f64) -> f64| {
            columns.iter().map(|&column| row[column]).filter(|end| !end.is_nan()).reduce(nearer)
        };
        let (low, high) = (end(&self.above, f64::max), end(&self.below, f64::min));
        let inside = |cell: f64| {
            let down = high.map_or(cell, |high| cell.min(high));
            low.map_or(down, |low| down.max(low))
        };
        match (state as usize).checked_sub(1).and_then(|at| self.states.get(at)) {
            Some(Shared::Same(source)) => row[*source],
            Some(Shared::Value(value)) => inside(*value),
            None => {
                let cell = row[self.column];
                if cell.is_nan() || inside(cell) == cell {
                    return cell;
                }
                inside(number::round(self.quantiles.moved(cell, [low, high]), decimals))
            }
        }
    }

    /// The state in which cells have a value, if no state before it can hide one of them.
    pub(in crate::typed) fn state_of(&self, value: f64) -> Option<usize> {
        let at = self.states.iter().position(|state| *state == Shared::Value(value))?;
        let clear = self.states[..at].iter().all(|state| matches!(state, Shared::Value(_)));
        clear.then_some(at + 1)
    }

    /// The state in which cells are those of another column.
    pub(in crate::typed) fn state_as(&self, source: usize) -> Option<usize> {
        self.states.iter().position(|state| *state == Shared::Same(source)).map(|at| at + 1)
    }

    pub(super) fn largest(&self) -> f64 {
        let magnitude = |state: &Shared| match state {
            Shared::Value(value) => value.abs(),
            Shared::Same(_) => 0.0,
        };
        self.states.iter().map(magnitude).fold(0.0, f64::max)
    }

    pub(super) fn is_sound(&self) -> bool {
        !self.states.is_empty()
            && self.quantiles.is_sound()
            && self.states.iter().all(|state| match state {
                Shared::Value(value) => value.is_finite(),
                Shared::Same(_) => true,
            })
    }
}

/// Values of a column that are choices at most.
const VALUES: usize = 3;

/// Rows that share such a value at least, and their share.
const ROWS: usize = 10;
const SHARE: f64 = 0.02;

/// How many times as often as any other value they occur.
const TIMES: usize = 3;

/// Different other values at least: a column of few values is another matter.
const OTHERS: usize = 10;

/// The values of a column that many patients share: those that stand out by how often they occur,
/// or a value at an end that lies far from all others.
///
/// Round numbers do not: where 120 occurs often, 110 and 130 do, too.
pub(super) fn spikes(train: &Table, column: usize) -> Vec<f64> {
    let mut cells: Vec<f64> = train.cells.column(column).filter(|cell| !cell.is_nan()).collect();
    cells.sort_by(f64::total_cmp);
    let runs: Vec<(usize, f64)> =
        cells.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).collect();
    let enough = |count: usize| count >= ROWS && count as f64 >= SHARE * cells.len() as f64;
    let mut often = runs.clone();
    often.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)));
    let stands_out = |many: usize| {
        let next = often.get(many).map_or(0, |run| run.0);
        runs.len() >= many + OTHERS
            && enough(often[many - 1].0)
            && often[many - 1].0 >= TIMES * next
    };
    let many = (1..=VALUES.min(often.len())).rev().find(|&many| stands_out(many)).unwrap_or(0);
    let mut values: Vec<f64> = often[..many].iter().map(|run| run.1).collect();
    values.extend(far_ends(&runs, &cells).filter(|run| enough(run.0)).map(|run| run.1));
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// The first and the last value, if they lie farther from the next one than all but a tenth of the
/// others are apart.
fn far_ends<'a>(
    runs: &'a [(usize, f64)],
    cells: &'a [f64],
) -> impl Iterator<Item = &'a (usize, f64)> {
    let ends = match runs {
        [first, second, .., before, last] if runs.len() > OTHERS => {
            let inner = &cells[first.0..cells.len() - last.0];
            let spread = match inner.len() {
                0..20 => f64::INFINITY,
                len => inner[len - 1 - len / 20] - inner[len / 20],
            };
            [(first, second.1 - first.1), (last, last.1 - before.1)]
                .map(|(end, gap)| (gap > spread).then_some(end))
        }
        _ => [None, None],
    };
    ends.into_iter().flatten()
}
