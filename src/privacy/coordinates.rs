//! A patient as a list of numbers of about the same variance, by the private margins alone.
//!
//! The mechanism sums their products; it clips each patient first, so nothing here needs a bound.

use crate::margins::{Margin, Margins, values};
use crate::public::{Domain, PublicColumn};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A column has a coordinate for *missing* when a larger share of its cells is.
const LEAST_MISSING: f64 = 0.03;

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
    /// It is (raw - `mean`) / `sd`, where raw is a rank from 0 to 1, or 1 for *yes*.
    pub mean: f64,
    /// See `mean`.
    pub sd: f64,
    /// Its variance under the private margins.
    pub variance: f64,
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
    pub fn of(margins: &Margins, columns: &[PublicColumn]) -> Self {
        assert_eq!(margins.columns.len(), columns.len(), "a margin for each column");
        let (mut entries, mut ladders) = (Vec::new(), Vec::new());
        for (number, (column, margin)) in columns.iter().zip(&margins.columns).enumerate() {
            let mut ladder = Ladder::new(&column.domain, margin);
            let first = entries.len();
            entries.extend(ladder.coordinates(number, margin));
            ladder.at = first..entries.len();
            ladders.push(ladder);
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

impl Coordinate {
    pub(crate) fn of(&self, raw: f64) -> f64 {
        (raw - self.mean) / self.sd
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
            entries.push(Coordinate { column, aspect, mean, sd, variance: variance / sd.powi(2) });
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
mod tests {
    use super::*;
    use crate::public::Grid;
    use proptest::prelude::*;

    /// A column of ordered levels, one without order, and one of numbers; of each 20 % is missing.
    fn small() -> (Margins, Vec<PublicColumn>) {
        let domains = [
            Domain::Levels { count: 3, ordered: true },
            Domain::Levels { count: 3, ordered: false },
            Domain::Numbers(Grid::new([0.0, 9.0], 3.0, None, &[]).unwrap()),
        ];
        let shares = [vec![0.5, 0.25, 0.25], vec![0.0, 0.25, 0.75], vec![0.25, 0.5, 0.0, 0.25]];
        let margin = |shares: Vec<f64>| Margin { missing: 0.2, shares };
        let margins = Margins {
            patients: 10.0,
            columns: shares.map(margin).into(),
            missing_per_patient: vec![0.25; 4],
        };
        (margins, domains.map(|domain| PublicColumn { name: "x".into(), domain }).into())
    }

    #[test]
    fn a_patient_is_written_as_ranks_levels_and_masks() {
        let (margins, columns) = small();
        let coordinates = Coordinates::of(&margins, &columns);
        let mut to = vec![f64::NAN; coordinates.width()];
        coordinates.write(&[1.0, 2.0, 4.0], &mut to);
        let sd = |k: usize| coordinates.entries()[k].sd;
        // Missing: (0 - .2) / .4. The number 4 lies in the bin from 1.5 to 4.5.
        let rank = 0.25 + 0.5 * (4.0 - 1.5) / 3.0 - 0.5;
        let levels = [0.0, -0.25, 0.25].map(|level| level / sd(2));
        let expected =
            [0.125 / sd(0), -0.5, levels[0], levels[1], levels[2], -0.5, rank / sd(6), -0.5];
        assert!(to.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{to:?}");
        coordinates.write(&[f64::NAN, 7.0, f64::INFINITY], &mut to);
        assert_eq!(
            to.iter().map(|x| x.round()).collect::<Vec<_>>(),
            [0., 2., 0., 0., 0., 2., 0., 2.]
        );
    }

    #[test]
    fn the_expected_norm_is_the_mean_of_patients_with_these_margins() {
        let (margins, columns) = small();
        let coordinates = Coordinates::of(&margins, &columns);
        // The norm is a sum over columns, so patients may have one cell each.
        let mut to = vec![0.0; coordinates.width()];
        let (mut mean, mut one) = (0.0, 0.0);
        for (column, margin) in margins.columns.iter().enumerate() {
            for place in 0..=margin.shares.len() {
                let mut row = [f64::NAN; 3];
                let there = margin.shares.get(place).map(|share| share * 0.8);
                let value = place as f64 * if column == 2 { 3.0 } else { 1.0 };
                row[column] = if there.is_some() { value } else { f64::NAN };
                coordinates.write(&row, &mut to);
                let own = to.iter().zip(coordinates.entries()).filter(|(_, e)| e.column == column);
                mean += there.unwrap_or(0.2) * own.map(|(x, _)| x * x).sum::<f64>();
                one += there.unwrap_or(0.2);
            }
        }
        assert!((one - 3.0_f64).abs() < 1e-12);
        assert!((mean - coordinates.expected_norm2()).abs() < 1e-12, "{mean}");
    }

    proptest! {
        #[test]
        fn no_row_makes_a_coordinate_large(
            row in prop::collection::vec(
                prop_oneof![Just(f64::NAN), Just(f64::MAX), Just(f64::NEG_INFINITY), -20.0..20.0],
                0..6,
            ),
        ) {
            let (margins, columns) = small();
            let coordinates = Coordinates::of(&margins, &columns);
            let mut to = vec![f64::NAN; coordinates.width()];
            coordinates.write(&row, &mut to);
            // (1 - 0) / .25 at most.
            prop_assert!(to.iter().all(|x| x.abs() <= 1.0 / LEAST_SD), "{to:?}");
        }
    }
}
