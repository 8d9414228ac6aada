//! Repairs rows that break a relation, and changes as few cells as possible.
//! No row is thrown away.

use super::{Found, Relation, either, nearest};
use crate::condition::{Condition, Support, Test};
use crate::decode::lot;
use crate::{Schema, Table, number};

/// Rounds of repair, because the repair of one relation may break another one.
const ROUNDS: usize = 6;

/// Cells that are drawn for a condition at most.
const DRAWN: u64 = 32;

/// Repairs rows by relations. A repaired row depends on its cells, its number and the seed alone.
#[derive(Clone, Debug)]
pub struct Keeper {
    found: Vec<Found>,
    decimals: Vec<usize>,
    support: Support,
}

/// What repairs changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Rows that were looked at.
    pub rows: usize,
    /// Rows in which a cell was changed.
    pub changed: usize,
    /// Cells that were changed; a cell that was changed twice counts once.
    pub cells: usize,
    /// Rows that still break a relation: those that contradict each other.
    pub broken: usize,
}

impl Keeper {
    /// A keeper of the relations of a table with this schema.
    /// A missing cell that a relation wants filled is drawn from `support`.
    pub fn new(mut found: Vec<Found>, schema: &Schema, support: &Support) -> Self {
        found.sort_by_key(|found| turn(&found.relation));
        let decimals = schema.columns.iter().map(|column| column.decimals).collect();
        Self { found, decimals, support: support.clone() }
    }

    /// Other relations of the same table in place of those so far.
    pub(super) fn set(&mut self, found: &[Found]) {
        self.found = found.to_vec();
        self.found.sort_by_key(|found| turn(&found.relation));
    }

    /// Repairs a table whose first row is row `first` of a longer one.
    ///
    /// - Equal: the second cell becomes the first one, or the first the second where the second
    ///   column never has the first one's value.
    /// - Formula: the column is computed.
    /// - Order: the two cells change places, or become equal where that is usual.
    /// - Combinations: the known one with most of the cells; what follows, from one column or
    ///   several, is looked up.
    /// - Implication, of one premise or several: the conclusion is made true.
    /// - Missing together: if half of the cells are missing, all become so.
    /// - A cell that may not be missing is drawn from the distribution of its column.
    pub fn keep(&self, table: &mut Table, seed: u64, first: u64) -> Kept {
        let mut kept = Kept { rows: table.rows(), ..Kept::default() };
        for row in 0..table.rows() {
            let cells = table.cells.row_mut(row);
            let before = cells.to_vec();
            if !self.keep_row(cells, [seed, first + row as u64]) {
                kept.broken += 1;
            }
            let same = |(a, b): &(&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
            let changed = before.iter().zip(cells.iter()).filter(|pair| !same(pair)).count();
            kept.cells += changed;
            kept.changed += usize::from(changed > 0);
        }
        kept
    }

    /// Repairs one row; whether it keeps all relations in the end.
    /// The key is the seed and the number of the row.
    pub(super) fn keep_row(&self, cells: &mut [f64], key: [u64; 2]) -> bool {
        let breaks = |found: &Found, cells: &[f64]| match &found.relation {
            Relation::Follows { source, lookup, .. } if lookup.lacks(cells[*source]) => true,
            relation => relation.holds(cells) == Some(false),
        };
        for round in 0..ROUNDS {
            let mut repaired = false;
            for found in &self.found {
                if breaks(found, cells) {
                    self.repair(found, cells, key, round);
                    repaired = true;
                }
            }
            if !repaired {
                return true;
            }
        }
        !self.found.iter().any(|found| breaks(found, cells))
    }

    fn repair(&self, found: &Found, cells: &mut [f64], key: [u64; 2], round: usize) {
        match &found.relation {
            Relation::Equal { a, b, .. } => {
                // A code of one column, such as -1 for the living, is no value of the other.
                let fits = |from: usize, to: usize| self.support.reaches(to, cells[from]);
                let copied = [(*a, *b), (*b, *a)].into_iter().find(|(from, to)| fits(*from, *to));
                match copied {
                    Some((from, to)) => cells[to] = cells[from],
                    None => {
                        // The nearest value to the first cell that both columns have.
                        let near = self.support.nearest(*b, cells[*a]);
                        let value = number::round(near, self.decimals[*b]);
                        if self.support.reaches(*a, value) {
                            (cells[*a], cells[*b]) = (value, value);
                        }
                    }
                }
            }
            Relation::Formula(formula) => {
                if let Some(made) = formula.made(cells) {
                    cells[formula.column] = number::round(made, self.decimals[formula.column]);
                }
            }
            Relation::Combinations { columns, known } => {
                let known: Vec<Vec<f64>> = known.iter().map(|one| one.cells.clone()).collect();
                let is: Vec<f64> = columns.iter().map(|&column| cells[column]).collect();
                let wanted = &known[nearest(&known, &is)];
                columns.iter().zip(wanted).for_each(|(&column, cell)| cells[column] = *cell);
            }
            Relation::Follows { column, source, lookup } => {
                // What follows from a number of few patients is not kept, so nobody has it.
                if lookup.lacks(cells[*source]) {
                    cells[*source] = lookup.nearest(cells[*source]);
                }
                cells[*column] = lookup.of(cells[*source]).unwrap_or(cells[*column]);
            }
            Relation::Decision { column, sources, table } => {
                cells[*column] = table.of(cells, sources).unwrap_or(cells[*column]);
            }
            Relation::Either { column, values, when } => {
                cells[*column] = either(when, *values, cells).unwrap_or(cells[*column]);
            }
            Relation::Ordered { low, high } => {
                self.put_in_order(cells, [*low, *high], found.ties || round > 0)
            }
            Relation::Implies { then, .. } | Relation::Conjunction { then, .. } => match &then.test
            {
                Test::Missing => cells[then.column] = f64::NAN,
                Test::OneOf(values) => cells[then.column] = values[0],
                Test::Above(value) | Test::Below(value) => {
                    let other = 2.0 * value - cells[then.column];
                    cells[then.column] = number::round(other, self.decimals[then.column]);
                    if !then.holds(cells) || !self.support.reaches(then.column, other) {
                        self.draw(cells, then, key);
                    }
                }
                _ => self.fill(cells, then.column, key),
            },
            Relation::Together { columns } => {
                let missing = columns.iter().filter(|&&column| cells[column].is_nan()).count();
                for &column in columns {
                    if 2 * missing >= columns.len() {
                        cells[column] = f64::NAN;
                    } else if cells[column].is_nan() {
                        self.fill(cells, column, key);
                    }
                }
            }
        }
    }

    fn put_in_order(&self, cells: &mut [f64], [low, high]: [usize; 2], equal: bool) {
        let (least, most) = (cells[high], cells[low]);
        let fits = |value: f64, column: usize| number::round(value, self.decimals[column]) == value;
        if !equal && fits(least, low) && fits(most, high) {
            (cells[low], cells[high]) = (least, most);
            return;
        }
        cells[low] = number::round(least, self.decimals[low]);
        if cells[low] > least {
            cells[low] =
                number::round(least - 10f64.powi(-(self.decimals[low] as i32)), self.decimals[low]);
        }
    }

    /// A cell for which a condition holds, from the distribution of its column; if none of some is
    /// one, the last of them.
    fn draw(&self, cells: &mut [f64], then: &Condition, [seed, row]: [u64; 2]) {
        for at in 0..DRAWN {
            self.fill(cells, then.column, [seed.wrapping_add(at), row]);
            if then.holds(cells) {
                return;
            }
        }
    }

    fn fill(&self, cells: &mut [f64], column: usize, [seed, row]: [u64; 2]) {
        // Not the stream of constant columns, which have the same keys.
        let lot = lot(!seed, row, column as u64);
        if let Some(value) = self.support.draw(column, lot) {
            cells[column] = number::round(value, self.decimals[column]);
        }
    }
}

/// Missing cells come first, because a missing cell has no further demands.
/// Orders come last, because they move numbers that the other relations set.
fn turn(relation: &Relation) -> usize {
    match relation {
        Relation::Together { .. } => 0,
        Relation::Implies { then, .. } | Relation::Conjunction { then, .. }
            if matches!(then.test, Test::Missing | Test::Present) =>
        {
            1
        }
        Relation::Implies { .. } | Relation::Conjunction { .. } => 2,
        Relation::Equal { .. }
        | Relation::Combinations { .. }
        | Relation::Follows { .. }
        | Relation::Decision { .. }
        | Relation::Either { .. } => 3,
        Relation::Formula(_) => 4,
        Relation::Ordered { .. } => 5,
    }
}
