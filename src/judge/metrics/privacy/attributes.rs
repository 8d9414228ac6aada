//! Attribute inference (CAP, correct attribution probability).
//! An attacker who knows everything about a patient except one level looks it up in the most
//! similar synthetic rows.
//!
//! A right guess alone is no leak: a good synthetic table shows what the population is like, so
//! anyone can guess about anyone.
//! It is a leak only as far as the guesses are better for training rows than for hold-out rows.

use super::draws::Draw;
use super::rows::{MISSING, Rows};
use rayon::prelude::*;

/// So many synthetic rows vote.
/// Each votes with the inverse of its distance, so that a near copy outvotes the others.
const VOTERS: usize = 5;
/// Added to distances before they are inverted.
const NOTHING: f64 = 1e-9;

/// How often a level of one column was guessed right: shares in [0, 1], medians over the draws.
/// NaN where nothing can be guessed.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeRisk {
    /// Number of the column.
    pub column: usize,
    /// For training rows.
    pub training: f64,
    /// For hold-out rows; NaN without a hold-out.
    pub holdout: f64,
    /// For training rows, by always guessing the synthetic table's most frequent level.
    pub margins: f64,
}

/// Guesses from the synthetic rows of one draw about every real row of the pool.
pub(super) struct Guesses {
    columns: usize,
    /// For each real row and each sensitive column whether the guess is right; `None` where the
    /// patient has no level or nothing can be guessed.
    right: Vec<Option<bool>>,
    /// The same for the most frequent level.
    margins: Vec<Option<bool>>,
}

impl Guesses {
    /// Guesses the `sensitive` coded columns of the first `real` rows.
    pub(super) fn make(
        rows: &Rows,
        distances: &[f64],
        real: usize,
        draw: &Draw,
        sensitive: &[usize],
    ) -> Self {
        let frequent: Vec<Option<f64>> =
            sensitive.iter().map(|&column| frequent(rows, draw, column)).collect();
        let truth =
            |row: usize, column: usize| Some(rows.row(row)[column]).filter(|&cell| cell != MISSING);
        let mut right = vec![None; real * sensitive.len()];
        right.par_chunks_mut(sensitive.len().max(1)).enumerate().for_each(|(row, right)| {
            for (right, &column) in right.iter_mut().zip(sensitive) {
                let guess = || guess(rows, distances, row, draw, column);
                *right = truth(row, column).and_then(|truth| Some(guess()? == truth));
            }
        });
        let cells = (0..real).flat_map(|row| {
            sensitive.iter().zip(&frequent).map(move |(&column, &level)| (row, column, level))
        });
        let margins =
            cells.map(|(row, column, level)| Some(level? == truth(row, column)?)).collect();
        Self { columns: sensitive.len(), right, margins }
    }

    /// The share of right guesses about some rows, over all sensitive columns or one of them (its
    /// place in the list).
    pub(super) fn accuracy(&self, rows: &[usize], column: Option<usize>) -> f64 {
        share(&self.right, self.columns, rows, column)
    }

    /// The same for guesses by the most frequent level.
    pub(super) fn margin_accuracy(&self, rows: &[usize], column: Option<usize>) -> f64 {
        share(&self.margins, self.columns, rows, column)
    }
}

fn share(right: &[Option<bool>], columns: usize, rows: &[usize], column: Option<usize>) -> f64 {
    let wanted = column.map_or(0..columns, |column| column..column + 1);
    let cells = rows.iter().flat_map(|row| &right[row * columns..][wanted.clone()]).flatten();
    let (mut known, mut correct) = (0.0, 0.0);
    for &cell in cells {
        known += 1.0;
        correct += f64::from(u8::from(cell));
    }
    correct / known
}

/// The level with the most votes among the nearest synthetic rows that have one.
/// The column itself does not count in the distance.
fn guess(rows: &Rows, distances: &[f64], row: usize, draw: &Draw, column: usize) -> Option<f64> {
    let count = rows.rows();
    let columns = rows.columns() as f64;
    let own = rows.row(row)[column];
    let mut best: Vec<(f64, f64)> = Vec::with_capacity(VOTERS + 1);
    for &other in &draw.synthetic {
        let level = rows.row(other)[column];
        if level == MISSING {
            continue;
        }
        let differs = if level == own { 0.0 } else { 1.0 };
        let distance = (distances[row * count + other] * columns - differs).max(0.0);
        if best.len() < VOTERS || distance < best[VOTERS - 1].0 {
            let place = best.partition_point(|&(kept, _)| kept <= distance);
            best.insert(place, (distance, level));
            best.truncate(VOTERS);
        }
    }
    winner(best.into_iter().map(|(distance, level)| (level, 1.0 / (distance + NOTHING))).collect())
}

/// The most frequent level of a column of the synthetic rows.
fn frequent(rows: &Rows, draw: &Draw, column: usize) -> Option<f64> {
    let levels =
        draw.synthetic.iter().map(|&row| rows.row(row)[column]).filter(|&level| level != MISSING);
    winner(levels.map(|level| (level, 1.0)).collect())
}

/// The level with the largest sum of votes, the lowest of equal ones.
fn winner(mut votes: Vec<(f64, f64)>) -> Option<f64> {
    votes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let sums = votes
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| (group[0].0, group.iter().map(|vote| vote.1).sum::<f64>()));
    sums.fold(None, |best: Option<(f64, f64)>, sum| {
        best.filter(|best| best.1 >= sum.1).or(Some(sum))
    })
    .map(|best| best.0)
}
