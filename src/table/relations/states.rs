//! What a cell can be, each as a set of rows: a level, a frequent number, missing, present.

use super::chance::FEWEST;
use crate::Table;
use crate::condition::{Condition, Test};
use crate::spikes::middle;

/// At most so many frequent numbers of a column count as states.
const NUMBERS: usize = 3;

/// A set of rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Rows(Vec<u64>);

impl Rows {
    /// The rows that pass a test.
    pub(super) fn of(count: usize, pass: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0; count.div_ceil(64)];
        (0..count).filter(|&row| pass(row)).for_each(|row| words[row / 64] |= 1 << (row % 64));
        Self(words)
    }

    /// How many rows are in it.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows that are in both.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// The rows that are not in the other one.
    pub(super) fn without(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & !b).collect())
    }

    /// How many are in both.
    pub(super) fn shared(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// How many are in all three.
    pub(super) fn shared_by_three(&self, second: &Self, third: &Self) -> usize {
        let words = self.0.iter().zip(&second.0).zip(&third.0);
        words.map(|((a, b), c)| (a & b & c).count_ones() as usize).sum()
    }

    /// Whether all its rows are in the other set.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    /// Whether no row that is also in a second set is outside of a third one.
    pub(super) fn shared_is_within(&self, second: &Self, third: &Self) -> bool {
        let words = self.0.iter().zip(&second.0).zip(&third.0);
        words.into_iter().all(|((a, b), c)| a & b & !c == 0)
    }

    /// Their numbers.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        (0..64 * self.0.len()).filter(|row| self.0[row / 64] >> (row % 64) & 1 == 1)
    }
}

/// One thing that the cells of a column can be.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) condition: Condition,
    pub(super) rows: Rows,
    pub(super) count: usize,
}

/// The states of one column and where it is present.
#[derive(Clone, Debug)]
pub(super) struct ColumnStates {
    pub(super) present: Rows,
    /// Levels and frequent numbers of at least [`FEWEST`] rows each; and the numbers on both sides
    /// of one that stands out in their middle.
    pub(super) values: Vec<State>,
    /// Missing; none if too few rows are.
    pub(super) missing: Option<State>,
    /// Different observed values.
    pub(super) distinct: usize,
}

/// The states of every column.
pub(super) fn states(table: &Table) -> Vec<ColumnStates> {
    (0..table.schema.columns.len()).map(|column| of_column(table, column)).collect()
}

fn of_column(table: &Table, column: usize) -> ColumnStates {
    let cell = |row: usize| table.cells[(row, column)];
    let state = |test: Test| {
        let condition = Condition { column, test };
        let rows = Rows::of(table.rows(), |row| condition.holds(table.cells.row(row)));
        State { count: rows.len(), rows, condition }
    };
    let mut observed: Vec<f64> = table.cells.column(column).filter(|cell| !cell.is_nan()).collect();
    observed.sort_by(f64::total_cmp);
    let mut frequent: Vec<(usize, f64)> =
        observed.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).collect();
    let distinct = frequent.len();
    frequent.retain(|(count, _)| *count >= FEWEST);
    if !table.schema.columns[column].kind.is_coded() {
        frequent.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)));
        frequent.truncate(NUMBERS);
    }
    let mut values: Vec<State> =
        frequent.into_iter().map(|(_, value)| state(Test::OneOf(vec![value]))).collect();
    if !table.schema.columns[column].kind.is_coded()
        && let Some(value) = middle(table, column)
    {
        values.extend([state(Test::Above(value)), state(Test::Below(value))]);
    }
    let missing = (table.rows() - observed.len() >= FEWEST).then(|| state(Test::Missing));
    ColumnStates {
        present: Rows::of(table.rows(), |row| !cell(row).is_nan()),
        values,
        missing,
        distinct,
    }
}
