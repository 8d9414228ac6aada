//! From the latent normals of a patient to cells, and to the coordinates of these.

use super::ranks::Ranks;
use crate::coordinates::{Aspect, Coordinate, Coordinates, Ladder};
use crate::margins::Margins;
use crate::public::{Domain, Grid, PublicColumn};
use nalgebra::DMatrix;
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// How cells are read off latents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Latent {
    pub(super) coordinates: Coordinates,
    /// By coordinate: of a level, what is added to its latent before the largest is chosen; of
    /// *missing*, the latent above which the cell is.
    pub(super) shifts: Vec<f64>,
    /// By column: the chance that a cell is missing where no coordinate tells.
    pub(super) chances: Vec<f64>,
    /// By column: the ranks of its latent, if it has one.
    pub(super) ranks: Vec<Ranks>,
}

/// The shift of a level moves by so much of the logarithm of its share over that found: those of
/// rare levels answer by more than it.
const LENGTH: f64 = 0.25;

/// Where a cell lies: its bin or level, and how far in it from 0 to 1.
type Place = (usize, f64);

impl Latent {
    /// With the shifts that are right for latents that are independent.
    pub(super) fn new(coordinates: &Coordinates, margins: &Margins) -> Self {
        let shift = |entry: &Coordinate| match entry.aspect {
            Aspect::Rank => 0.0,
            Aspect::Level(level) => margins.columns[entry.column].shares[level].max(2e-4).ln(),
            Aspect::Missing => threshold(margins.columns[entry.column].missing),
        };
        Self {
            coordinates: coordinates.clone(),
            shifts: coordinates.entries().iter().map(shift).collect(),
            chances: margins.columns.iter().map(|margin| margin.missing).collect(),
            ranks: vec![Ranks::even(); margins.columns.len()],
        }
    }

    /// Whether everything in it is of these columns.
    pub(super) fn fits(&self, columns: &[PublicColumn]) -> bool {
        self.coordinates.fit(columns)
            && self.shifts.len() == self.coordinates.width()
            && self.shifts.iter().all(|shift| shift.is_finite())
            && [self.chances.len(), self.ranks.len()] == [columns.len(); 2]
            && self.ranks.iter().all(Ranks::are_whole)
    }

    /// Coordinates of a patient.
    pub(super) fn width(&self) -> usize {
        self.shifts.len()
    }

    /// Columns of the table.
    pub(super) fn columns(&self) -> usize {
        self.chances.len()
    }

    /// Whether the coordinate of *missing* says that a cell is; `None` where a column has none.
    pub(super) fn is_missing(&self, ladder: &Ladder, g: &[f64]) -> Option<bool> {
        let last = ladder.at.end - 1;
        let tells = self.coordinates.entries()[last].aspect == Aspect::Missing;
        tells.then(|| g[last] > self.shifts[last])
    }

    /// The cell of a column that is there.
    pub(super) fn place(&self, ladder: &Ladder, g: &[f64]) -> Place {
        let first = ladder.at.start;
        match ladder.domain {
            Domain::Levels { ordered: false, count } => {
                let score = |level: &usize| g[first + level] + self.shifts[first + level];
                let largest = (0..count).max_by(|a, b| score(a).total_cmp(&score(b)));
                (largest.unwrap_or(0), 0.5)
            }
            _ => ladder.place(self.ranks[self.coordinates.entries()[first].column].rank(g[first])),
        }
    }

    /// Sets the ranks of every column to those of patients with weights; all columns or only those
    /// with a coordinate of *missing*.
    pub(super) fn fit_ranks(&mut self, latents: &DMatrix<f64>, weights: &[f64], all: bool) {
        for (column, ladder) in self.coordinates.columns().iter().enumerate() {
            let first = ladder.at.start;
            let ranked = self.coordinates.entries()[first].aspect == Aspect::Rank;
            if ranked && (all || ladder.at.len() > 1) {
                let patients = latents.column_iter().zip(weights);
                let there = patients.filter_map(|(g, weight)| {
                    let missing = self.is_missing(ladder, g.as_slice()) == Some(true);
                    (!missing).then(|| (g[first], *weight))
                });
                self.ranks[column] = Ranks::of(there);
            }
        }
    }

    /// Moves the shifts of levels towards those by which each is chosen as often as its margin
    /// says, among patients with weights.
    pub(super) fn fit_levels(
        &mut self,
        latents: &DMatrix<f64>,
        weights: &[f64],
        margins: &Margins,
    ) {
        for (column, margin) in margins.columns.iter().enumerate() {
            let first = self.coordinates.columns()[column].at.start;
            if !matches!(self.coordinates.entries()[first].aspect, Aspect::Level(_)) {
                continue;
            }
            for _ in 0..3 {
                let ladder = &self.coordinates.columns()[column];
                let (mut chosen, mut all) = (vec![0.0; margin.shares.len()], 0.0);
                for (g, weight) in latents.column_iter().zip(weights) {
                    if self.is_missing(ladder, g.as_slice()) != Some(true) {
                        chosen[self.place(ladder, g.as_slice()).0] += weight;
                        all += weight;
                    }
                }
                for (level, (share, chosen)) in margin.shares.iter().zip(&chosen).enumerate() {
                    let step = ((share + 1e-3) / (chosen / all.max(1e-9) + 1e-3)).ln();
                    self.shifts[first + level] += (LENGTH * step).clamp(-1.0, 1.0);
                }
            }
        }
    }

    /// Writes the coordinates of the patient with latents g.
    pub(super) fn write(&self, g: &[f64], to: &mut [f64]) {
        let entries = self.coordinates.entries();
        for ladder in self.coordinates.columns() {
            let missing = self.is_missing(ladder, g).unwrap_or(false);
            let (place, part) = if missing { (0, 0.0) } else { self.place(ladder, g) };
            for k in ladder.at.clone() {
                let entry = &entries[k];
                to[k] = match entry.aspect {
                    Aspect::Missing => entry.of(f64::from(missing)),
                    _ if missing => 0.0,
                    Aspect::Level(level) => entry.of(f64::from(place == level)),
                    Aspect::Rank => entry.of(ladder.rank(place, part)),
                };
            }
        }
    }

    /// Writes the cells of the patient with latents g.
    pub(super) fn patient(&self, g: &[f64], cells: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
        for ((cell, ladder), chance) in
            cells.iter_mut().zip(self.coordinates.columns()).zip(&self.chances)
        {
            let missing = self.is_missing(ladder, g);
            *cell = if missing.unwrap_or_else(|| rng.random::<f64>() < *chance) {
                f64::NAN
            } else {
                ladder.cell(self.place(ladder, g))
            };
        }
    }
}

/// The standard normal's quantile above which a share lies.
pub(super) fn threshold(share: f64) -> f64 {
    Normal::standard().inverse_cdf((1.0 - share).clamp(1e-9, 1.0 - 1e-9))
}

impl Ladder {
    /// The value at a rank from 0 to 1.
    fn place(&self, rank: f64) -> Place {
        let bins = self.values.len();
        let rank = rank.min(1.0 - 1e-9) * self.below[bins];
        let place = self.below.partition_point(|below| *below <= rank).clamp(1, bins.max(1)) - 1;
        let (low, high) = (self.below[place], self.below[place + 1]);
        let part = if high > low { (rank - low) / (high - low) } else { 0.5 };
        let value = (part * self.values[place]).floor().min(self.values[place] - 1.0);
        (place, (value + 0.5) / self.values[place])
    }

    fn cell(&self, (place, part): Place) -> f64 {
        match &self.domain {
            Domain::Levels { .. } => place as f64,
            Domain::Numbers(grid) => on_grid(grid, place, part),
        }
    }
}

/// The value of the grid in the middle of its part of a bin.
fn on_grid(grid: &Grid, place: usize, part: f64) -> f64 {
    let (low, high) = (grid.edges[place], grid.edges[place + 1]);
    let x = low + part * (high - low);
    // A step of .1 is no binary fraction: 3 steps of it are not .3, but 3 / 10 is.
    let per_unit = 1.0 / grid.step;
    let snapped = if (per_unit - per_unit.round()).abs() < 1e-9 * per_unit {
        (x * per_unit).round() / per_unit.round()
    } else {
        (x / grid.step).round() * grid.step
    };
    let value = if low <= snapped && snapped < high { snapped } else { x };
    value.clamp(grid.range[0], grid.range[1])
}
