//! Which numbers others say nearly.

use super::{Residual, Residuals, is_there};
use crate::relations::{least_squares, pursue};
use ground::blocks::{Block, BlockKind};
use ground::matrix::Matrix;
use rayon::prelude::*;

/// The share of a number's variance that others must say.
const NEARLY: f64 = 0.9;

/// One column alone must say so much, or the search is not begun.
const BEGUN: f64 = 0.5;

/// Most terms of a regression.
const TERMS: usize = 8;

/// A regression has so many rows for each term at least.
const ROWS_PER_TERM: usize = 20;

/// A further term takes away this part of what is left at least.
const WORTH: f64 = 0.1;

/// What the best of `k` columns that say nothing takes away of `n` rows is about `2 ln(k) / n`; a
/// term must take twice that.
const CHANCE: f64 = 4.0;

/// So many rows, spread over all, are looked at.
const LOOKED_AT: usize = 4096;

impl Residuals {
    /// Of the typed matrix of training rows: numbers of the blocks for which `is_number` holds.
    ///
    /// Terms are taken in one by one ([`pursue`]): the column that takes away most of what is left,
    /// as long as that is enough.
    /// A number may ask all levels and masks, and the numbers before it.
    pub(in crate::typed) fn of(
        typed: &Matrix,
        blocks: &[Block],
        is_number: impl Fn(usize) -> bool + Sync,
    ) -> Self {
        let step = typed.rows().div_ceil(LOOKED_AT).max(1);
        let rows: Vec<usize> = (0..typed.rows()).step_by(step).collect();
        let columns: Vec<Vec<f64>> = (0..typed.columns())
            .map(|column| rows.iter().map(|&row| typed[(row, column)]).collect())
            .collect();
        let of_block = |at: usize| {
            let block = &blocks[at];
            if block.kind == BlockKind::Levels || !is_number(at) {
                return None;
            }
            let there = |row: &usize| is_there(block, typed.row(rows[*row]));
            let present: Vec<usize> = (0..rows.len()).filter(there).collect();
            residual(&columns, block.first, &asked(blocks, at, &is_number), &present)
        };
        Self((0..blocks.len()).into_par_iter().filter_map(of_block).collect())
    }
}

/// The columns that the number of a block may ask.
fn asked(blocks: &[Block], of: usize, is_number: &impl Fn(usize) -> bool) -> Vec<usize> {
    let columns = |(at, block): (usize, &Block)| match block.kind {
        _ if at == of => 0..0,
        BlockKind::Levels => block.first..block.end(),
        _ if at < of || !is_number(at) => block.first..block.end(),
        _ => block.first + 1..block.end(),
    };
    blocks.iter().enumerate().flat_map(columns).collect()
}

/// What is learned of a column that is present in some rows, if those asked say enough of it and
/// something is left.
fn residual(
    columns: &[Vec<f64>],
    column: usize,
    asked: &[usize],
    rows: &[usize],
) -> Option<Residual> {
    let take =
        |column: usize| -> Vec<f64> { rows.iter().map(|&row| columns[column][row]).collect() };
    let y = take(column);
    if rows.len() < ROWS_PER_TERM || !begins(columns, asked, &y, rows) {
        return None;
    }
    let x: Vec<Vec<f64>> = asked.iter().map(|&column| take(column)).collect();
    let all: Vec<&[f64]> = x.iter().chain([&y]).map(Vec::as_slice).collect();
    let worth = WORTH.max(CHANCE * (asked.len().max(2) as f64).ln() / rows.len() as f64);
    let (mut terms, mut part) = (Vec::new(), 1.0);
    let most = TERMS.min(rows.len() / ROWS_PER_TERM);
    pursue(&all, asked.len(), [most, rows.len()], |taken, left, whole| {
        let now = (left / whole).powi(2);
        if now > (1.0 - worth) * part {
            return Some(());
        }
        (terms, part) = (taken.to_vec(), now);
        None
    });
    if !(1e-12..=1.0 - NEARLY).contains(&part) {
        return None;
    }
    let chosen: Vec<Vec<f64>> = terms.iter().map(|&term| x[term].clone()).collect();
    let fit = least_squares(&chosen, &y, &vec![1.0; y.len()])?;
    Some(Residual {
        column,
        terms: terms.iter().map(|&term| asked[term]).zip(fit.factors).collect(),
        constant: fit.constant,
        scale: part.sqrt(),
    })
}

/// Whether one column alone says enough for a search. It copies nothing, as most numbers end here.
fn begins(columns: &[Vec<f64>], asked: &[usize], y: &[f64], rows: &[usize]) -> bool {
    let n = rows.len() as f64;
    let mean = y.iter().sum::<f64>() / n;
    let spread = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>();
    let says = |column: &usize| {
        let cells = rows.iter().map(|&row| columns[*column][row]);
        let [mut x, mut xx, mut xy] = [0.0; 3];
        for (cell, y) in cells.zip(y) {
            x += cell;
            xx += cell * cell;
            xy += cell * y;
        }
        let varies = xx - x * x / n;
        varies > 1e-9 * n && (xy - x * mean).powi(2) >= BEGUN * varies * spread
    };
    spread > 0.0 && asked.iter().any(says)
}
