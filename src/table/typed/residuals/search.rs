//! Which numbers others say nearly.

use super::{Residual, Residuals, is_there};
use crate::relations::least_squares;
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
    /// Terms are chosen one by one (orthogonal matching pursuit): the column that is correlated
    /// most with what is left, as long as it takes away enough of that.
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
        let there: Vec<Vec<bool>> = blocks
            .iter()
            .map(|block| rows.iter().map(|&row| is_there(block, typed.row(row))).collect())
            .collect();
        let of_block = |at: usize| {
            let block = &blocks[at];
            if block.kind == BlockKind::Levels || !is_number(at) {
                return None;
            }
            let asked = asked(blocks, at, &is_number);
            let present: Vec<usize> = (0..rows.len()).filter(|&row| there[at][row]).collect();
            Regression::of(&columns, block.first, &asked, &present)?.residual()
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

/// A regression that grows term by term.
struct Regression {
    target: usize,
    terms: Vec<usize>,
    factors: Vec<f64>,
    constant: f64,
    /// What is left, and of how much.
    left: f64,
    whole: f64,
}

impl Regression {
    /// Of a column on some of those asked, in the rows where it is present.
    fn of(columns: &[Vec<f64>], target: usize, asked: &[usize], rows: &[usize]) -> Option<Self> {
        let take = |column: usize| rows.iter().map(|&row| columns[column][row]).collect();
        let y: Vec<f64> = take(target);
        if rows.len() < ROWS_PER_TERM || variance(&y) <= 0.0 || !begins(columns, asked, &y, rows) {
            return None;
        }
        let worth = WORTH.max(CHANCE * (asked.len().max(2) as f64).ln() / rows.len() as f64);
        let x: Vec<(usize, Vec<f64>)> =
            asked.iter().map(|&column| (column, centred(take(column)))).collect();
        let whole = variance(&y);
        let mut fit =
            Self { target, terms: vec![], factors: vec![], constant: 0.0, left: whole, whole };
        let mut left = centred(y.clone());
        let mut chosen: Vec<Vec<f64>> = vec![];
        while fit.terms.len() < TERMS && rows.len() >= ROWS_PER_TERM * (fit.terms.len() + 1) {
            let Some(column) = best(&x, &left, &fit.terms) else { break };
            chosen.push(take(column));
            let Some(next) = least_squares(&chosen, &y, &vec![1.0; y.len()]) else { break };
            let said = |row: usize| next.value(chosen.iter().map(|cells| cells[row]));
            let rest: Vec<f64> = y.iter().enumerate().map(|(row, y)| y - said(row)).collect();
            let remains = variance(&rest);
            if remains > (1.0 - worth) * fit.left {
                break;
            }
            fit.terms.push(column);
            (fit.factors, fit.constant) = (next.factors, next.constant);
            (fit.left, left) = (remains, rest);
        }
        Some(fit)
    }

    /// What is learned, if enough is said and something is left.
    fn residual(self) -> Option<Residual> {
        let part = self.left / self.whole;
        let nearly = !self.terms.is_empty() && part <= 1.0 - NEARLY && part > 1e-12;
        nearly.then(|| Residual {
            column: self.target,
            terms: self.terms.into_iter().zip(self.factors).collect(),
            constant: self.constant,
            scale: part.sqrt(),
        })
    }
}

/// Whether one column alone says enough for a search. It copies nothing, as most numbers end here.
fn begins(columns: &[Vec<f64>], asked: &[usize], y: &[f64], rows: &[usize]) -> bool {
    let (n, middle, spread) = (rows.len() as f64, mean(y), variance(y));
    let says = |column: &usize| {
        let cells = rows.iter().map(|&row| columns[*column][row]);
        let [mut x, mut xx, mut xy] = [0.0; 3];
        for (cell, y) in cells.zip(y) {
            x += cell;
            xx += cell * cell;
            xy += cell * y;
        }
        let varies = xx - x * x / n;
        varies > 1e-9 * n && (xy - x * middle).powi(2) >= BEGUN * varies * n * spread
    };
    asked.iter().any(says)
}

/// The column that is correlated most with what is left, of those not yet taken.
fn best(x: &[(usize, Vec<f64>)], left: &[f64], taken: &[usize]) -> Option<usize> {
    let free = x.iter().filter(|(column, _)| !taken.contains(column));
    let scored = free.map(|(column, cells)| (squared_correlation(cells, left), *column));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    (best.0 > 0.0).then_some(best.1)
}

fn mean(cells: &[f64]) -> f64 {
    cells.iter().sum::<f64>() / cells.len() as f64
}

fn centred(mut cells: Vec<f64>) -> Vec<f64> {
    let mean = mean(&cells);
    cells.iter_mut().for_each(|x| *x -= mean);
    cells
}

fn variance(cells: &[f64]) -> f64 {
    let mean = mean(cells);
    cells.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / cells.len() as f64
}

/// Of two columns of mean 0; 0 where one of them does not vary.
fn squared_correlation(x: &[f64], y: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let product = dot(x, x) * dot(y, y);
    if product > 1e-300 { dot(x, y).powi(2) / product } else { 0.0 }
}
