//! The quantiles of a learned number, by which one outside its bounds finds its place between them.

use crate::coarse::coarse;
use crate::quantile::{Sample, knots_with_tails};
use serde::{Deserialize, Serialize};

/// How far beyond the smoothed extremes of its column a copied cell may lie, as a share of what
/// lies between them: single patients do.
const BEYOND: f64 = 0.1;

/// A cell of another column as one of this column, which has these smoothed extremes.
pub(super) fn copied(cell: f64, [least, most]: [f64; 2]) -> f64 {
    let slack = BEYOND * (most - least);
    if cell < least - slack || cell > most + slack { cell.clamp(least, most) } else { cell }
}

/// Knots (level, value), both ascending; at least five patients stand behind each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::typed) struct Quantiles(Vec<(f64, f64)>);

impl Quantiles {
    /// Those of the cells that are there, one for each row of a table.
    pub(super) fn of(cells: impl Iterator<Item = f64>, patients: Option<&[usize]>) -> Self {
        let sample = Sample::of(cells, patients);
        match sample.values().is_empty() {
            true => Self::default(),
            false => Self(knots_with_tails(&sample)),
        }
    }

    /// The least and the greatest value; none without any knot.
    pub(super) fn ends(&self) -> Option<[f64; 2]> {
        Some([self.0.first()?.1, self.0.last()?.1])
    }

    /// The value at the same level of what is left between two bounds.
    /// Without any knot it is the nearer bound.
    pub(super) fn moved(&self, value: f64, [low, high]: [Option<f64>; 2]) -> f64 {
        if self.0.is_empty() {
            let up = low.map_or(value, |low| value.max(low));
            return high.map_or(up, |high| up.min(high));
        }
        let from = low.map_or(0.0, |low| self.level(low, true));
        let to = high.map_or(1.0, |high| self.level(high, false));
        let level = (self.level(value, false) + self.level(value, true)) / 2.0;
        self.value(from + level * (to - from).max(0.0))
    }

    /// The share of cells below a value, or up to it.
    fn level(&self, value: f64, inclusive: bool) -> f64 {
        let before = |knot: &(f64, f64)| knot.1 < value || (inclusive && knot.1 == value);
        let at = self.0.partition_point(before);
        match (at.checked_sub(1).map(|at| self.0[at]), self.0.get(at)) {
            (None, _) => 0.0,
            (Some(_), None) => 1.0,
            (Some((l0, v0)), Some(&(l1, v1))) if v1 > v0 => {
                l0 + (l1 - l0) * (value.max(v0) - v0) / (v1 - v0)
            }
            (Some((l0, _)), Some(_)) => l0,
        }
    }

    /// The value at a level.
    pub(super) fn value(&self, level: f64) -> f64 {
        let at = self.0.partition_point(|knot| knot.0 < level);
        match (at.checked_sub(1).map(|at| self.0[at]), self.0.get(at)) {
            (None, Some(&(_, first))) => first,
            (Some((_, last)), None) => last,
            (Some((l0, v0)), Some(&(l1, v1))) => v0 + (v1 - v0) * (level - l0) / (l1 - l0),
            (None, None) => f64::NAN,
        }
    }

    /// Makes them coarser ([`crate::coarse`]).
    pub(super) fn coarsen(&mut self) {
        self.0 = coarse(&self.0);
    }

    pub(super) fn is_sound(&self) -> bool {
        let finite = |knot: &(f64, f64)| knot.0.is_finite() && knot.1.is_finite();
        let ascend = |pair: &[(f64, f64)]| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1;
        self.0.iter().all(finite) && self.0.windows(2).all(ascend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_moves_to_the_same_level_between_its_bounds() {
        // A third each of 1, 2 and 3.
        let quantiles = Quantiles::of((0..30).map(|row| f64::from(1 + row / 10)), None);
        // 3 is in the middle of the last third: 5/6 of what lies below 3, which is 2.
        assert_eq!(quantiles.moved(3.0, [None, Some(2.5)]), 2.0);
        assert_eq!(quantiles.moved(1.0, [Some(1.5), None]), 2.0);
        // Nothing lies above 3.
        assert_eq!(quantiles.moved(2.0, [Some(3.5), None]), 3.0);
        assert_eq!(Quantiles::default().moved(2.0, [Some(3.5), None]), 3.5);
    }
}
