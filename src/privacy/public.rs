//! What everybody may know of a table: the columns, their levels and ranges.
//!
//! Nothing here is ever taken from patients: it stands in the schema.

use serde::{Deserialize, Serialize};

/// Most values of a grid that have a bin each.
const MOST_VALUES: f64 = 96.0;

/// No edge lies so many steps from a heap, but its own.
const NEAR: f64 = 3.0;

/// Bins of a column of numbers with more values than that.
const BINS: usize = 48;

/// A column, as the public knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublicColumn {
    /// Its name.
    pub name: String,
    /// The cells that it may have.
    pub domain: Domain,
}

/// The cells that a column may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Domain {
    /// Levels, numbered from 0.
    Levels {
        /// How many.
        count: usize,
        /// Whether they have an order.
        ordered: bool,
    },
    /// Numbers.
    Numbers(Grid),
}

/// The bins of a column of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Least and greatest value; others count as the nearer of the two.
    pub range: [f64; 2],
    /// The distance of neighbouring values.
    pub step: f64,
    /// Edges of the bins, ascending; bin k holds `edges[k] <= x < edges[k + 1]`.
    pub edges: Vec<f64>,
    /// Multiples of it are more frequent than other values, and have a bin each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heaps: Option<f64>,
    /// Values that many patients share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spikes: Vec<f64>,
    /// Whether bins are of one width for the logarithm.
    #[serde(default, skip_serializing_if = "is_false")]
    pub logarithmic: bool,
}

fn is_false(yes: &bool) -> bool {
    !yes
}

impl Grid {
    /// Bins over a range, for values that are multiples of `step`.
    ///
    /// Where the range has at most 96 such values, each has a bin.
    /// Otherwise there are 48 bins, of one width for numbers or, with an `offset`, for the
    /// logarithm of number plus offset; no bin ends at a value.
    /// Every value of `spikes` has a bin of its own.
    ///
    /// Errors say what makes no sense.
    pub fn new(
        range: [f64; 2],
        step: f64,
        offset: Option<f64>,
        spikes: &[f64],
    ) -> Result<Self, String> {
        let [low, high] = range;
        if !(low.is_finite() && high.is_finite() && low < high && (high - low).is_finite()) {
            return Err("its range must be two numbers, the lower one first".into());
        }
        if !(step.is_finite() && step > 0.0 && step <= high - low) {
            return Err("its step must be above 0 and at most the range".into());
        }
        if offset.is_some_and(|offset| low + offset <= 0.0 || !offset.is_finite()) {
            return Err(
                "a logarithmic scale needs an offset that makes the whole range positive".into()
            );
        }
        if let Some(spike) = spikes.iter().find(|spike| !(low..=high).contains(*spike)) {
            return Err(format!("its spike {spike} lies outside its range"));
        }
        let half = step / 2.0;
        let coarse = (high - low) / step <= MOST_VALUES;
        let mut edges: Vec<f64> = if coarse {
            let values = ((high - low) / step).round() as usize + 1;
            (0..=values).map(|k| low + k as f64 * step - half).collect()
        } else {
            let at = |k: usize| {
                let part = k as f64 / BINS as f64;
                let x = match offset {
                    None => low + part * (high - low),
                    Some(offset) => {
                        let ends = [low, high].map(|end| (end + offset).ln());
                        (ends[0] + part * (ends[1] - ends[0])).exp() - offset
                    }
                };
                (x / step).round() * step + if k == BINS { half } else { -half }
            };
            (0..=BINS).map(at).collect()
        };
        edges.extend(spikes.iter().flat_map(|spike| [spike - half, spike + half]));
        let (edges, spikes) = (in_order(edges, step), spikes.to_vec());
        let logarithmic = offset.is_some() && !coarse;
        Ok(Self { range, step, edges, heaps: None, spikes, logarithmic })
    }

    /// The same for values of which multiples of `heaps` are more frequent: each has a bin of its
    /// own.
    ///
    /// Errors say what makes no sense: at most 96 such multiples, each of them a value.
    pub fn with_heaps(mut self, heaps: f64) -> Result<Self, String> {
        let steps = heaps / self.step;
        if !(steps > 1.5 && (steps - steps.round()).abs() < 1e-6 * steps) {
            return Err("its heaps must be two of its steps, or more whole ones".into());
        }
        let [first, last] = [(self.range[0] / heaps).ceil(), (self.range[1] / heaps).floor()];
        if last - first >= MOST_VALUES {
            return Err("its heaps must be coarser: 96 of them in its range at most".into());
        }
        let half = self.step / 2.0;
        if self.edges.windows(2).any(|edge| edge[1] - edge[0] > 1.5 * self.step) {
            // Else a bin of few values beside a heap would look like one.
            let ends = [self.edges[0], self.edges[self.bins()]];
            let apart =
                |edge: f64| (edge - (edge / heaps).round() * heaps).abs() > NEAR * self.step;
            self.edges.retain(|edge| ends.contains(edge) || apart(*edge));
        }
        let multiples = (0..=(last - first) as usize).map(|k| (first + k as f64) * heaps);
        self.edges.extend(multiples.flat_map(|value| [value - half, value + half]));
        Ok(Self { edges: in_order(self.edges, self.step), heaps: Some(heaps), ..self })
    }

    /// Whether a bin is one of those of [`Grid::with_heaps`].
    pub fn is_heap(&self, bin: usize) -> bool {
        let (low, high) = (self.edges[bin], self.edges[bin + 1]);
        self.heaps.is_some_and(|heaps| {
            let times = (low + high) / 2.0 / heaps;
            high - low < 1.5 * self.step && (times - times.round()).abs() * heaps < 0.25 * self.step
        })
    }

    /// Whether a bin is that of one value, which many patients share.
    pub fn is_spike(&self, bin: usize) -> bool {
        let (low, high) = (self.edges[bin], self.edges[bin + 1]);
        let within = |spike: &f64| low <= *spike && *spike < high;
        high - low < 1.5 * self.step && self.spikes.iter().any(within)
    }

    /// The bin of a number; one outside the range counts as the nearer end.
    pub fn bin(&self, x: f64) -> usize {
        let x = x.clamp(self.range[0], self.range[1]);
        let above = self.edges.partition_point(|edge| *edge <= x);
        above.saturating_sub(1).min(self.bins() - 1)
    }

    /// Number of bins.
    pub fn bins(&self) -> usize {
        self.edges.len() - 1
    }
}

/// Edges ascending, without those that are the same up to rounding.
fn in_order(mut edges: Vec<f64>, step: f64) -> Vec<f64> {
    edges.sort_by(f64::total_cmp);
    edges.dedup_by(|b, a| *b - *a < step / 4.0);
    edges
}

impl Domain {
    /// Its bins and nothing else that is known of a grid, as earlier versions wrote it.
    pub fn bins_alone(&self) -> Self {
        match self {
            Self::Numbers(grid) => {
                Self::Numbers(Grid { spikes: Vec::new(), logarithmic: false, ..grid.clone() })
            }
            levels => levels.clone(),
        }
    }

    /// Number of bins or levels, without the one for missing cells.
    pub fn bins(&self) -> usize {
        match self {
            Self::Levels { count, .. } => *count,
            Self::Numbers(grid) => grid.bins(),
        }
    }

    /// The bin of a cell; a missing cell, and one that is no level, has the last place, `bins()`.
    pub fn place(&self, cell: f64) -> usize {
        match self {
            _ if !cell.is_finite() => self.bins(),
            Self::Levels { count, .. } => {
                let level = cell >= 0.0 && cell < *count as f64 && cell.fract() == 0.0;
                if level { cell as usize } else { *count }
            }
            Self::Numbers(grid) => grid.bin(cell),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_a_coarse_grid_has_a_bin() {
        let grid = Grid::new([0.0, 30.0], 1.0, None, &[]).unwrap();
        assert_eq!(grid.bins(), 31);
        assert_eq!([-5.0, 0.0, 7.0, 30.0, 99.0].map(|x| grid.bin(x)), [0, 0, 7, 30, 30]);
    }

    #[test]
    fn a_fine_grid_has_48_bins_and_a_spike_one_of_its_own() {
        let grid = Grid::new([18.0, 100.0], 0.001, None, &[]).unwrap();
        assert_eq!(grid.bins(), 48);
        let grid = Grid::new([0.0, 250_000.0], 0.01, Some(500.0), &[0.0]).unwrap();
        assert_eq!([0.0, 0.01, 1.0].map(|x| grid.bin(x)), [0, 1, 1]);
        assert!(grid.edges.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(grid.bin(250_000.0), grid.bins() - 1);
        // Of one width for the logarithm.
        let width = |k: usize| ((grid.edges[k + 1] + 500.0) / (grid.edges[k] + 500.0)).ln();
        assert!((width(10) - width(40)).abs() < 1e-3, "{} and {}", width(10), width(40));
    }

    #[test]
    fn multiples_of_heaps_have_bins_of_their_own() {
        let fine = Grid::new([0.0, 83.0], 0.5, None, &[]).unwrap().with_heaps(1.0).unwrap();
        let heaps = |grid: &Grid| (0..grid.bins()).filter(|bin| grid.is_heap(*bin)).count();
        assert_eq!(heaps(&fine), 84);
        assert!(fine.is_heap(fine.bin(7.0)) && !fine.is_heap(fine.bin(7.5)));
        // A coarse grid has a bin for each value already.
        let coarse = Grid::new([0.0, 30.0], 1.0, None, &[]).unwrap();
        let heaped = coarse.clone().with_heaps(5.0).unwrap();
        assert_eq!((&heaped.edges, heaps(&heaped), heaps(&coarse)), (&coarse.edges, 7, 0));
        for heaps in [1.0, 2.5, 0.3] {
            assert!(coarse.clone().with_heaps(heaps).is_err(), "{heaps}");
        }
        assert!(Grid::new([0.0, 900.0], 1.0, None, &[]).unwrap().with_heaps(2.0).is_err());
    }

    #[test]
    fn what_is_no_cell_counts_as_missing() {
        let levels = Domain::Levels { count: 3, ordered: true };
        let cells = [0.0, 2.0, 3.0, -1.0, 0.5, f64::NAN, f64::INFINITY];
        assert_eq!(cells.map(|cell| levels.place(cell)), [0, 2, 3, 3, 3, 3, 3]);
    }

    #[test]
    fn senseless_ranges_are_refused() {
        for (range, step, offset, spikes) in [
            ([1.0, 1.0], 0.1, None, &[][..]),
            ([0.0, f64::NAN], 0.1, None, &[]),
            ([0.0, 1.0], 0.0, None, &[]),
            ([0.0, 1.0], 2.0, None, &[]),
            ([0.0, 1.0], 0.1, Some(0.0), &[]),
            ([0.0, 1.0], 0.1, None, &[2.0]),
        ] {
            assert!(Grid::new(range, step, offset, spikes).is_err(), "{range:?} {step}");
        }
    }
}
