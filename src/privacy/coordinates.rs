//! A patient as a list of numbers of about the same variance, by the private margins alone.
//!
//! The mechanism sums their products; it clips each patient first, so nothing here needs a bound.

use crate::margins::{Margin, Margins, values};
use crate::public::{Domain, PublicColumn};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A column has a coordinate for *missing* when a larger share of its cells is.
const LEAST_MISSING: f64 = 0.03;

/// Largest weight of a target: of more nothing is gained, as its products rule the norm by then.
const MOST_WEIGHT: f64 = 30.0;

/// Least standard deviation of a coordinate before it is divided by it: the rare counts little,
/// where the noise would hide it anyway.
const LEAST_SD: f64 = 0.25;

/// The coordinates of a patient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coordinates {
    columns: Vec<Ladder>,
    entries: Vec<Coordinate>,
}

/// A coordinate of a patient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coordinate {
    /// Number of its column.
    pub column: usize,
    /// What it tells of the cell.
    pub aspect: Aspect,
    /// It is `weight` (raw - `mean`) / `sd`, where raw is a rank from 0 to 1, or 1 for *yes*.
    pub mean: f64,
    /// See `mean`.
    pub sd: f64,
    /// How much it counts: 1, or more if its column is a target.
    pub weight: f64,
    /// Its variance under the private margins, times the square of `weight`.
    pub variance: f64,
}

/// Columns whose relations to all others are to be measured more exactly than the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Targets<'a> {
    /// Numbers of the columns.
    pub columns: &'a [usize],
    /// The share of a patient's expected squared norm that their coordinates get together, below 1.
    pub share: f64,
}

/// What a coordinate tells of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    /// The rank of a number or an ordered level; 0 of a missing cell.
    Rank,
    /// Whether it is this level of a column without an order; 0 of a missing cell.
    Level(usize),
    /// Whether it is missing.
    Missing,
}

/// A column with the cumulative shares of its bins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ladder {
    pub(crate) domain: Domain,
    /// Share of the cells below each bin, and 1 at the end.
    pub(crate) below: Vec<f64>,
    /// Values in each bin.
    pub(crate) values: Vec<f64>,
    /// Its coordinates.
    pub(crate) at: Range<usize>,
}

impl Coordinates {
    /// The coordinates of the patients of a table with these margins.
    ///
    /// Those of targets are weighted, never by less than 1: noise of one width for all products is
    /// then narrower for theirs, and a little wider for the others, as the norm that bounds a
    /// patient grows.
    /// A table of counts of each target and each other column would cost more: it spreads what a
    /// patient may change over cells, of which a correlation is a sum with the noise of all.
    pub fn of(margins: &Margins, columns: &[PublicColumn], targets: Targets) -> Self {
        assert_eq!(margins.columns.len(), columns.len(), "a margin for each column");
        let (mut entries, mut ladders) = (Vec::new(), Vec::new());
        for (number, (column, margin)) in columns.iter().zip(&margins.columns).enumerate() {
            let mut ladder = Ladder::new(&column.domain, margin);
            let first = entries.len();
            entries.extend(ladder.coordinates(number, margin));
            ladder.at = first..entries.len();
            ladders.push(ladder);
        }
        let weight = targets.weight(&entries);
        for entry in entries.iter_mut().filter(|entry| targets.columns.contains(&entry.column)) {
            (entry.weight, entry.variance) = (weight, entry.variance * weight * weight);
        }
        Self { columns: ladders, entries }
    }

    /// How many a patient has.
    pub fn width(&self) -> usize {
        self.entries.len()
    }

    /// Which they are.
    pub fn entries(&self) -> &[Coordinate] {
        &self.entries
    }

    pub(crate) fn columns(&self) -> &[Ladder] {
        &self.columns
    }

    /// Whether they are those of these columns, as ones that were read from a file may not be.
    pub(crate) fn fit(&self, columns: &[PublicColumn]) -> bool {
        let mut next = 0;
        let mut ladder = |(number, (ladder, column)): (usize, (&Ladder, &PublicColumn))| {
            let (bins, first) = (column.domain.bins(), next);
            next = ladder.at.end;
            ladder.at.start == first
                && first < next
                && ladder.domain == column.domain
                && [ladder.below.len(), ladder.values.len()] == [bins + 1, bins]
                && self.entries.get(ladder.at.clone()).is_some_and(|own| {
                    let levels =
                        own.iter().filter(|entry| matches!(entry.aspect, Aspect::Level(_)));
                    let nominal = matches!(column.domain, Domain::Levels { ordered: false, .. });
                    own.iter().all(|entry| entry.column == number)
                        && levels.count() == if nominal { bins } else { 0 }
                })
        };
        self.columns.len() == columns.len()
            && self.columns.iter().zip(columns).enumerate().all(&mut ladder)
            && next == self.entries.len()
    }

    /// The mean square of a patient's norm under the private margins.
    pub fn expected_norm2(&self) -> f64 {
        self.entries.iter().map(|entry| entry.variance).sum()
    }

    /// Writes the coordinates of a patient, `width()` numbers.
    ///
    /// A cell is the number of a level or a number; one that is no cell of its column counts as
    /// [`Domain::place`] has it, and so does one beyond the end of `row`.
    pub fn write(&self, row: &[f64], to: &mut [f64]) {
        for (to, entry) in to.iter_mut().zip(&self.entries) {
            let cell = row.get(entry.column).copied().unwrap_or(f64::NAN);
            let ladder = &self.columns[entry.column];
            let raw = match (entry.aspect, ladder.domain.place(cell)) {
                (Aspect::Missing, place) => Some(f64::from(place == ladder.values.len())),
                (_, place) if place == ladder.values.len() => None,
                (Aspect::Level(level), place) => Some(f64::from(place == level)),
                (Aspect::Rank, place) => Some(ladder.rank(place, ladder.part(place, cell))),
            };
            *to = raw.map_or(0.0, |raw| entry.of(raw));
        }
    }
}

impl Targets<'_> {
    /// The weight of their coordinates among all, at least 1.
    fn weight(&self, entries: &[Coordinate]) -> f64 {
        let variance = |of_target: bool| -> f64 {
            let of =
                entries.iter().filter(|entry| self.columns.contains(&entry.column) == of_target);
            of.map(|entry| entry.variance).sum()
        };
        let odds = self.share / (1.0 - self.share);
        (odds * variance(false) / variance(true).max(1e-9)).sqrt().clamp(1.0, MOST_WEIGHT)
    }
}

impl Coordinate {
    pub(crate) fn of(&self, raw: f64) -> f64 {
        self.weight * (raw - self.mean) / self.sd
    }
}

impl Ladder {
    fn new(domain: &Domain, margin: &Margin) -> Self {
        let mut below = vec![0.0];
        for share in &margin.shares {
            below.push(below[below.len() - 1] + share);
        }
        let values = match domain {
            Domain::Levels { count, .. } => vec![1.0; *count],
            Domain::Numbers(grid) => values(grid),
        };
        assert_eq!(values.len(), margin.shares.len(), "a share for each bin");
        Self { domain: domain.clone(), below, values, at: 0..0 }
    }

    fn coordinates(&self, column: usize, margin: &Margin) -> Vec<Coordinate> {
        let there = 1.0 - margin.missing;
        let mut entries = Vec::new();
        let mut add = |aspect, mean, [variance, sd]: [f64; 2]| {
            let variance = variance / sd.powi(2);
            entries.push(Coordinate { column, aspect, mean, sd, weight: 1.0, variance });
        };
        if matches!(self.domain, Domain::Levels { ordered: false, .. }) {
            let one = |share: &f64| share * (1.0 - share);
            let sd = margin.shares.iter().map(one).sum::<f64>().sqrt().max(LEAST_SD);
            for (level, share) in margin.shares.iter().enumerate() {
                add(Aspect::Level(level), *share, [there * one(share), sd]);
            }
        } else {
            // Of m values with share p each, a bin lacks the variance of a rank within a value.
            let within = |(share, values): (&f64, &f64)| share.powi(3) / values.powi(2);
            let lost: f64 = margin.shares.iter().zip(&self.values).map(within).sum();
            let variance = ((1.0 - lost) / 12.0).max(0.0);
            add(Aspect::Rank, 0.5, [there * variance, variance.sqrt().max(LEAST_SD / 2.0)]);
        }
        if margin.missing > LEAST_MISSING {
            let variance = margin.missing * there;
            add(Aspect::Missing, margin.missing, [variance, variance.sqrt().max(LEAST_SD)]);
        }
        entries
    }

    /// How far in its bin a cell lies, from 0 to 1.
    fn part(&self, place: usize, cell: f64) -> f64 {
        match &self.domain {
            Domain::Levels { .. } => 0.5,
            Domain::Numbers(grid) => {
                let (low, high) = (grid.edges[place], grid.edges[place + 1]);
                ((cell - low) / (high - low)).clamp(0.0, 1.0)
            }
        }
    }

    /// The share of the cells below a place in a bin.
    pub(crate) fn rank(&self, place: usize, part: f64) -> f64 {
        self.below[place] + part * (self.below[place + 1] - self.below[place])
    }
}

#[cfg(test)]
#[path = "coordinates_tests.rs"]
mod tests;
