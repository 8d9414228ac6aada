//! A column of which many patients share a few values, or another column's cell: which of them is a
//! choice, and the rest is a number.

use super::apart::nearest;
use super::quantiles::{Quantiles, copied};
use crate::number;
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
    /// The smoothed extremes of the column, which its numbers and copies do not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ends: Option<[f64; 2]>,
}

/// What many cells share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::typed) enum Shared {
    /// A value.
    Value(f64),
    /// The cell of another column.
    Same(usize),
    /// A number above this value.
    Above(f64),
}

impl Chosen {
    pub(super) fn sources(&self) -> Vec<usize> {
        let of_states = self.states.iter().filter_map(|state| match state {
            Shared::Same(source) => Some(*source),
            Shared::Value(_) | Shared::Above(_) => None,
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
            Shared::Above(value) => cell > *value,
        };
        self.states.iter().position(fits).map_or(0.0, |at| (at + 1) as f64)
    }

    pub(super) fn remainder(&self, row: &[f64]) -> f64 {
        if self.is_number(self.state(row)) { row[self.column] } else { f64::NAN }
    }

    /// The cell; a number beyond a bound moves to the same level of what the bounds leave.
    pub(super) fn restored(&self, row: &[f64], decimals: usize) -> f64 {
        let state = row[self.choice];
        if state.is_nan() {
            return f64::NAN;
        }
        let (low, high) = (nearest(&self.above, row, true), nearest(&self.below, row, false));
        let inside = |cell: f64| {
            let down = high.map_or(cell, |high| cell.min(high));
            low.map_or(down, |low| down.max(low))
        };
        let number = |cell: f64| match cell.is_nan() || inside(cell) == cell {
            true => cell,
            false => inside(number::round(self.quantiles.moved(cell, [low, high]), decimals)),
        };
        let cell = row[self.column];
        match self.shared(state) {
            Some(Shared::Same(source)) => match self.ends {
                Some(ends) => number::round(copied(row[source], ends), decimals),
                None => row[source],
            },
            Some(Shared::Value(value)) => inside(value),
            Some(Shared::Above(value)) => number(self.beside(cell, value, true, decimals)),
            None => match self.middle() {
                Some(value) => number(self.beside(cell, value, false, decimals)),
                None => number(cell),
            },
        }
    }

    /// A number on its side of a value; one on the wrong side moves to the same level of what lies
    /// on the other one, and the value itself to the next number there.
    /// Models of earlier versions have no quantiles there: it goes as far away, but not beyond the
    /// extremes.
    fn beside(&self, cell: f64, value: f64, above: bool, decimals: usize) -> f64 {
        if cell.is_nan() || cell != value && (cell > value) == above {
            return cell;
        }
        let unit = 10f64.powi(-(decimals as i32));
        if self.quantiles.ends().is_some() {
            let bounds = if above { [Some(value), None] } else { [None, Some(value)] };
            let moved = number::round(self.quantiles.moved(cell, bounds), decimals);
            let nearest = number::round(if above { value + unit } else { value - unit }, decimals);
            return match above {
                _ if cell == value => nearest,
                true => moved.max(nearest),
                false => moved.min(nearest),
            };
        }
        let apart = (cell - value).abs().max(unit);
        let [least, most] = self.ends.unwrap_or([f64::MIN, f64::MAX]);
        let moved = if above { (value + apart).min(most) } else { (value - apart).max(least) };
        number::round(moved, decimals)
    }

    /// The values that are choices.
    pub(in crate::typed) fn values(&self) -> Vec<f64> {
        let value = |state: &Shared| match state {
            Shared::Value(value) => Some(*value),
            _ => None,
        };
        self.states.iter().filter_map(value).collect()
    }

    /// What the cells of a state share; none of a number.
    pub(super) fn shared(&self, state: f64) -> Option<Shared> {
        (state as usize).checked_sub(1).and_then(|at| self.states.get(at)).copied()
    }

    /// Whether a state is that of a number.
    pub(in crate::typed) fn is_number(&self, state: f64) -> bool {
        let of = (state as usize).checked_sub(1).map(|at| self.states[at]);
        !state.is_nan() && matches!(of, None | Some(Shared::Above(_)))
    }

    /// The value that parts the numbers, if one does.
    pub(in crate::typed) fn middle(&self) -> Option<f64> {
        self.states.iter().find_map(|state| match state {
            Shared::Above(value) => Some(*value),
            _ => None,
        })
    }

    /// The states in which cells are numbers above the value in the middle, or below it.
    pub(in crate::typed) fn state_beside(&self, value: f64, above: bool) -> Option<usize> {
        let at = self.states.iter().position(|state| *state == Shared::Above(value))?;
        Some(if above { at + 1 } else { 0 })
    }

    /// The state in which cells have a value, if no state before it can hide one of them.
    pub(in crate::typed) fn state_of(&self, value: f64) -> Option<usize> {
        let at = self.states.iter().position(|state| *state == Shared::Value(value))?;
        let clear = self.states[..at].iter().all(|state| !matches!(state, Shared::Same(_)));
        clear.then_some(at + 1)
    }

    /// The state in which cells are those of another column.
    pub(in crate::typed) fn state_as(&self, source: usize) -> Option<usize> {
        self.states.iter().position(|state| *state == Shared::Same(source)).map(|at| at + 1)
    }

    pub(super) fn largest(&self) -> f64 {
        let magnitude = |state: &Shared| match state {
            Shared::Value(value) => value.abs(),
            Shared::Above(value) => 2.0 * value.abs(),
            Shared::Same(_) => 0.0,
        };
        self.states.iter().map(magnitude).fold(0.0, f64::max)
    }

    pub(super) fn is_sound(&self) -> bool {
        !self.states.is_empty()
            && self.quantiles.is_sound()
            && self.states.iter().all(|state| match state {
                Shared::Value(value) | Shared::Above(value) => value.is_finite(),
                Shared::Same(_) => true,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days up to 365, where most are censored, and a few beyond.
    fn parted(quantiles: Quantiles) -> Chosen {
        Chosen {
            column: 0,
            states: vec![Shared::Value(365.0), Shared::Above(365.0)],
            below: Vec::new(),
            above: Vec::new(),
            quantiles,
            choice: 1,
            ends: Some([6.0, 452.0]),
        }
    }

    #[test]
    fn numbers_on_the_wrong_side_do_not_pile_up_at_an_end() {
        let days = (0..300).map(|day| f64::from(day) + 6.0);
        let later = (0..90).map(|day| f64::from(day) + 366.0);
        let chosen = parted(Quantiles::of(days.chain(later), None));
        let beyond: Vec<f64> =
            (6..300).step_by(7).map(|day| chosen.restored(&[f64::from(day), 2.0], 0)).collect();
        assert!(beyond.windows(2).all(|pair| pair[0] <= pair[1]), "{beyond:?}");
        assert!(beyond.iter().all(|day| (366.0..456.0).contains(day)), "{beyond:?}");
        // Early days are early on the other side, too, and each value is hit by few.
        assert!(beyond[0] < 370.0 && beyond[20] < 420.0, "{beyond:?}");
        let before: Vec<f64> =
            (366..456).map(|day| chosen.restored(&[f64::from(day), 0.0], 0)).collect();
        assert!(before.windows(2).all(|pair| pair[0] <= pair[1]) && before[89] < 365.0);
        // On its own side a number stays.
        assert_eq!([[400.0, 2.0], [40.0, 0.0]].map(|row| chosen.restored(&row, 0)), [400.0, 40.0]);
        // Models of earlier versions have no quantiles: they go as far to the other side.
        let earlier = parted(Quantiles::default());
        assert_eq!([300.0, 20.0].map(|day| earlier.restored(&[day, 2.0], 0)), [430.0, 452.0]);
    }
}
