//! Counts of the levels of a coded column, overall and given a level of another column: the paper's
//! Tables 6 and 7.

use serde::Serialize;
use std::collections::{HashMap, HashSet};
use table::Table;

/// How many patients have each level of one coded column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelShares {
    /// Text of every level, in coding order.
    pub names: Vec<String>,
    /// Patients with each level.
    pub counts: Vec<usize>,
    /// Patients without a value.
    pub missing: usize,
    /// Who is behind these counts of rows, where patients have several rows.
    pub behind: Option<Behind>,
}

/// The patients behind counts of rows, where patients have several rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Behind {
    /// Patients with each level.
    pub levels: Vec<usize>,
    /// Patients with rows that have no level.
    pub missing: usize,
    /// Rows of a patient at most.
    pub rows_each: usize,
}

impl Behind {
    /// Counts the patients of rows, each given with its level if it has one.
    /// None where every row is a patient.
    pub fn of(
        patients: Option<&[usize]>,
        levels: usize,
        rows: impl Iterator<Item = (usize, Option<usize>)>,
    ) -> Option<Self> {
        let patients = patients?;
        let (mut each, mut missing) = (vec![HashSet::new(); levels], HashSet::new());
        for (row, level) in rows {
            level.map_or(&mut missing, |level| &mut each[level]).insert(patients[row]);
        }
        let mut rows_of: HashMap<usize, usize> = HashMap::new();
        patients.iter().for_each(|patient| *rows_of.entry(*patient).or_default() += 1);
        Some(Self {
            levels: each.iter().map(HashSet::len).collect(),
            missing: missing.len(),
            rows_each: rows_of.into_values().max().unwrap_or(1),
        })
    }
}

impl LevelShares {
    /// Patients with a value.
    pub fn known(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Patients behind the count of a level.
    pub fn patients(&self, level: usize) -> usize {
        self.behind.as_ref().map_or(self.counts[level], |behind| behind.levels[level])
    }

    /// All patients, with a value or without.
    pub fn total(&self) -> usize {
        self.known() + self.missing
    }

    /// Share in [0, 1] of a level among the patients with a value (Table 6); NaN when there are
    /// none.
    pub fn share_of_known(&self, level: usize) -> f64 {
        self.counts[level] as f64 / self.known() as f64
    }

    /// Share in [0, 1] of a level among all patients, missing ones too (Table 7); NaN when there
    /// are none.
    pub fn share_of_all(&self, level: usize) -> f64 {
        self.counts[level] as f64 / self.total() as f64
    }
}

/// Tallies one coded column over all rows; panics when a cell is not a level of the column.
pub fn level_shares(table: &Table, column: usize) -> LevelShares {
    tally(table, column, |_| true)
}

/// Tallies the column `of` over the rows whose column `given` has the level of index `given_level`.
pub fn conditional(table: &Table, of: usize, given: usize, given_level: usize) -> LevelShares {
    tally(table, of, |row| table.cells[(row, given)] == given_level as f64)
}

/// Difference of two shares in percentage points, positive when the synthetic share is the larger.
pub fn points(real_share: f64, synthetic_share: f64) -> f64 {
    100.0 * (synthetic_share - real_share)
}

/// A level with fewer real patients says little about a share, and too much about these patients.
const FEWEST_PATIENTS: usize = 5;

/// The largest difference, in percentage points, between the synthetic and the real table of the
/// column `of` given the column `given` (the paper's Table 7).
///
/// Shares are of all patients with the given level, those without a value too.
/// Levels with at least five real patients are compared.
/// A given level that no synthetic patient has counts with shares of 0.
/// NaN when no level is left.
/// Panics when a column is not coded.
pub fn worst_points(real: &Table, synthetic: &Table, of: usize, given: usize) -> f64 {
    let compared = |column: usize| {
        let shares = level_shares(real, column);
        (0..shares.counts.len())
            .filter(move |&level| shares.patients(level) >= FEWEST_PATIENTS)
            .collect::<Vec<_>>()
    };
    let (levels, mut worst) = (compared(of), f64::NAN);
    for given_level in compared(given) {
        let [real, synthetic] =
            [real, synthetic].map(|table| conditional(table, of, given, given_level));
        for &level in &levels {
            let synthetic_share =
                if synthetic.total() == 0 { 0.0 } else { synthetic.share_of_all(level) };
            // `max` prefers any number to NaN.
            worst = worst.max(points(real.share_of_all(level), synthetic_share).abs());
        }
    }
    worst
}

fn tally(table: &Table, column: usize, keep: impl Fn(usize) -> bool) -> LevelShares {
    let names = table.schema.columns[column].levels.clone();
    let mut counts = vec![0; names.len()];
    let mut missing = 0;
    let kept: Vec<usize> = (0..table.cells.rows()).filter(|&row| keep(row)).collect();
    for &row in &kept {
        let cell = table.cells[(row, column)];
        if cell.is_nan() {
            missing += 1;
            continue;
        }
        let level = cell as usize;
        assert!(
            level as f64 == cell && level < names.len(),
            "cell {cell} of column {:?} is not the index of one of its {} levels",
            table.schema.columns[column].name,
            names.len()
        );
        counts[level] += 1;
    }
    let level = |row: usize| {
        let cell = table.cells[(row, column)];
        (row, (!cell.is_nan()).then_some(cell as usize))
    };
    let behind = Behind::of(table.patients(), names.len(), kept.into_iter().map(level));
    LevelShares { names, counts, missing, behind }
}
