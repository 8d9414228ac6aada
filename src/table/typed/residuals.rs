//! Numbers that others say nearly, learned as the residual of a linear regression on them.
//!
//! Length and width of a stone, weight at admission and at discharge: what tells patients apart is
//! the little by which one differs from what the other says.
//! A loss on normal scores hardly sees that, as it is a hundredth of their variance.
//! The residual has the variance of every other column.

mod search;

use super::observed::is_missing;
use ground::blocks::{Block, BlockKind};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Residuals beyond so many standard deviations grow by their logarithm only, so that few patients
/// with odd values do not outweigh all others.
const BULK: f64 = 3.0;

/// One number that is learned as a residual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Residual {
    /// The typed column of its normal score.
    column: usize,
    /// Typed columns that say it nearly, each with its coefficient.
    terms: Vec<(usize, f64)>,
    /// The intercept of the regression.
    constant: f64,
    /// The residual's standard deviation as a part of the score's.
    scale: f64,
}

/// The numbers of a typed matrix that are learned as residuals, in the order of their columns.
/// Of numbers a residual asks those before it alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Residuals(Vec<Residual>);

impl Residuals {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Typed rows of scores as they are learned.
    pub(super) fn apply(&self, matrix: &mut Matrix, blocks: &[Block]) {
        for row in 0..matrix.rows() {
            let row = matrix.row_mut(row);
            // From the last to the first, so that each still finds scores.
            for residual in self.0.iter().rev() {
                let block = residual.block(blocks);
                if is_there(block, row) {
                    let unit = block.scale;
                    let left = (row[residual.column] - residual.said(row)) / residual.scale;
                    row[residual.column] = unit * compressed(left / unit);
                }
            }
        }
    }

    /// The scores of generated rows.
    pub(super) fn scores<'a>(&self, generated: &'a Matrix, blocks: &[Block]) -> Cow<'a, Matrix> {
        if self.is_empty() {
            return Cow::Borrowed(generated);
        }
        let mut scores = generated.clone();
        (0..scores.rows()).for_each(|row| self.undo(scores.row_mut(row), blocks));
        Cow::Owned(scores)
    }

    /// The scores of one generated row, whose missing numbers become 0 as in real rows.
    pub(super) fn undo(&self, row: &mut [f64], blocks: &[Block]) {
        if self.is_empty() {
            return;
        }
        for block in blocks {
            if !is_there(block, row) {
                row[block.first] = 0.0;
            }
        }
        for residual in &self.0 {
            let block = residual.block(blocks);
            if is_there(block, row) {
                let left = block.scale * expanded(row[residual.column] / block.scale);
                row[residual.column] = residual.said(row) + residual.scale * left;
            }
        }
    }

    /// Whether every column is there, is a number where it must be, and asks no later number.
    pub(super) fn is_sound(&self, blocks: &[Block]) -> bool {
        let number = |column: usize| {
            let is = |block: &&Block| block.kind != BlockKind::Levels && block.first == column;
            blocks.iter().any(|block| is(&block))
        };
        let width = blocks.last().map_or(0, Block::end);
        let sound = |residual: &Residual| {
            let asks = |&(column, factor): &(usize, f64)| {
                column < width
                    && factor.is_finite()
                    && (column < residual.column || !number(column))
            };
            number(residual.column)
                && residual.constant.is_finite()
                && residual.scale.is_finite()
                && residual.scale > 0.0
                && residual.terms.iter().all(asks)
        };
        self.0.iter().all(sound) && self.0.windows(2).all(|pair| pair[0].column < pair[1].column)
    }
}

impl Residual {
    /// The block of its number.
    fn block<'a>(&self, blocks: &'a [Block]) -> &'a Block {
        &blocks[blocks.partition_point(|block| block.end() <= self.column)]
    }

    /// What the others say.
    fn said(&self, row: &[f64]) -> f64 {
        self.terms.iter().map(|(column, factor)| factor * row[*column]).sum::<f64>() + self.constant
    }
}

/// Whether a number of a row is not masked; levels are always there.
fn is_there(block: &Block, row: &[f64]) -> bool {
    block.kind != BlockKind::MaskedNumber || !is_missing(row[block.first + 1], block.scale)
}

/// A residual in standard deviations, as it is learned.
fn compressed(x: f64) -> f64 {
    let beyond = x.abs() - BULK;
    if beyond > 0.0 { (BULK + beyond.ln_1p()).copysign(x) } else { x }
}

/// The way back.
fn expanded(x: f64) -> f64 {
    let beyond = x.abs() - BULK;
    if beyond > 0.0 { (BULK + beyond.exp_m1()).copysign(x) } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_residuals_come_back() {
        for x in [-60.0, -3.1, -3.0, -0.2, 0.0, 2.9, 3.0, 4.0, 1e6] {
            let there = compressed(x);
            assert!(there.abs() <= x.abs() && there.abs() < 18.0, "{x}: {there}");
            assert!((expanded(there) - x).abs() <= 1e-9 * x.abs().max(1.0), "{x}: {there}");
        }
    }
}
