//! Whether an order needs to be built in: whether columns that go together as these two do would
//! break it.

use crate::Table;
use ground::correlation::pearson;

/// Pairs that are drawn.
const DRAWN: usize = 4000;

/// The share of them that must break the order.
const BROKEN: f64 = 0.002;

/// Whether two columns of these distributions and this correlation of ranks would break
/// `low <= high` in more than one row of 500.
/// An order with a wide gap between the columns needs no care.
pub(super) fn is_close(train: &Table, [low, high]: [usize; 2]) -> bool {
    let rows = (0..train.rows()).map(|row| [train.cells[(row, low)], train.cells[(row, high)]]);
    let pairs: Vec<[f64; 2]> = rows.filter(|pair| pair.iter().all(|x| !x.is_nan())).collect();
    if pairs.is_empty() {
        return false;
    }
    let side = |at: usize| pairs.iter().map(|pair| pair[at]).collect::<Vec<f64>>();
    let (lows, highs) = (side(0), side(1));
    let r = pearson(&ranks(&lows), &ranks(&highs));
    let r = if r.is_nan() { 0.0 } else { r };
    // Two numbers of this correlation, the first in steps, the second spread evenly over them.
    let first: Vec<f64> = (0..DRAWN).map(|at| level(at, DRAWN)).collect();
    let mix = |at: usize| {
        let spread = (at as f64 * 0.618_033_988_749_895).fract();
        let (x, e) = (normal(first[at]), normal(spread.clamp(1e-9, 1.0 - 1e-9)));
        r * x + (1.0 - r * r).max(0.0).sqrt() * e
    };
    let second = ranks(&(0..DRAWN).map(mix).collect::<Vec<f64>>());
    let sorted = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values
    };
    let (lows, highs) = (sorted(lows), sorted(highs));
    let at = |values: &[f64], level: f64| values[(level * values.len() as f64) as usize];
    let broken = (0..DRAWN)
        .filter(|&one| at(&lows, first[one]) > at(&highs, second[one] / DRAWN as f64))
        .count();
    broken as f64 > BROKEN * DRAWN as f64
}

fn normal(level: f64) -> f64 {
    crate::typed::normal::quantile(level)
}

fn level(at: usize, of: usize) -> f64 {
    (at as f64 + 0.5) / of as f64
}

/// The places of values in ascending order, equal ones in the middle of theirs; from 0.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for run in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let middle = first as f64 + (run.len() - 1) as f64 / 2.0;
        run.iter().for_each(|&at| ranks[at] = middle);
        first += run.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typed::derived::close;
    use crate::{Column, Kind, Schema};
    use ground::matrix::Matrix;

    fn table(high: impl Fn(f64, f64) -> f64) -> Table {
        let column =
            |name: &str| Column { name: name.into(), kind: Kind::Integer, ..Column::default() };
        let schema = Schema { columns: ["low", "high"].map(column).to_vec(), ..Schema::default() };
        let lot = |row: usize, salt: usize| ((row * 7919 + salt) * 104_729 % 10_007) as f64;
        let cells = Matrix::from_fn(300, 2, |row, column| match column {
            0 => lot(row, 1) % 1000.0,
            _ => high(lot(row, 1) % 1000.0, lot(row, 5)),
        });
        Table { schema, cells, patients: None }
    }

    #[test]
    fn a_short_stay_is_close_and_a_far_range_is_not() {
        let stay = table(|low, lot| low + 1.0 + lot % 20.0);
        assert!(close::is_close(&stay, [0, 1]));
        let far = table(|_, lot| 2000.0 + lot % 20.0);
        assert!(!close::is_close(&far, [0, 1]));
    }
}
