//! Rows that the synthetic table publishes unchanged.

use super::rows::Rows;
use std::collections::HashSet;

/// How many rows agree cell for cell, missing cells included, over the whole tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copies {
    /// Training rows that the synthetic table repeats.
    pub training: usize,
    /// Hold-out rows that it repeats, which only chance can do.
    pub holdout: Option<usize>,
    /// Training rows that another training row repeats.
    pub duplicates: usize,
    /// Synthetic rows that repeat a training row.
    pub synthetic: usize,
}

impl Copies {
    /// Counts them.
    pub(super) fn count(train: &Rows, holdout: Option<&Rows>, synthetic: &Rows) -> Self {
        let training = keys(train);
        let generated = keys(synthetic);
        let mut sorted: Vec<Vec<u64>> = (0..train.rows()).map(|row| train.key(row)).collect();
        sorted.sort_unstable();
        Self {
            training: repeated(train, &generated),
            holdout: holdout.map(|holdout| repeated(holdout, &generated)),
            duplicates: sorted
                .chunk_by(|a, b| a == b)
                .map(|group| if group.len() > 1 { group.len() } else { 0 })
                .sum(),
            synthetic: repeated(synthetic, &training),
        }
    }

    /// The share of rows repeated by chance above which an alarm is raised.
    /// In the reference `repeated` of `rows` are repeated.
    /// The limit is three standard errors of a difference of two shares, and three rows more
    /// because the reference may be none or few.
    ///
    /// Given the synthetic table, every row of the population has the same chance of being
    /// repeated.
    /// So both counts are binomial, and the sizes of the tables do not matter.
    /// For any such chance, four or more repeated training rows beside none in a reference of that
    /// size happen in at most about 2 % of fresh samples.
    /// In tables with many measured columns they practically never happen.
    pub(super) fn alarm_above(repeated: usize, rows: usize) -> f64 {
        let (repeated, rows) = (repeated as f64, rows as f64);
        let share = repeated / rows;
        share + (3.0 + 3.0 * (2.0 * repeated * (1.0 - share)).sqrt()) / rows
    }
}

fn keys(rows: &Rows) -> HashSet<Vec<u64>> {
    (0..rows.rows()).map(|row| rows.key(row)).collect()
}

fn repeated(rows: &Rows, others: &HashSet<Vec<u64>>) -> usize {
    (0..rows.rows()).filter(|&row| others.contains(&rows.key(row))).count()
}
