//! What a model tells of patients, made coarser for a model that leaves the house.
//!
//! A model of the house has quantiles of five to nine patients each.
//! Here five of these become one, so that a number stands for twenty patients at least; a value
//! that five or more patients share stays, and so does its share.

use crate::Schema;
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// Knots of five to nine patients that become one.
pub(crate) const KNOTS: usize = 5;

/// Knots (level, value), both ascending, of which [`KNOTS`] neighbours become one with their means.
/// Fewer between two shared values are left out; fewer than that in all become one.
///
/// At an end the line goes on to the mean of the last ones plus (or less) `sd / sqrt(n - 1)`, which
/// no end of these `n` passes, so that values do not pile up there.
pub(crate) fn coarse(knots: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut coarser = Vec::new();
    let runs: Vec<&[(f64, f64)]> = knots.chunk_by(|a, b| a.1 == b.1).collect();
    let mut at = 0;
    while at < runs.len() {
        if let [first, .., last] = runs[at] {
            coarser.extend([*first, *last]);
            at += 1;
            continue;
        }
        let end = at + runs[at..].iter().take_while(|run| run.len() == 1).count();
        let single = runs[at..end].concat();
        let ends = [at == 0, end == runs.len()];
        coarser.extend(merged(&single, ends));
        at = end;
    }
    if coarser.is_empty() && !knots.is_empty() {
        coarser.push(mean(knots));
    }
    coarser
}

/// Neighbours as one; `ends` says whether they are the first and the last of all.
fn merged(single: &[(f64, f64)], ends: [bool; 2]) -> Vec<(f64, f64)> {
    let parts = single.len() / KNOTS;
    let part = |of: usize| &single[single.len() * of / parts..single.len() * (of + 1) / parts];
    let mut merged: Vec<(f64, f64)> = (0..parts).map(|of| mean(part(of))).collect();
    if parts == 0 {
        return merged;
    }
    let [first, last] = [part(0), part(parts - 1)];
    if ends[0] {
        let value = mean(first).1 - step(first);
        merged.insert(0, (first[0].0, value.max(first[0].1)));
    }
    if ends[1] {
        let end = last[last.len() - 1];
        merged.push((end.0, (mean(last).1 + step(last)).min(end.1)));
    }
    merged
}

fn mean(knots: &[(f64, f64)]) -> (f64, f64) {
    let size = knots.len() as f64;
    let of = |part: fn(&(f64, f64)) -> f64| {
        let mean = knots.iter().map(|knot| part(knot) / size).sum::<f64>();
        // Rounding must not move a mean out of its part, or the knots would not ascend.
        mean.clamp(part(&knots[0]), part(&knots[knots.len() - 1]))
    };
    (of(|knot| knot.0), of(|knot| knot.1))
}

fn step(knots: &[(f64, f64)]) -> f64 {
    let (middle, size) = (mean(knots).1, knots.len() as f64);
    let variance = knots.iter().map(|knot| (knot.1 - middle).powi(2)).sum::<f64>() / size;
    let step = (variance / (size - 1.0)).sqrt();
    if step.is_finite() { step } else { 0.0 }
}

/// What of a table too few patients are behind: its cells become missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// Levels, whose texts are taken out: column and place of each.
    pub levels: Vec<(usize, usize)>,
    /// Columns of numbers that fewer than five patients have.
    pub columns: Vec<usize>,
}

impl Withheld {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.columns.is_empty()
    }

    /// Whether it can be of a table with this schema.
    pub fn fits(&self, schema: &Schema) -> bool {
        let column = |column: usize| schema.columns.get(column);
        let level = |&(at, place): &(usize, usize)| {
            column(at).is_some_and(|column| place < column.levels.len())
        };
        self.levels.iter().all(level) && self.columns.iter().all(|&at| column(at).is_some())
    }

    /// Empties the cells of a table.
    pub fn empty(&self, cells: &mut Matrix) {
        for row in 0..cells.rows() {
            let row = cells.row_mut(row);
            self.columns.iter().for_each(|&column| row[column] = f64::NAN);
            for &(column, place) in &self.levels {
                if row[column] == place as f64 {
                    row[column] = f64::NAN;
                }
            }
        }
    }
}

impl Schema {
    /// Takes the texts of levels out, and the roles and relations that name them.
    /// The places of the levels stay, as what a generator makes are places.
    pub(crate) fn withhold(&mut self, withheld: &Withheld) {
        for &(column, place) in &withheld.levels {
            let known = &self.columns[column].levels;
            let names = (1..).map(|number| format!("withheld {number}"));
            let free = |name: &String| !known.contains(name);
            let name = names.into_iter().find(free).expect("there are endless names");
            self.columns[column].levels[place] = name;
        }
        self.forget_relations();
        if self.check(&ground::error::Place::file("model")).is_err() {
            self.forget_survival();
            self.event = None;
            self.time = None;
            self.strata = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_knot_of_a_few_patients_stays() {
        let knots: Vec<(f64, f64)> =
            (0..23).map(|at| (f64::from(at), f64::from(at * at))).collect();
        let coarser = coarse(&knots);
        assert_eq!(coarser.len(), 6);
        assert!(coarser.windows(2).all(|two| two[0].0 <= two[1].0 && two[0].1 <= two[1].1));
        for knot in &coarser {
            assert!(!knots.iter().any(|other| other.1 == knot.1), "{knot:?} is a finer one");
        }
        assert!(coarser[0].1 > 0.0 && coarser[5].1 < 22.0 * 22.0, "{coarser:?}");
    }

    #[test]
    fn shared_values_keep_their_share() {
        let mut knots = vec![(0.0, 0.0), (0.4, 0.0), (0.41, 1.0), (0.42, 2.0)];
        knots.extend([(0.5, 3.0), (0.9, 3.0), (1.0, 99.0)]);
        assert_eq!(coarse(&knots), [(0.0, 0.0), (0.4, 0.0), (0.5, 3.0), (0.9, 3.0)]);
        assert_eq!(coarse(&[(0.0, 1.0), (0.5, 2.0), (1.0, 6.0)]), [(0.5, 3.0)]);
        assert!(coarse(&[]).is_empty());
    }
}
