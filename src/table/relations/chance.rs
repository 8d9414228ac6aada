//! Whether rows can keep a relation by chance, as the rows of independent columns would.

use super::Formula;
use crate::Table;

/// A relation is believed if, with independent columns, fewer than one table in a thousand would
/// show one like it.
const BELIEVED: f64 = 1e-3;

/// A relation must say something about so many rows at least.
pub(super) const FEWEST: usize = 20;

/// Whether an event is too rare to be the luckiest of `candidates`.
/// `chance` is the natural logarithm of its probability.
pub(super) fn is_believed(chance: f64, candidates: usize) -> bool {
    chance + (candidates.max(1) as f64).ln() < BELIEVED.ln()
}

/// The same where every set of so many of the columns was a candidate.
pub(super) fn is_believed_of_sets(chance: f64, columns: usize, size: usize) -> bool {
    is_believed(chance + size as f64 * (columns.max(1) as f64).ln(), 1)
}

/// The logarithm of the chance that `drawn` rows are all marked, if they are drawn from `all` rows
/// of which `marked` are.
pub(super) fn all_marked(drawn: usize, marked: usize, all: usize) -> f64 {
    if drawn > marked {
        return f64::NEG_INFINITY;
    }
    (0..drawn).map(|i| ((marked - i) as f64 / (all - i) as f64).ln()).sum()
}

/// The logarithm of the chance that all of `rows` pass a test that a random pair passes with this
/// probability.
pub(super) fn all_pass(rows: usize, probability: f64) -> f64 {
    rows as f64 * probability.ln()
}

/// Logarithm of the chance that the column of a formula, shuffled, fits in all rows but those that
/// the formula was fitted to, and how many rows those are; none if a row does not fit.
pub(super) fn by_shuffling(table: &Table, formula: &Formula) -> Option<(f64, usize)> {
    let mut pairs = Vec::new();
    for row in (0..table.rows()).map(|row| table.cells.row(row)) {
        match formula.holds(row) {
            Some(true) => {
                let made = formula.made(row)?;
                pairs.push((row[formula.column], made, formula.slack(row, made)));
            }
            Some(false) => return None,
            None => {}
        }
    }
    let count = pairs.len();
    let fitted = formula.expression.columns().len() + 1;
    Some((all_shuffled_fit(&pairs, count.checked_sub(fitted)?), count))
}

/// Logarithm of the chance that so many cells, shuffled, are where they are made, within a slack;
/// given the cells, what is made of others in their rows, and the slacks.
pub(super) fn all_shuffled_fit(rows: &[(f64, f64, f64)], count: usize) -> f64 {
    let mut cells: Vec<f64> = rows.iter().map(|row| row.0).collect();
    cells.sort_by(f64::total_cmp);
    let near = |(_, made, slack): &(f64, f64, f64)| {
        cells.partition_point(|cell| *cell <= made + slack)
            - cells.partition_point(|cell| *cell < made - slack)
    };
    let matches: usize = rows.iter().map(near).sum();
    all_pass(count, matches as f64 / (rows.len() * rows.len()) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_of_small_urns() {
        // Two of four are marked: both of two drawn with the chance 1/6.
        assert!((all_marked(2, 2, 4).exp() - 1.0 / 6.0).abs() < 1e-12);
        assert_eq!(all_marked(3, 2, 4), f64::NEG_INFINITY);
        assert_eq!(all_marked(5, 9, 9), 0.0);
        assert!((all_pass(10, 0.5).exp() - 1.0 / 1024.0).abs() < 1e-12);
        assert!(!is_believed(1e-4_f64.ln(), 100) && is_believed(1e-6_f64.ln(), 100));
    }
}
