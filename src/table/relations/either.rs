//! Columns of two levels that say whether any of others holds: `any drug = yes` where one of the
//! drugs is taken, `none of these = no` where one of the boxes is checked.

use super::chance::{FEWEST, is_believed};
use super::columns::found;
use super::values::Values;
use super::{Found, Relation};
use crate::Table;
use crate::condition::{Condition, Test};
use rayon::prelude::*;

/// Others at most.
const MOST: usize = 16;

/// Rows of a level of another column at least.
const ROWS: usize = 5;

/// The columns that say whether any of others holds.
/// Those of `groups` have one of few combinations, so that they need no further relation.
pub(super) fn find(table: &Table, values: &[Values], groups: &[Vec<usize>]) -> Vec<Found> {
    let coded = |at: usize| table.schema.columns[at].kind.is_coded();
    let two: Vec<usize> =
        (0..values.len()).filter(|&at| coded(at) && values[at].len() == 2).collect();
    let levels: usize = (0..values.len()).filter(|&at| coded(at)).map(|at| values[at].len()).sum();
    let of_column = |&column: &usize| {
        let own = groups.iter().find(|group| group.contains(&column));
        let is_other = |at: usize| own.is_none_or(|own| !own.contains(&at));
        let others: Vec<usize> =
            (0..values.len()).filter(|&at| at != column && coded(at) && is_other(at)).collect();
        (0..2).find_map(|value| of_value(values, &others, [column, value], levels))
    };
    two.par_iter().filter_map(of_column).collect()
}

/// The levels of other columns of which one holds wherever, and only where, a column has a value.
fn of_value(
    values: &[Values],
    others: &[usize],
    [column, value]: [usize; 2],
    levels: usize,
) -> Option<Found> {
    let own = &values[column];
    let mut open = own.sets[value].clone();
    let (marked, all) = (open.len(), own.present());
    if marked < FEWEST || all - marked < FEWEST {
        return None;
    }
    let candidates = others.iter().flat_map(|&at| (0..values[at].len()).map(move |v| (at, v)));
    let mut candidates: Vec<(usize, usize)> = candidates
        .filter(|&(at, v)| {
            values[at].rows[v] >= ROWS
                && values[at].sets[v].shared_is_within(&own.there, &own.sets[value])
        })
        .collect();
    let mut when = Vec::new();
    while open.len() > 0 {
        let covers = |&(at, v): &(usize, usize)| open.shared(&values[at].sets[v]);
        let best =
            (0..candidates.len()).max_by_key(|&at| (covers(&candidates[at]), usize::MAX - at))?;
        let (at, v) = candidates.swap_remove(best);
        let before = open.len();
        open = open.without(&values[at].sets[v]);
        if open.len() == before || when.len() == MOST {
            return None;
        }
        when.push((at, v));
    }
    when.sort_unstable();
    // ln of one in so many ways to choose the marked rows, and of so many lists of levels.
    let ways: f64 = (0..marked).map(|i| ((all - i) as f64 / (marked - i) as f64).ln()).sum();
    let lists = when.len() as f64 * (levels.max(1) as f64).ln();
    if when.len() < 2 || !is_believed(lists - ways, values.len()) {
        return None;
    }
    let condition = |(at, v): (usize, usize)| Condition {
        column: at,
        test: Test::OneOf(vec![values[at].cells[v]]),
    };
    let relation = Relation::Either {
        column,
        values: [own.cells[value], own.cells[1 - value]],
        when: when.into_iter().map(condition).collect(),
    };
    Some(found(relation, all))
}
