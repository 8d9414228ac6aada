//! How often a fresh row of the population would repeat a table's rows, as far as the table itself
//! can tell.
//!
//! Coarse tables repeat themselves: of three columns of few levels, most combinations occur again.
//! A row left out is a fresh row to the others, so the share of rows with a duplicate estimates the
//! share of the population that stands in the table (the coverage of Good 1953).
//! It knows nothing of who was trained on, whatever the size of the table is.

use super::rows::Rows;
use std::collections::HashMap;

/// Standard errors between what chance does and the alarm.
const SPREADS: f64 = 3.0;
/// Rows that chance may repeat although none of the table's own is: with pairs of duplicates
/// expected
/// as often as that, none occurs in less than 2 % of tables.
const UNSEEN: f64 = 8.0;
/// Repeated rows that are none where hardly one is expected.
const FEW: f64 = 3.0;
/// How much oftener training rows than synthetic ones may be repeated by the synthetic table: one
/// that is smooth, or varied, repeats the patients of the middle more easily than its own.
const OFTENER: f64 = 2.0;

/// Repetitions within one table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Repeats {
    rows: f64,
    /// Rows that stand once.
    once: f64,
    /// Rows that stand twice, counted once each.
    twice: f64,
}

impl Repeats {
    /// Counts them.
    pub(super) fn of(rows: &Rows) -> Self {
        let mut counts: HashMap<Vec<u64>, usize> = HashMap::new();
        (0..rows.rows()).for_each(|row| *counts.entry(rows.key(row)).or_default() += 1);
        let with = |count: usize| counts.values().filter(|have| **have == count).count() as f64;
        Self { rows: rows.rows() as f64, once: with(1), twice: with(2) }
    }

    /// The share of fresh rows that repeat one of the table.
    pub(super) fn share(self) -> f64 {
        1.0 - self.once / self.rows
    }

    /// The variance of that share as an estimate (Esty 1983), times the squared number of rows.
    fn variance(self) -> f64 {
        self.once * self.share() + 2.0 * self.twice
    }

    /// The share of `fresh` rows that repeat the table by chance at most.
    fn most(self, fresh: f64) -> f64 {
        let share = self.share();
        let own = self.variance() / (self.rows * self.rows);
        let spread = (own + share * (1.0 - share) / fresh).sqrt();
        share + UNSEEN / self.rows + SPREADS * spread
    }
}

/// What a table without a hold-out is compared with: the repetitions in the training rows and in
/// the synthetic rows.
pub(super) struct ByChance {
    train: Repeats,
    synthetic: Repeats,
}

impl ByChance {
    /// Of these two tables.
    pub(super) fn of(train: &Rows, synthetic: &Rows) -> Self {
        Self { train: Repeats::of(train), synthetic: Repeats::of(synthetic) }
    }

    /// The share of synthetic rows that would repeat a training row in a fresh sample.
    pub(super) fn share(&self) -> f64 {
        self.train.share()
    }

    /// The share of training rows repeated above which an alarm is raised: what synthetic rows
    /// repeat of each other, twice over, and what is chance in counts.
    pub(super) fn training_above(&self) -> f64 {
        let rows = self.train.rows;
        let share = self.synthetic.share();
        let most = self.synthetic.most(rows) - share;
        OFTENER * share + most + FEW / rows
    }

    /// The share of synthetic rows that repeat a training row above which an alarm is raised: what
    /// training rows repeat of each other.
    pub(super) fn synthetic_above(&self) -> f64 {
        self.train.most(self.synthetic.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four rows are there once and six are pairs; ten fresh ones are asked about.
    #[test]
    fn the_most_that_chance_does_counts_pairs() {
        let repeats = Repeats { rows: 10.0, once: 4.0, twice: 3.0 };
        let spread = ((4.0 * 0.6 + 2.0 * 3.0) / 100.0 + 0.6 * 0.4 / 10.0_f64).sqrt();
        assert!((repeats.most(10.0) - (0.6 + 0.8 + 3.0 * spread)).abs() < 1e-12);
    }
}
