//! Rows of a column counted by level, with the patients behind them: what the rule of disclosure is
//! applied to.

use crate::disclosure::{Count, SMALLEST_GROUP};
use judge::metrics::conditional::{Behind, LevelShares};

/// One column's rows counted by level (or by range of a number), real and synthetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Text of every level or range.
    pub labels: Vec<String>,
    /// Real patients per level.
    pub real: Vec<usize>,
    /// Synthetic patients per level.
    pub synthetic: Vec<usize>,
    /// Real patients without a value.
    pub real_missing: usize,
    /// Synthetic patients without a value.
    pub synthetic_missing: usize,
    /// Who is behind the real counts, where patients have several rows.
    pub behind: Option<Behind>,
}

impl Tally {
    /// The tally of a coded column, real and synthetic. Panics unless both have the same levels.
    pub fn of_levels(real: LevelShares, synthetic: LevelShares) -> Self {
        assert_eq!(real.names, synthetic.names, "real and synthetic levels differ");
        Self {
            labels: real.names,
            real: real.counts,
            synthetic: synthetic.counts,
            real_missing: real.missing,
            synthetic_missing: synthetic.missing,
            behind: real.behind,
        }
    }

    /// Real patients behind the count of a level.
    pub(crate) fn patients(&self, level: usize) -> usize {
        self.behind.as_ref().map_or(self.real[level], |behind| behind.levels[level])
    }

    /// Real rows without a value.
    pub(crate) fn missing(&self) -> Count {
        let patients = self.behind.as_ref().map_or(self.real_missing, |behind| behind.missing);
        Count::of_rows(self.real_missing, patients)
    }

    /// Real patients behind the rows of some levels: at least so many.
    pub(crate) fn patients_of(&self, levels: &[usize]) -> usize {
        let each = levels.iter().map(|&level| self.patients(level));
        match self.behind {
            None => each.sum(),
            // They may be the same patients.
            Some(_) => each.max().unwrap_or(0),
        }
    }

    /// Rows that one to four patients have at most.
    pub(crate) fn most_withheld(&self) -> usize {
        (SMALLEST_GROUP - 1) * self.behind.as_ref().map_or(1, |behind| behind.rows_each)
    }
}
