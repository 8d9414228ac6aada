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
    let mut changes = vec![0; sample.cells.columns()];
    let (mut keeper, mut given_up) = (Keeper::new(Vec::new(), &sample.schema, support), Vec::new());
    let mut kept: Vec<Found> = Vec::new();
    for candidate in found {
        let breaks =
            |row: &usize| candidate.relation.holds(repaired.cells.row(*row)) == Some(false);
        let broken: Vec<usize> = (0..sample.rows()).into_par_iter().filter(breaks).collect();
        kept.push(candidate);
        keeper.set(&kept);
        if broken.is_empty() {
            continue;
        }
        let again = |row: usize| {
            let mut cells = sample.cells.row(row).to_vec();
            keeper.keep_row(&mut cells, [seed, row as u64]);
            (row, cells)
        };
        let rows: Vec<(usize, Vec<f64>)> = broken.into_par_iter().map(again).collect();
        if moves(sample, &repaired, &mut changes, &rows) {
            given_up.extend(kept.pop());
        } else {
            rows.iter()
                .for_each(|(row, cells)| repaired.cells.row_mut(*row).copy_from_slice(cells));
        }
    }
    (kept, given_up)
}
/// Whether these rows in place of those of `repaired` move a column's distribution away from that
/// of `sample` by more than repairs may move it.
/// `changes` counts, column by column, the cells in which `repaired` differs from `sample`; it is
/// brought up to date unless something moves.
fn moves(
    sample: &Table,
    repaired: &Table,
    changes: &mut [usize],
    rows: &[(usize, Vec<f64>)],
) -> bool {
    let differ = |a: f64, b: f64| a != b && !(a.is_nan() && b.is_nan());
    // None for a column that stays as it is.
    let count = |column: usize| {
        let mut after = changes[column];
        let mut touched = false;
        for (row, cells) in rows {
            let (before, now) = (repaired.cells[(*row, column)], cells[column]);
            touched |= differ(before, now);
            after += usize::from(differ(now, sample.cells[(*row, column)]));
            after -= usize::from(differ(before, sample.cells[(*row, column)]));
        }
        touched.then_some((column, after))
    };
    let touched: Vec<(usize, usize)> =
        (0..changes.len()).into_par_iter().filter_map(count).collect();
    let moves = |&(column, changed): &(usize, usize)| {
        // It cannot move by more than the share of cells that changed.
        changed as f64 > MOST_SHIFT * sample.rows() as f64 && {
            let mut after: Vec<f64> = repaired.cells.column(column).collect();
            rows.iter().for_each(|(row, cells)| after[*row] = cells[column]);
            let before = ascending(sample.cells.column(column));
            ks_of_ascending(&before, &ascending(after.into_iter())) > MOST_SHIFT
        }
    };
    if touched.par_iter().any(moves) {
        return true;
    }
    touched.into_iter().for_each(|(column, after)| changes[column] = after);
    false
}

/// Cells in ascending order, missing ones last.
fn ascending(cells: impl Iterator<Item = f64>) -> Vec<f64> {
    let known = |x: f64| if x.is_nan() { f64::INFINITY } else { x };
    let mut cells: Vec<f64> = cells.map(known).collect();
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
        let column =
            |name: &str| Column { name: name.into(), kind: Kind::Integer, ..Column::default() };
        let schema = Schema { columns: ["a", "b", "c"].map(column).to_vec(), ..Schema::default() };
        let cells = Matrix::from_fn(400, 3, |row, column| match column {
            0 if row % 2 == 0 => f64::NAN,
            2 if row % 2 == 0 && !broken(row) => f64::NAN,
            1 => ((row * 7) % 50) as f64,
            _ => ((row * 13) % 50) as f64,
        });
        Table { schema, cells, patients: None }
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
