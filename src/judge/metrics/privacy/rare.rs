//! Values that belong to one real patient alone, and whether the synthetic table publishes them.
//! Snapping to the cohort's values publishes them.

use super::pair::Pair;
use super::rows::Rows;
use std::collections::{HashMap, HashSet};

/// Once-only values in whole tables: values and levels that exactly one real row (training or
/// hold-out) has in its column.
#[derive(Clone, Copy, Debug)]
pub(super) struct RareValues {
    /// Share of the once-only values of training rows, and of hold-out rows, that appear in the
    /// same column of the synthetic table.
    pub(super) published: Pair,
    /// Standard error of the difference of the two shares when the synthetic table is a fresh
    /// sample.
    pub(super) spread: f64,
}

impl RareValues {
    /// Counts them.
    /// Given the synthetic table, a value of a training row and one of a hold-out row have the same
    /// chance of appearing by themselves.
    /// This holds for tables of any size.
    pub(super) fn of(train: &Rows, holdout: Option<&Rows>, synthetic: &Rows) -> Self {
        let real = holdout.map_or_else(|| train.clone(), |holdout| train.and(holdout));
        let tallies = tallies(&real, synthetic);
        let (training, others) = tallies.split_at(train.rows());
        let published = Pair { training: share(training), holdout: share(others) };
        Self { published, spread: spread(&tallies, training.len(), others.len()) }
    }
}

/// Once-only values of one row, and how many of them are published.
#[derive(Clone, Copy, Default)]
struct Tally {
    once: f64,
    published: f64,
}

fn tallies(real: &Rows, synthetic: &Rows) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); real.rows()];
    for column in 0..real.columns() {
        let mut counts: HashMap<u64, usize> = HashMap::new();
        real.known(column).for_each(|value| *counts.entry(value.to_bits()).or_default() += 1);
        let published: HashSet<u64> = synthetic.known(column).map(f64::to_bits).collect();
        for (row, tally) in tallies.iter_mut().enumerate() {
            let value = real.row(row)[column].to_bits();
            // Missing cells are in no count.
            if counts.get(&value) == Some(&1) {
                tally.once += 1.0;
                tally.published += f64::from(u8::from(published.contains(&value)));
            }
        }
    }
    tallies
}

fn share(rows: &[Tally]) -> f64 {
    let once: f64 = rows.iter().map(|row| row.once).sum();
    rows.iter().map(|row| row.published).sum::<f64>() / once
}

/// The linearised error of a ratio of two sums over rows, with rows as units, because a patient's
/// values appear together or not at all.
fn spread(rows: &[Tally], training: usize, holdout: usize) -> f64 {
    let ratio = share(rows);
    let count = rows.len() as f64;
    let mean = rows.iter().map(|row| row.once).sum::<f64>() / count;
    let variance = rows.iter().map(|row| (row.published - ratio * row.once).powi(2)).sum::<f64>()
        / (count - 1.0);
    (variance * (1.0 / training as f64 + 1.0 / holdout as f64)).sqrt() / mean
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two patients who were trained on and three who were not, by the formula.
    #[test]
    fn the_spread_is_that_of_both_sides() {
        let tally = |[once, published]: [f64; 2]| Tally { once, published };
        let rows = [[1.0, 1.0], [1.0, 0.0], [2.0, 1.0], [0.0, 0.0], [1.0, 1.0]].map(tally);
        // Three of five are published; the residuals are .4, -.6, -.2, 0 and .4.
        let expected = (0.72_f64 / 4.0 * (1.0 / 2.0 + 1.0 / 3.0)).sqrt();
        assert!((spread(&rows, 2, 3) - expected).abs() < 1e-12);
    }
}
