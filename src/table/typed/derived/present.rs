//! Derived columns that have a cell where their sources say nothing.
//!
//! What is learned in the place of such a column is there where the sources leave the cell open.
//! Gates say so, where one choice can; a row in which they do not gets a cell of the training rows'
//! distribution, so that no cell is missing that never is.

use super::chosen::Shared;
use super::quantiles::Quantiles;
use super::{Derivation, DerivedColumns};
use crate::quantile::Sample;
use crate::{Schema, Table};
use serde::{Deserialize, Serialize};

/// A column whose cell is there wherever neither its gap nor its choice says that it is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Present {
    column: usize,
    /// Of its cells where its sources say nothing; of all of them, if too few patients show those.
    quantiles: Quantiles,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::typed) struct PresentCells(Vec<Present>);

impl PresentCells {
    /// Those of a table; cells that fewer than `fewest` patients have are not shown.
    pub(in crate::typed) fn of(derived: &DerivedColumns, train: &Table, fewest: usize) -> Self {
        let fewest = fewest.max(1);
        let is_always = |one: &&Derivation| {
            one.is_there_if_open(train, fewest)
                && (one.gap().is_some() || one.open_patients(train)[1] == 0)
        };
        let present = derived.iter().filter(is_always);
        let cells = present.filter_map(|one| {
            let quantiles = quantiles(one, train, fewest)?;
            Some(Present { column: one.column(), quantiles })
        });
        Self(cells.collect())
    }

    /// Whether there is none.
    pub(in crate::typed) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What its cells are drawn from.
    pub(super) fn quantiles(&self, column: usize) -> Option<&Quantiles> {
        self.0.iter().find(|one| one.column == column).map(|one| &one.quantiles)
    }

    /// The largest magnitude of every column, no less than that of its cells.
    pub(in crate::typed) fn widen(&self, largest: &mut [f64]) {
        for one in &self.0 {
            let ends = one.quantiles.ends().into_iter().flatten();
            largest[one.column] = ends.map(f64::abs).fold(largest[one.column], f64::max);
        }
    }

    /// Makes their quantiles coarser ([`crate::coarse`]); columns of few patients have none left.
    pub(in crate::typed) fn coarsen(&mut self, few: &[usize]) {
        self.0.retain(|one| !few.contains(&one.column));
        self.0.iter_mut().for_each(|one| one.quantiles.coarsen());
    }

    /// Whether they can be those of a table with these derived columns.
    pub(in crate::typed) fn is_sound(&self, derived: &DerivedColumns, schema: &Schema) -> bool {
        self.0.iter().all(|one| {
            let is_level = |[least, most]: [f64; 2]| {
                let levels = schema.columns[one.column].levels.len() as f64;
                least == most && least.fract() == 0.0 && (0.0..levels).contains(&least)
            };
            derived.of_column(one.column).is_some()
                && one.quantiles.is_sound()
                && one.quantiles.ends().is_some_and(|ends| {
                    !schema.columns[one.column].kind.is_coded() || is_level(ends)
                })
        })
    }
}

/// The quantiles of a column's cells where its sources say nothing; of a column of levels the
/// level of most patients. None if too few patients have any cell.
fn quantiles(derivation: &Derivation, train: &Table, fewest: usize) -> Option<Quantiles> {
    let rows = || (0..train.rows()).map(|row| train.cells.row(row));
    let patients = train.patients();
    let column = derivation.column();
    let enough = |sample: &Sample| sample.patients() >= fewest;
    let open = Sample::of(rows().map(|row| derivation.open_cell(row)), patients);
    let all = Sample::of(train.cells.column(column), patients);
    let of_open = enough(&open);
    let sample = if of_open { open } else { all };
    if !enough(&sample) {
        return None;
    }
    if !train.schema.columns[column].kind.is_coded() {
        let cell = |row: &[f64]| if of_open { derivation.open_cell(row) } else { row[column] };
        return Some(Quantiles::of(rows().map(cell), patients));
    }
    let mut levels = sample.values().to_vec();
    levels.dedup();
    let level = levels.into_iter().max_by_key(|level| sample.patients_with(*level))?;
    Some(Quantiles::of([level, level].into_iter(), None))
}

impl Derivation {
    /// Whether the sources say nothing of the cell of a row, so that it is learned by itself.
    pub(in crate::typed) fn is_open(&self, row: &[f64]) -> bool {
        match self {
            Self::Copy { .. } | Self::Sum { .. } => self.made(row).is_none(),
            Self::Distance { base, .. } | Self::Below { base, .. } => row[*base].is_nan(),
            Self::Apart(apart) => !apart.has_base(row),
            Self::Bounded(bounded) => bounded.ties && !bounded.has_base(row),
            Self::Computed(computed) => computed.says_nothing(row),
            Self::Chosen(_)
            | Self::Part(_)
            | Self::Follows(_)
            | Self::Decided(_)
            | Self::Either(_) => false,
        }
    }

    /// The learned column that holds the cell of an open row, if the derivation has one.
    pub(in crate::typed) fn learned_if_open(&self) -> Option<usize> {
        match self {
            Self::Apart(apart) => apart.own,
            Self::Part(_) | Self::Follows(_) | Self::Decided(_) | Self::Either(_) => None,
            _ => Some(self.column()),
        }
    }

    /// The cell of an open row; of a choice, that of a number.
    fn open_cell(&self, row: &[f64]) -> f64 {
        match self {
            Self::Chosen(chosen) => chosen.remainder(row),
            _ if self.is_open(row) => row[self.column()],
            _ => f64::NAN,
        }
    }

    /// Patients with an open row: those with a cell there, and those without.
    pub(super) fn open_patients(&self, train: &Table) -> [usize; 2] {
        [false, true].map(|lacking| {
            let is_one = |row: &usize| {
                let row = train.cells.row(*row);
                self.is_open(row) && row[self.column()].is_nan() == lacking
            };
            train.patients_of((0..train.rows()).filter(is_one))
        })
    }

    /// Whether the training rows have a cell wherever nothing learned says that it is missing.
    /// Fewer than `fewest` patients without a cell do not count.
    pub(in crate::typed) fn is_there_if_open(&self, train: &Table, fewest: usize) -> bool {
        let [there, lacking] = self.open_patients(train);
        match self {
            Self::Part(_) | Self::Follows(_) | Self::Decided(_) | Self::Either(_) => false,
            Self::Chosen(_) => true,
            _ if train.is_complete(self.column()) => true,
            _ if self.gap().is_some() => there > 0 || lacking == 0,
            _ => lacking < fewest && there >= fewest,
        }
    }

    /// Whether what is learned says that the cell of a row is missing.
    fn is_said_missing(&self, row: &[f64]) -> bool {
        match self {
            Self::Chosen(chosen) => row[chosen.choice].is_nan(),
            _ => self.is_in_gap(row),
        }
    }

    /// Whether the gap of a row says that its cell is missing.
    pub(super) fn is_in_gap(&self, row: &[f64]) -> bool {
        let counts = match self {
            Self::Computed(computed) => computed.heeds_gap(row),
            _ => true,
        };
        counts && self.gap().is_some_and(|gap| row[gap].is_nan())
    }

    /// Puts a cell of the training rows into a row that has none where one must be there.
    /// The cell keeps what the derivation makes sure of.
    pub(super) fn fill(&self, row: &mut [f64], quantiles: &Quantiles, schema: &Schema) {
        let column = self.column();
        if !row[column].is_nan() || self.is_said_missing(row) {
            return;
        }
        let (shape, decimals) = (&schema.columns[column], schema.columns[column].decimals);
        let cell = quantiles.value(lot(row));
        let cell = shape.settled(crate::number::round(cell, decimals));
        match self {
            Self::Apart(apart) => row[column] = apart.bounded(cell, row, decimals),
            _ => {
                // A copy of what is missing becomes a number.
                if let Self::Chosen(chosen) = self
                    && let Some(Shared::Same(_)) = chosen.shared(row[chosen.choice])
                {
                    row[chosen.choice] = 0.0;
                }
                row[column] = cell;
                self.restore(row, schema);
            }
        }
    }
}

/// A number in [0, 1) that a row's cells say.
fn lot(row: &[f64]) -> f64 {
    let add = |state: u64, cell: &f64| {
        let bits = if cell.is_nan() { 1 } else { cell.to_bits() };
        (state ^ bits).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
    };
    let keys = row.iter().fold(0, add);
    crate::decode::lot(keys, row.len() as u64, 0)
}
