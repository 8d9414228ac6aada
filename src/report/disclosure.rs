//! Which counts of real patients may be shown.
//! Every picture and table of `share/` uses this one rule.
//!
//! - Levels with fewer than five patients are pooled under one name.
//! - Where a pool or the missing cells are still one to four patients, their count is withheld.
//! - Then the count of the largest group is withheld, too, because a subtraction from the number of
//!   patients would give the first one away.
//! - The largest group gets a lower bound instead, which does not depend on the withheld counts.
//!
//! Where patients have several rows, patients are counted for the rule and rows are shown.
//!
//! The rule holds within a table.
//! A reader can still subtract one table from another, such as a column's levels given another
//! column from all its levels.
//! So a level that is rare in one part of such a table is pooled in all its parts.

pub use crate::tally::Tally;

use table::Table;

/// Fewest patients that a group may have to be shown.
pub(crate) const SMALLEST_GROUP: usize = table::quantile::TOGETHER;

/// Who will read a picture or a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Anybody: the rule of this module holds.
    Anyone,
    /// The owner of the real table, who may know every count.
    Owner,
}

impl Audience {
    /// A number of real patients, as far as this reader may know it.
    pub fn count(self, patients: usize) -> Count {
        match self {
            Self::Anyone => Count::of(patients),
            Self::Owner => Count::Exact(patients),
        }
    }

    /// The number of rows, unless one to four patients are behind them and this reader may not know.
    pub fn rows(self, rows: usize, patients: usize) -> Count {
        match self {
            Self::Anyone => Count::of_rows(rows, patients),
            Self::Owner => Count::Exact(rows),
        }
    }

    /// The rows of a real table without a cell of a column, and those with one.
    pub(crate) fn missing(self, real: &Table, column: usize) -> [Count; 2] {
        let count = |missing: bool| {
            let is = |row: &usize| real.cells[(*row, column)].is_nan() == missing;
            let rows: Vec<usize> = (0..real.rows()).filter(is).collect();
            self.rows(rows.len(), real.patients_of(rows))
        };
        [count(true), count(false)]
    }

    /// [`disclose_largest`] for anyone; for the owner the same levels with their exact counts.
    pub fn groups(self, tally: &Tally, real_rows: Count, most: usize) -> Vec<Group> {
        match self {
            Self::Anyone => disclose_largest(tally, real_rows, most),
            Self::Owner => exact(tally, most),
        }
    }
}

/// Decimals of a share or a mean whose last digit stands for at least five patients, more than are
/// withheld.
pub(crate) fn coarse_decimals(rows: usize) -> usize {
    (rows as f64 / SMALLEST_GROUP as f64).log10().floor().max(0.0) as usize
}

/// A number of real patients, as far as it may be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// The number.
    Exact(usize),
    /// A lower bound: too low by at most four per withheld group.
    AtLeast(usize),
    /// One to four.
    Fewer,
}

impl Count {
    /// Withholds one to four.
    pub fn of(patients: usize) -> Self {
        if (1..SMALLEST_GROUP).contains(&patients) { Self::Fewer } else { Self::Exact(patients) }
    }

    /// The number of rows, unless one to four patients are behind them.
    pub fn of_rows(rows: usize, patients: usize) -> Self {
        if (1..SMALLEST_GROUP).contains(&patients) { Self::Fewer } else { Self::Exact(rows) }
    }

    /// What may be drawn: the number, the bound, or 0.
    pub fn shown(self) -> usize {
        match self {
            Self::Exact(patients) | Self::AtLeast(patients) => patients,
            Self::Fewer => 0,
        }
    }

    /// True when the number itself may be shown.
    pub(crate) fn is_exact(self) -> bool {
        matches!(self, Self::Exact(_))
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(patients) => write!(f, "{patients}"),
            Self::AtLeast(patients) => write!(f, "≥ {patients}"),
            Self::Fewer => write!(f, "<{SMALLEST_GROUP}"),
        }
    }
}

/// What a group is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One level or range, by its index.
    Level(usize),
    /// All levels that are too rare to be shown.
    Pooled,
    /// The patients without a value.
    Missing,
}

/// A bar of a picture or a line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is.
    pub part: Part,
    /// Its name.
    pub label: String,
    /// Real patients in it.
    pub real: Count,
    /// Synthetic patients in it.
    pub synthetic: usize,
}

/// The groups of a tally: shown levels in their order, then the pool if there is one, then the
/// missing cells (always).
///
/// `real_rows` is the published number of real patients behind the tally.
/// It is a bound when that number is withheld itself.
pub fn disclose(tally: &Tally, real_rows: Count) -> Vec<Group> {
    disclose_some(tally, real_rows, |_| true)
}

/// Like [`disclose`], with at most `most` levels shown (those with the most real patients), and the
/// others pooled.
pub fn disclose_largest(tally: &Tally, real_rows: Count, most: usize) -> Vec<Group> {
    let largest = largest(tally, most);
    disclose_some(tally, real_rows, |level| largest.contains(&level))
}

/// The levels with the most real patients, at most `most` of them.
fn largest(tally: &Tally, most: usize) -> Vec<usize> {
    let mut by_size: Vec<usize> = (0..tally.real.len()).collect();
    by_size.sort_by_key(|&level| std::cmp::Reverse(tally.real[level]));
    by_size.truncate(most);
    by_size
}

/// Exact counts of the largest levels, of the others together, and of the missing cells, for the
/// owner alone.
fn exact(tally: &Tally, most: usize) -> Vec<Group> {
    let largest = largest(tally, most);
    let (shown, pooled): (Vec<usize>, Vec<usize>) =
        (0..tally.real.len()).partition(|level| largest.contains(level));
    let group = |part, label: &str, real, synthetic| Group {
        part,
        label: label.to_owned(),
        real: Count::Exact(real),
        synthetic,
    };
    let level = |&level: &usize| {
        group(Part::Level(level), &tally.labels[level], tally.real[level], tally.synthetic[level])
    };
    let mut groups: Vec<Group> = shown.iter().map(level).collect();
    if !pooled.is_empty() {
        let total = |counts: &[usize]| pooled.iter().map(|&level| counts[level]).sum::<usize>();
        groups.push(group(
            Part::Pooled,
            "other (pooled)",
            total(&tally.real),
            total(&tally.synthetic),
        ));
    }
    groups.push(group(Part::Missing, "missing", tally.real_missing, tally.synthetic_missing));
    groups
}

/// Like [`disclose`]; levels for which `may_show` is false are pooled, too.
pub(crate) fn disclose_some(
    tally: &Tally,
    real_rows: Count,
    may_show: impl Fn(usize) -> bool,
) -> Vec<Group> {
    let (shown, pooled): (Vec<usize>, Vec<usize>) = (0..tally.real.len())
        .partition(|&level| tally.patients(level) >= SMALLEST_GROUP && may_show(level));
    let group = |part, label: &str, real, synthetic| Group {
        part,
        label: label.to_owned(),
        real,
        synthetic,
    };
    let mut groups: Vec<Group> = shown
        .iter()
        .map(|&level| {
            let real = Count::Exact(tally.real[level]);
            group(Part::Level(level), &tally.labels[level], real, tally.synthetic[level])
        })
        .collect();
    if !pooled.is_empty() {
        let total = |counts: &[usize]| pooled.iter().map(|&level| counts[level]).sum::<usize>();
        let real = Count::of_rows(total(&tally.real), tally.patients_of(&pooled));
        groups.push(group(Part::Pooled, "other (pooled)", real, total(&tally.synthetic)));
    }
    groups.push(group(Part::Missing, "missing", tally.missing(), tally.synthetic_missing));
    withhold_largest(&mut groups, real_rows, tally.most_withheld());
    groups
}

/// Whether some count is withheld.
/// Then sums and moments of the same column must be printed with few digits.
pub(crate) fn withholds(groups: &[Group]) -> bool {
    groups.iter().any(|group| !group.real.is_exact() || group.part == Part::Pooled)
}

fn withhold_largest(groups: &mut [Group], real_rows: Count, most: usize) {
    let withheld = groups.iter().filter(|group| group.real == Count::Fewer).count();
    if withheld == 0 && real_rows.is_exact() {
        return;
    }
    let shown: usize = groups.iter().map(|group| group.real.shown()).sum();
    if let Some(largest) = groups.iter_mut().max_by_key(|group| group.real.shown()) {
        let patients = largest.real.shown();
        if patients >= SMALLEST_GROUP {
            let bound = (real_rows.shown() + patients).saturating_sub(shown + most * withheld);
            largest.real = Count::AtLeast(bound.max(SMALLEST_GROUP));
        }
    }
}
