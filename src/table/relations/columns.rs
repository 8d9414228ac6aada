//! Pairs of columns that are equal, always or under a condition, or ordered.

use super::chance::{FEWEST, all_marked, all_pass, is_believed};
use super::parse::comparable;
use super::states::{ColumnStates, Rows};
use super::{Found, Relation};
use crate::{Kind, Table};
use rayon::prelude::*;

/// Equal columns with fewer different values than this are taken for a shared constant.
const DIFFERENT: usize = 5;

/// From this share of the rows of an order on, equal values count as usual.
const TIES: f64 = 0.05;

/// Two columns, and the rows in which both are present.
struct Pair<'a> {
    table: &'a Table,
    columns: [usize; 2],
    both: Rows,
    equal: Rows,
    count: usize,
}

/// Equal and ordered pairs.
pub(super) fn find(table: &Table, states: &[ColumnStates]) -> Vec<Found> {
    let columns = &table.schema.columns;
    let values: usize = states.iter().map(|states| states.values.len()).sum();
    let pairs = columns.len() * columns.len().saturating_sub(1) / 2;
    let of_column = |a: usize| {
        let mut found = Vec::new();
        for b in (a + 1..columns.len()).filter(|&b| comparable(&columns[a], &columns[b])) {
            let pair = Pair::of(table, states, [a, b]);
            if pair.count < FEWEST {
                continue;
            }
            if let Some(equal) = pair.equal(pairs) {
                found.push(equal);
                continue;
            }
            found.extend(pair.equal_when(states, pairs * values));
            let ordered = columns[a].kind != Kind::Nominal && columns[a].kind != Kind::Boolean;
            if ordered {
                found.extend(
                    [[a, b], [b, a]].into_iter().filter_map(|order| pair.ordered(order, 2 * pairs)),
                );
            }
        }
        found
    };
    (0..columns.len()).into_par_iter().flat_map_iter(of_column).collect()
}

impl<'a> Pair<'a> {
    fn of(table: &'a Table, states: &[ColumnStates], columns: [usize; 2]) -> Self {
        let both = states[columns[0]].present.and(&states[columns[1]].present);
        let [a, b] = columns;
        let equal = Rows::of(table.rows(), |row| table.cells[(row, a)] == table.cells[(row, b)]);
        Self { table, columns, count: both.len(), both, equal }
    }

    fn column(&self, column: usize, rows: &Rows) -> Vec<f64> {
        let mut values: Vec<f64> =
            rows.numbers().map(|row| self.table.cells[(row, column)]).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// The part of all pairs (a row's `first`, another row's `second`) that pass, counted in the
    /// sorted second values.
    fn probability(&self, first: usize, second: usize, pass: impl Fn(&[f64], f64) -> usize) -> f64 {
        let seconds = self.column(second, &self.both);
        let passed: usize =
            self.column(first, &self.both).iter().map(|&value| pass(&seconds, value)).sum();
        passed as f64 / (self.count * self.count) as f64
    }

    fn equal(&self, candidates: usize) -> Option<Found> {
        let [a, b] = self.columns;
        if self.equal != self.both {
            return None;
        }
        let same = |seconds: &[f64], value: f64| {
            seconds.partition_point(|x| *x <= value) - seconds.partition_point(|x| *x < value)
        };
        let probability = self.probability(a, b, same);
        is_believed(all_pass(self.count, probability), candidates)
            .then(|| found(Relation::Equal { a, b, when: None }, self.count))
    }

    /// The levels of other columns for which the two are always equal, although elsewhere they are
    /// not.
    fn equal_when(&self, states: &[ColumnStates], candidates: usize) -> Vec<Found> {
        let equal = self.equal.len();
        let [a, b] = self.columns;
        if equal < FEWEST || equal == self.count || states[a].distinct < DIFFERENT {
            return Vec::new();
        }
        let others = states.iter().enumerate().filter(|(column, _)| !self.columns.contains(column));
        let coded = others.filter(|(column, _)| self.table.schema.columns[*column].kind.is_coded());
        let mut kept: Vec<(Rows, Found)> = Vec::new();
        for (_, other) in coded {
            for state in &other.values {
                // Most states are seen to hold elsewhere by their first rows.
                if !state.rows.shared_is_within(&self.both, &self.equal) {
                    continue;
                }
                let rows = state.rows.and(&self.both);
                let (count, all) = (rows.len(), other.present.shared(&self.both));
                if count < FEWEST {
                    continue;
                }
                let values = self.column(a, &rows);
                let different = values.chunk_by(|a, b| a == b).count();
                let marked = other.present.and(&self.both).shared(&self.equal);
                if different >= DIFFERENT && is_believed(all_marked(count, marked, all), candidates)
                {
                    let when = Some(state.condition.clone());
                    kept.push((rows, found(Relation::Equal { a, b, when }, count)));
                }
            }
        }
        mark_parts(&mut kept);
        kept.into_iter().map(|(_, found)| found).collect()
    }

    fn ordered(&self, [low, high]: [usize; 2], candidates: usize) -> Option<Found> {
        let cells = &self.table.cells;
        if self.both.numbers().any(|row| cells[(row, low)] > cells[(row, high)]) {
            return None;
        }
        let (lows, highs) = (self.column(low, &self.both), self.column(high, &self.both));
        let (least, most) = (highs[0], lows[lows.len() - 1]);
        let open = self
            .both
            .numbers()
            .filter(|&row| cells[(row, low)] > least || cells[(row, high)] < most)
            .count();
        let probability = self.probability(low, high, |highs, value| {
            highs.len() - highs.partition_point(|x| *x < value)
        });
        if open < FEWEST || !is_believed(all_pass(self.count, probability), candidates) {
            return None;
        }
        let ties = self.equal.len() as f64 >= TIES * self.count as f64;
        Some(Found { ties, ..found(Relation::Ordered { low, high }, self.count) })
    }
}

/// Marks a condition for an equality as following if its rows are part of another condition's rows.
fn mark_parts(kept: &mut [(Rows, Found)]) {
    for at in 0..kept.len() {
        let part = |other: usize| {
            let (mine, theirs) = (&kept[at].0, &kept[other].0);
            other != at && mine.is_within(theirs) && (mine != theirs || other < at)
        };
        kept[at].1.follows = (0..kept.len()).any(part);
    }
}

pub(super) fn found(relation: Relation, support: usize) -> Found {
    Found { relation, support, exceptions: 0, follows: false, ties: false }
}
