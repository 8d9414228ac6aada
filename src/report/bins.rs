//! Ranges for the histogram of a number.
//! Each holds at least five real patients, and both ends are open.
//!
//! Edges are multiples of 1, 2 or 5 times a power of ten, and not values of patients.
//! The extremes of the cohort are never among them.

use crate::chart::scale::{format_tick, nice_step};
use crate::disclosure::SMALLEST_GROUP;
use ground::quantile::quantile;
use judge::metrics::conditional::Behind;
use table::{Column, Kind};

/// About as many ranges as a small panel can show.
const RANGES: f64 = 12.0;

/// Ranges `(-inf, e0), [e0, e1), ..., [ek, inf)`; without edges there is one range, everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    /// Edges in ascending order.
    pub edges: Vec<f64>,
    /// Distance of two edges before merging.
    pub step: f64,
    /// True when every inner range is one whole number.
    pub unit: bool,
    /// The column, if its numbers are printed as days or times.
    times: Option<Column>,
}

impl Bins {
    /// Ranges for the real values of a column (no NaN); `whole` when they are whole numbers.
    pub fn of(real: &[f64], whole: bool) -> Self {
        let mut sorted: Vec<f64> = real.iter().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let (low, high) = bulk(&sorted);
        if sorted.len() < 2 * SMALLEST_GROUP || low >= high {
            return Self { edges: Vec::new(), step: 1.0, unit: false, times: None };
        }
        let mut step = nice_step((high - low) / RANGES);
        if whole {
            step = step.max(1.0);
        }
        let first = (low / step).ceil() as i64;
        let last = (high / step).floor() as i64;
        let edges = (first..=last).map(|multiple| multiple as f64 * step).collect();
        let edges = merge_small(edges, &sorted);
        Self { edges, step, unit: whole && step == 1.0, times: None }
    }

    /// Ranges for the real values of a column of a table.
    pub fn of_column(real: &[f64], column: &Column) -> Self {
        let bins = Self::of(real, column.kind == Kind::Integer || column.decimals == 0);
        Self { times: column.kind.is_time().then(|| column.clone()), ..bins }
    }

    /// The same with fewer edges where a range would have rows of fewer than five patients.
    /// `patients` says who each value is of; without it every one is of another patient.
    pub fn of_patients(mut self, values: &[f64], patients: Option<&[usize]>) -> Self {
        while let Some(behind) = self.behind(values, patients) {
            let few = |range: &usize| behind.levels[*range] < SMALLEST_GROUP;
            let Some(range) = (0..self.len()).find(few).filter(|_| !self.edges.is_empty()) else {
                break;
            };
            self.edges.remove(range.min(self.edges.len() - 1));
        }
        self
    }

    /// The patients behind each range, where they have several values.
    pub(crate) fn behind(&self, values: &[f64], patients: Option<&[usize]>) -> Option<Behind> {
        let range =
            |(row, value): (usize, &f64)| (row, (!value.is_nan()).then(|| self.range(*value)));
        Behind::of(patients, self.len(), values.iter().enumerate().map(range))
    }

    fn range(&self, value: f64) -> usize {
        self.edges.partition_point(|edge| *edge <= value)
    }

    /// The text of an edge.
    pub fn edge(&self, edge: f64) -> String {
        match &self.times {
            Some(column) => column.number_text(edge),
            None => format_tick(edge, self.step),
        }
    }

    /// Number of ranges.
    pub fn len(&self) -> usize {
        self.edges.len() + 1
    }

    /// Never true: there is always a range.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// How many of `values` fall in each range; NaN in none.
    pub fn count(&self, values: &[f64]) -> Vec<usize> {
        let mut counts = vec![0; self.len()];
        for value in values.iter().filter(|value| !value.is_nan()) {
            counts[self.range(*value)] += 1;
        }
        counts
    }

    /// The text of a range: `< 40`, `40 to < 45`, `≥ 90`; whole numbers by themselves.
    pub fn label(&self, range: usize) -> String {
        let text = |edge: f64| self.edge(edge);
        match (range.checked_sub(1).map(|below| self.edges[below]), self.edges.get(range)) {
            (None, None) => "all values".to_owned(),
            (None, Some(&high)) if self.unit => format!("≤ {}", text(high - 1.0)),
            (None, Some(&high)) => format!("< {}", text(high)),
            (Some(low), None) => format!("≥ {}", text(low)),
            (Some(low), Some(&high)) if self.unit && high - low == 1.0 => text(low),
            (Some(low), Some(&high)) if self.unit => format!("{}–{}", text(low), text(high - 1.0)),
            (Some(low), Some(&high)) => format!("{} to < {}", text(low), text(high)),
        }
    }
}

/// The range where most patients are: between the 2 and 98 % quantiles, and not beyond the fences
/// of a box plot.
/// So long tails do not flatten the histogram.
fn bulk(sorted: &[f64]) -> (f64, f64) {
    let [low, first, third, high] = [0.02, 0.25, 0.75, 0.98].map(|p| quantile(sorted, p));
    let fence = 1.5 * (third - first);
    if fence > 0.0 {
        (low.max(first - fence), high.min(third + fence))
    } else if low < high {
        (low, high)
    } else {
        (quantile(sorted, 0.0), quantile(sorted, 1.0))
    }
}

/// Drops edges from below until every range holds enough values.
/// What is left over at the end is added to the range before it.
fn merge_small(edges: Vec<f64>, sorted: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::new();
    let mut from = 0;
    for edge in edges {
        let to = sorted.partition_point(|&value| value < edge);
        if to - from >= SMALLEST_GROUP {
            kept.push(edge);
            from = to;
        }
    }
    if sorted.len() - from < SMALLEST_GROUP {
        kept.pop();
    }
    kept
}
