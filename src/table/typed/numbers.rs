//! From generated normal scores to numbers of the cohort: a monotone map per feature that is fitted
//! once and stored.

use crate::calibrate::{cut, interpolate};
use crate::coarse::coarse;
use crate::number;
use crate::quantile::{Sample, knots_with_tails};
use ground::quantile::quantile;
use serde::{Deserialize, Serialize};

/// A value counts as one of the grid if it is off by less than this part of a step.
/// Values that were stored in 16 or 32 bits are a little off.
const NEAR: f64 = 0.1;

/// So large a share of the values that fewer than five patients share must lie on a grid.
const ON_GRID: f64 = 0.95;

/// A grid needs so many different values at least.
const FEW: usize = 10;

/// What a generated value of one feature becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum NumberMap {
    /// Numbers: linear from `generated` to `cohort`, then to the nearest multiple of `grid`.
    Curve { generated: Vec<f64>, cohort: Vec<f64>, grid: Option<f64> },
    /// Places of levels: the first value whose cut is not below the generated value, or else the
    /// last value.
    Steps { cuts: Vec<f64>, values: Vec<f64> },
    /// A map for the rows whose typed column `asked` is above `cut`, and one for the other rows
    /// ([`super::leaves`]).
    Split { asked: usize, cut: f64, above: Box<NumberMap>, others: Box<NumberMap> },
}

impl NumberMap {
    /// The map from observed generated values to the numbers of the training rows, both ascending.
    /// A value becomes the cohort's quantile at its rank.
    /// `grid` is that of all training rows, of which these may be a part.
    pub(super) fn curve(generated: &[f64], cohort: &Sample, grid: Option<f64>) -> Self {
        let knots = knots_with_tails(cohort);
        // A generator that made every value missing leaves nothing to rank.
        // Any knots will do, because they are never used on its sample.
        let source =
            |level: f64| if generated.is_empty() { level } else { quantile(generated, level) };
        Self::Curve {
            generated: knots.iter().map(|&(level, _)| source(level)).collect(),
            cohort: knots.iter().map(|&(_, value)| value).collect(),
            grid,
        }
    }

    /// The same for levels, each of which keeps its share.
    pub(super) fn steps(generated: &[f64], cohort: &[f64]) -> Self {
        let mut values = cohort.to_vec();
        values.dedup();
        let share = |value: f64| {
            cohort.partition_point(|other| *other <= value) as f64 / cohort.len() as f64
        };
        let source = |level: f64| if generated.is_empty() { level } else { cut(generated, level) };
        let cuts = values[..values.len() - 1].iter().map(|&value| source(share(value))).collect();
        Self::Steps { cuts, values }
    }

    /// The number for a generated value of a typed row, with the decimals of its column.
    pub(super) fn value(&self, x: f64, row: &[f64], decimals: usize) -> f64 {
        match self {
            Self::Split { asked, cut, above, others } => {
                (if row[*asked] > *cut { above } else { others }).value(x, row, decimals)
            }
            Self::Steps { cuts, values } => values[cuts.partition_point(|cut| *cut < x)],
            Self::Curve { generated, cohort, grid } => {
                let value = interpolate(x, generated, cohort);
                match grid {
                    Some(step) if !is_shared(cohort, value) => {
                        number::round(on_grid(value, *step, cohort), decimals)
                    }
                    _ => number::round(value, decimals),
                }
            }
        }
    }

    /// The same with coarser quantiles ([`crate::coarse`]).
    pub(super) fn coarse(&self) -> Self {
        match self {
            Self::Curve { generated, cohort, grid } => {
                let knots: Vec<(f64, f64)> =
                    generated.iter().copied().zip(cohort.iter().copied()).collect();
                let (generated, cohort) = coarse(&knots).into_iter().unzip();
                Self::Curve { generated, cohort, grid: *grid }
            }
            Self::Steps { .. } => self.clone(),
            Self::Split { asked, cut, above, others } => {
                let [above, others] = [above, others].map(|map| Box::new(map.coarse()));
                Self::Split { asked: *asked, cut: *cut, above, others }
            }
        }
    }

    /// The same without any number, of a column of too few patients.
    pub(super) fn blank(&self) -> Self {
        match self {
            Self::Steps { .. } => self.clone(),
            _ => Self::Curve { generated: vec![0.0], cohort: vec![0.0], grid: None },
        }
    }

    /// The largest magnitude that the map gives.
    pub(super) fn largest(&self) -> f64 {
        match self {
            Self::Curve { cohort: values, .. } | Self::Steps { values, .. } => {
                values.iter().fold(0.0, |largest, value| value.abs().max(largest))
            }
            Self::Split { above, others, .. } => above.largest().max(others.largest()),
        }
    }

    /// Whether a stored map, for rows of `width` columns, could have been made by
    /// [`NumberMap::curve`] or, for a column with so many levels, by [`NumberMap::steps`].
    pub(super) fn is_sound(&self, levels: Option<usize>, width: usize) -> bool {
        let ascends = |values: &[f64]| {
            values.iter().all(|value| value.is_finite())
                && values.windows(2).all(|pair| pair[0] <= pair[1])
        };
        match (self, levels) {
            (Self::Split { asked, cut, above, others }, None) => {
                *asked < width
                    && cut.is_finite()
                    && [above, others].iter().all(|map| map.is_sound(None, width))
            }
            (Self::Curve { generated, cohort, grid }, None) => {
                let sizes = !cohort.is_empty() && generated.len() == cohort.len();
                sizes
                    && ascends(generated)
                    && ascends(cohort)
                    && grid.is_none_or(|step| step.is_finite() && step > 0.0)
            }
            (Self::Steps { cuts, values }, Some(levels)) => {
                let places = values
                    .iter()
                    .all(|&place| place >= 0.0 && place < levels as f64 && place.fract() == 0.0);
                cuts.len() + 1 == values.len() && ascends(cuts) && ascends(values) && places
            }
            _ => false,
        }
    }
}

/// Whether a value stands twice among the knots, as a value of at least five patients does.
fn is_shared(cohort: &[f64], value: f64) -> bool {
    let at = cohort.partition_point(|knot| *knot < value);
    cohort.get(at) == Some(&value) && cohort.get(at + 1) == Some(&value)
}

/// The nearest multiple of `step` inside the knots, unless at least five patients share the value
/// itself.
fn on_grid(value: f64, step: f64, cohort: &[f64]) -> f64 {
    let (low, high) = (cohort[0], cohort[cohort.len() - 1]);
    let nearest = (value / step).round() * step;
    let inside = |x: f64| (low..=high).contains(&x);
    let up = if nearest < value { 1.0 } else { -1.0 };
    let Some(on) = [nearest, nearest + up * step].into_iter().find(|x| inside(*x)) else {
        return value;
    };
    let near = cohort.partition_point(|knot| *knot < on - NEAR * step);
    match cohort.get(near) {
        Some(&knot) if knot <= on + NEAR * step && is_shared(cohort, knot) => knot,
        _ => on,
    }
}

/// The coarsest grid of an ascending sample: the largest step (1, 2 or 5 times a power of ten) of
/// which nearly all values are multiples.
pub(super) fn grid(sorted: &[f64]) -> Option<f64> {
    let runs: Vec<&[f64]> = sorted.chunk_by(|a, b| a == b).collect();
    let single = |run: &&&[f64]| run.len() < crate::quantile::TOGETHER;
    let mut values: Vec<f64> = runs.iter().filter(single).map(|run| run[0]).collect();
    if values.len() < FEW {
        values = runs.iter().map(|run| run[0]).collect();
    }
    if values.len() < FEW {
        return None;
    }
    let range = sorted[sorted.len() - 1] - sorted[0];
    let steps =
        (-9..=9).rev().flat_map(|power| [5.0, 2.0, 1.0].map(|factor| factor * 10f64.powi(power)));
    steps.filter(|step| FEW as f64 * step <= range).find(|step| {
        let on = values
            .iter()
            .filter(|value| ((*value / step).round() - *value / step).abs() <= NEAR)
            .count();
        on as f64 >= ON_GRID * values.len() as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascending(mut values: Vec<f64>) -> Vec<f64> {
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn grids_are_found_and_none_where_there_is_none() {
        let tenths: Vec<f64> = (3..90).map(|i| f64::from(i) / 10.0).collect();
        assert_eq!(grid(&tenths), Some(0.1));
        // Stored in 16 bits, as the numbers of SUPPORT2 were.
        let noisy: Vec<f64> =
            (3..90).map(|i| (f64::from(i) / 10.0 * 512.0).round() / 512.0).collect();
        assert_eq!(grid(&noisy), Some(0.1));
        let fives: Vec<f64> = (3..90).map(|i| f64::from(5 * i)).collect();
        assert_eq!(grid(&fives), Some(5.0));
        // Zeros are multiples of everything, and hundreds of them must not outvote the others.
        let mut mostly_zero = vec![0.0; 500];
        mostly_zero.extend((0..60).map(|i| 7.3 + f64::from(i).sqrt()));
        assert_eq!(grid(&ascending(mostly_zero)), None);
        assert_eq!(grid(&[1.0, 2.0, 3.0]), None);
    }

    #[test]
    fn values_between_shared_ones_fall_on_the_grid() {
        let mut cohort: Vec<f64> = (0..40).map(|i| f64::from(i) + 0.001).collect();
        cohort.extend([20.001; 20]);
        let cohort = ascending(cohort);
        let generated: Vec<f64> = (0..1000).map(|i| f64::from(i) / 100.0).collect();
        let map = NumberMap::curve(&generated, &cohort.clone().into(), grid(&cohort));
        let values: Vec<f64> = generated.iter().map(|&x| map.value(x, &[], 3)).collect();
        assert!(values.iter().all(|value| value.fract() == 0.0 || *value == 20.001), "{values:?}");
        let shared = values.iter().filter(|value| **value == 20.001).count() as f64 / 1000.0;
        assert!((shared - 21.0 / 60.0).abs() < 0.03, "{shared}");
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn levels_keep_their_shares() {
        let cohort = ascending([vec![0.0; 10], vec![2.0; 30], vec![7.0; 60]].concat());
        let generated: Vec<f64> = (0..1000).map(|i| f64::from(i).sqrt()).collect();
        let map = NumberMap::steps(&generated, &cohort);
        for (level, expected) in [(0.0, 100), (2.0, 300), (7.0, 600)] {
            assert_eq!(
                generated.iter().filter(|&&x| map.value(x, &[], 0) == level).count(),
                expected
            );
        }
    }
}
