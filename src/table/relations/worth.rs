//! Which relations are worth keeping.
//! A repair that moves a column away from its distribution does more harm than the rows that break
//! the relation.

use super::{Found, Keeper};
use crate::Table;
use crate::condition::Support;
use ground::ks::ks_of_ascending;
use rayon::prelude::*;

/// Repairs may move the distribution function of a column by so much at most.
/// Missing cells count as the largest value.
const MOST_SHIFT: f64 = 0.02;

/// Splits relations into those to keep and those to give up.
/// `sample` are rows without any repair, on which they are tried.
///
/// Each relation is tried together with those that are kept already.
/// It is given up if a column's distribution would move by more than 2 points.
/// One that no row breaks once those before it are kept changes nothing.
pub fn worth_keeping(
    found: Vec<Found>,
    sample: &Table,
    support: &Support,
    seed: u64,
) -> (Vec<Found>, Vec<Found>) {
    let mut repaired = sample.clone();
    let (mut kept, mut given_up) = (Vec::new(), Vec::new());
    for candidate in found {
        let breaks =
            |row: &usize| candidate.relation.holds(repaired.cells.row(*row)) == Some(false);
        let broken: Vec<usize> = (0..sample.rows()).into_par_iter().filter(breaks).collect();
        kept.push(candidate);
        if broken.is_empty() {
            continue;
        }
        let keeper = Keeper::new(kept.clone(), &sample.schema, support);
        let mut tried = repaired.clone();
        for row in broken {
            let cells = tried.cells.row_mut(row);
            cells.copy_from_slice(sample.cells.row(row));
            keeper.keep_row(cells, [seed, row as u64]);
        }
        if (0..sample.cells.columns()).into_par_iter().any(|column| moves(&tried, sample, column)) {
            given_up.extend(kept.pop());
        } else {
            repaired = tried;
        }
    }
    (kept, given_up)
}

/// Whether a column's distribution is another one than before by more than repairs may move it.
fn moves(after: &Table, before: &Table, column: usize) -> bool {
    let cells = || after.cells.column(column).zip(before.cells.column(column));
    let changed = cells().filter(|(a, b)| a != b && !(a.is_nan() && b.is_nan())).count();
    // It cannot move by more than the share of cells that changed.
    changed as f64 > MOST_SHIFT * before.rows() as f64
        && ks_of_ascending(&sorted(before, column), &sorted(after, column)) > MOST_SHIFT
}

/// A column in ascending order, missing cells last.
fn sorted(table: &Table, column: usize) -> Vec<f64> {
    let known = |x: f64| if x.is_nan() { f64::INFINITY } else { x };
    let mut cells: Vec<f64> = table.cells.column(column).map(known).collect();
    cells.sort_unstable_by(f64::total_cmp);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relations::Relation;
    use crate::{Column, Kind, Schema};
    use ground::matrix::Matrix;

    /// Rows of a, b, c; `c` is missing where `broken(row)`, `a` is missing in every second row.
    fn table(broken: impl Fn(usize) -> bool) -> Table {
        let column = |name: &str| Column {
            name: name.into(),
            kind: Kind::Integer,
            unit: None,
            label: None,
            levels: Vec::new(),
            decimals: 0,
            missing: Vec::new(),
            ..Column::default()
        };
        let schema = Schema { columns: ["a", "b", "c"].map(column).to_vec(), ..Schema::default() };
        let cells = Matrix::from_fn(400, 3, |row, column| match column {
            0 if row % 2 == 0 => f64::NAN,
            2 if row % 2 == 0 && !broken(row) => f64::NAN,
            1 => ((row * 7) % 50) as f64,
            _ => ((row * 13) % 50) as f64,
        });
        Table { schema, cells }
    }

    fn split(sample: &Table) -> (usize, usize) {
        let train = table(|_| false);
        let relation = Relation::parse("a is missing -> c is missing", &train.schema).unwrap();
        let found = Found::count(relation, &train);
        assert_eq!((found.support, found.exceptions), (200, 0));
        let (kept, given_up) = worth_keeping(vec![found], sample, &Support::of(&train), 1);
        (kept.len(), given_up.len())
    }

    #[test]
    fn a_relation_that_few_rows_break_is_kept() {
        assert_eq!(split(&table(|row| row % 100 == 0)), (1, 0));
    }

    #[test]
    fn a_relation_whose_repair_would_empty_a_column_is_given_up() {
        assert_eq!(split(&table(|row| row % 8 == 0)), (0, 1));
    }
}
