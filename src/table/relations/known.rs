//! What is known of columns that have few combinations: the combinations themselves, or the cell of
//! one column for each of the other's.

use crate::Table;
use crate::quantile::TOGETHER;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Cells that occur together, and in how many rows they do.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// One of each column.
    pub cells: Vec<f64>,
    /// Rows that have them.
    pub rows: usize,
    /// Patients behind these.
    pub patients: usize,
}

/// The combinations of some columns in rows that have all of them, the most frequent one first.
pub fn combinations(table: &Table, columns: &[usize]) -> Vec<Combination> {
    let mut counts: HashMap<Vec<u64>, (Vec<f64>, usize, HashSet<usize>)> = HashMap::new();
    for row in 0..table.rows() {
        let cells: Vec<f64> = columns.iter().map(|&column| table.cells[(row, column)]).collect();
        if cells.iter().all(|cell| !cell.is_nan()) {
            // 0 and -0 are the same cell.
            let key = cells.iter().map(|cell| (cell + 0.0).to_bits()).collect();
            let one = counts.entry(key).or_insert((cells, 0, HashSet::new()));
            one.1 += 1;
            one.2.extend(table.patients().map(|of| of[row]));
        }
    }
    let one = |(cells, rows, who): (Vec<f64>, usize, HashSet<usize>)| Combination {
        cells,
        rows,
        patients: if table.patients().is_some() { who.len() } else { rows },
    };
    let mut all: Vec<Combination> = counts.into_values().map(one).collect();
    let cells = |a: &Combination, b: &Combination| {
        a.cells.partial_cmp(&b.cells).unwrap_or(std::cmp::Ordering::Equal)
    };
    all.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| cells(a, b)));
    all
}

/// The place of the combination that has most cells in common with these, the first of several;
/// missing cells count for none.
pub fn nearest(known: &[Vec<f64>], cells: &[f64]) -> usize {
    let shared = |of: &Vec<f64>| of.iter().zip(cells).filter(|(a, b)| a == b).count();
    (1..known.len()).fold(
        0,
        |best, at| {
            if shared(&known[at]) > shared(&known[best]) { at } else { best }
        },
    )
}

/// The cell of a column for each of another column's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// Whether the first numbers of the pairs are the least ones of ranges.
    pub(super) steps: bool,
    /// Cells of the one column and of the other one, ascending.
    pub(super) pairs: Vec<[f64; 2]>,
    /// Patients behind each pair; of the training rows alone.
    #[serde(skip)]
    pub(super) patients: Vec<usize>,
}

impl Lookup {
    /// The cell for one of the other column; none for a cell that is not known.
    pub fn of(&self, cell: f64) -> Option<f64> {
        if cell.is_nan() || self.pairs.is_empty() {
            return None;
        }
        let above = self.pairs.partition_point(|pair| pair[0] <= cell);
        match self.steps {
            true => Some(self.pairs[above.saturating_sub(1)][1]),
            false => {
                above.checked_sub(1).map(|at| self.pairs[at]).filter(|p| p[0] == cell).map(|p| p[1])
            }
        }
    }

    /// Whether a cell of the other column is none of those that are known.
    pub(crate) fn lacks(&self, cell: f64) -> bool {
        !self.pairs.is_empty() && !cell.is_nan() && self.of(cell).is_none()
    }

    /// The known cell of the other column that is nearest to a number.
    /// Panics where nothing is known.
    pub(crate) fn nearest(&self, cell: f64) -> f64 {
        let far = |pair: &&[f64; 2]| (pair[0] - cell).abs();
        let nearest = self.pairs.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
        nearest.expect("a known cell")[0]
    }

    /// The same without what fewer than five patients say.
    pub(crate) fn of_many(&self) -> Self {
        let known =
            |at: &usize| self.steps || self.patients.get(*at).is_none_or(|of| *of >= TOGETHER);
        let places: Vec<usize> = (0..self.pairs.len()).filter(known).collect();
        Self {
            steps: self.steps,
            pairs: places.iter().map(|&at| self.pairs[at]).collect(),
            patients: Vec::new(),
        }
    }

    /// Whether the other column's numbers are codes: what follows neither rises nor falls with them.
    pub(crate) fn is_of_codes(&self) -> bool {
        let two = || self.pairs.windows(2).map(|two| (two[0][1], two[1][1]));
        !self.steps && two().any(|(a, b)| a < b) && two().any(|(a, b)| a > b)
    }

    /// The pairs.
    pub(crate) fn pairs(&self) -> &[[f64; 2]] {
        &self.pairs
    }

    /// Whether a stored one can be used: all numbers are finite and ascend.
    pub(crate) fn is_sound(&self) -> bool {
        self.pairs.iter().flatten().all(|x| x.is_finite())
            && self.pairs.windows(2).all(|two| two[0][0] < two[1][0])
    }
}

/// The number of the fewest digits above one number and up to another one.
pub(super) fn roundest_above(low: f64, high: f64) -> f64 {
    let rounded = |power: i32| {
        // Exact multiples: below 1 by division.
        let step = 10f64.powi(power.abs());
        match power < 0 {
            true => (high * step).floor() / step,
            false => (high / step).floor() * step,
        }
    };
    (-12..=15).rev().map(rounded).find(|x| *x > low && *x <= high).unwrap_or(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_round() {
        assert_eq!(roundest_above(64.0, 65.0), 65.0);
        assert_eq!(roundest_above(63.0, 71.0), 70.0);
        assert_eq!(roundest_above(24.97, 25.03), 25.0);
        assert_eq!(roundest_above(-3.2, -1.1), -2.0);
        assert_eq!(roundest_above(-0.4, 0.2), 0.0);
        assert_eq!(roundest_above(0.123, 0.124), 0.124);
    }
}
