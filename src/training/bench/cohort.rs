//! The made-up cohort of the benchmarks: without structure, and the same on every machine.

use crate::gan::Recipe;
use engine::op::philox;
use ground::blocks::{Block, BlockKind, Blocks};
use ground::matrix::Matrix;

/// Levels of a coded feature, the last of them "missing".
const LEVELS: usize = 4;

/// Share of missing cells where there are any.
const GONE: f64 = 0.2;

/// Encoded rows, and the blocks of their columns where the recipe has heads.
pub(super) struct MadeUp {
    pub(super) rows: Matrix,
    pub(super) blocks: Option<Blocks>,
}

/// A cohort of so many rows and features for a recipe.
///
/// Without heads a feature is a column of uniform numbers in [-1, 1), so there are no ties.
/// With heads the features are in turn one of four levels, a number, a number with missing cells,
/// and one of two levels.
/// These are nine columns for four features, where the bundled cohort has ten.
pub(super) fn made_up(recipe: &Recipe, rows: usize, features: usize) -> MadeUp {
    if recipe.heads.is_none() {
        return MadeUp { rows: Matrix::from_fn(rows, features, uniform), blocks: None };
    }
    let mut blocks: Vec<Block> = Vec::new();
    for feature in 0..features {
        // The total variance of levels is 1 less the sum of their squared shares; that of a number
        // is its own and that of its mask.
        let (kind, len, missing, variance) = match feature % 4 {
            0 => (
                BlockKind::Levels,
                LEVELS,
                true,
                1.0 - GONE.powi(2) - (1.0 - GONE).powi(2) / (LEVELS - 1) as f64,
            ),
            1 => (BlockKind::Number, 1, false, 1.0),
            2 => (BlockKind::MaskedNumber, 2, true, GONE * (1.0 - GONE) + (1.0 - GONE)),
            _ => (BlockKind::Levels, 2, false, 0.5),
        };
        let first = blocks.last().map_or(0, Block::end);
        blocks.push(Block { kind, first, len, scale: variance.sqrt().recip(), missing });
    }
    let owner: Vec<&Block> =
        blocks.iter().flat_map(|block| std::iter::repeat_n(block, block.len)).collect();
    let rows = Matrix::from_fn(rows, owner.len(), |row, column| cell(owner[column], row, column));
    MadeUp { rows, blocks: Some(blocks.into()) }
}

/// A random word of a row and a column.
fn word(row: usize, column: usize, use_of: u32) -> u32 {
    philox::philox([row as u32, column as u32, use_of, 0], philox::key(1))[0]
}

fn uniform(row: usize, column: usize) -> f64 {
    f64::from(word(row, column, 0)) / f64::from(1u32 << 31) - 1.0
}

/// A typed cell. The word of the first column of a block decides all its columns.
fn cell(block: &Block, row: usize, column: usize) -> f64 {
    let gone = block.missing && f64::from(word(row, block.first, 1)) < GONE * f64::from(u32::MAX);
    let is = |yes: bool| if yes { block.scale } else { 0.0 };
    match block.kind {
        BlockKind::Levels => {
            let known = block.len - usize::from(block.missing);
            let level = if gone { known } else { word(row, block.first, 0) as usize % known };
            is(column - block.first == level)
        }
        _ if column > block.first => is(gone),
        _ if gone => 0.0,
        // Of variance 1, as a normal score.
        _ => block.scale * 3f64.sqrt() * uniform(row, block.first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::blocks;

    #[test]
    fn typed_columns_are_what_heads_make() {
        let MadeUp { rows, blocks: made } = made_up(&Recipe::joint(), 2000, 6);
        let made = made.unwrap();
        assert_eq!((made.each.len(), blocks::width(&made.each), rows.columns()), (6, 14, 14));
        for block in &made.each {
            let columns: Vec<Vec<f64>> =
                (block.first..block.end()).map(|column| rows.column(column).collect()).collect();
            let variance = |column: &Vec<f64>| {
                let mean = column.iter().sum::<f64>() / 2000.0;
                column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 2000.0
            };
            // The variance of 2,000 uniform numbers from [-1, 1) is known to 2 %, and that of the
            // other columns better.
            assert!((columns.iter().map(variance).sum::<f64>() - 1.0).abs() < 0.08, "{block:?}");
            for row in 0..2000 {
                let of_row: Vec<f64> = columns.iter().map(|column| column[row]).collect();
                let ones = of_row.iter().filter(|x| **x == block.scale).count();
                match block.kind {
                    BlockKind::Levels => {
                        assert!(ones == 1 && of_row.iter().filter(|x| **x != 0.0).count() == 1)
                    }
                    BlockKind::MaskedNumber => {
                        assert!(of_row[1] == 0.0 || of_row == [0.0, block.scale])
                    }
                    BlockKind::Number => assert!(of_row[0].is_finite()),
                }
            }
        }
        let missing = rows.column(3).filter(|x| *x != 0.0).count();
        // Four standard deviations of 400.
        assert!((328..472).contains(&missing), "{missing} of 2000 missing, where a fifth is meant");
    }

    #[test]
    fn numbers_without_types_are_uniform() {
        let MadeUp { rows, blocks } = made_up(&Recipe::paper(), 100, 3);
        assert!(blocks.is_none() && rows.columns() == 3);
        assert!(rows.values().iter().all(|x| (-1.0..1.0).contains(x)));
    }
}
