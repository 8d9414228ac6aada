//! Which numbers of a typed matrix are there, and which are masked.

use ground::blocks::{Block, BlockKind};
use ground::matrix::Matrix;

/// Whether a mask says that its number is missing.
pub(super) fn is_missing(mask: f64, scale: f64) -> bool {
    mask > scale / 2.0
}

/// The rows in which a number is not masked.
pub(super) fn observed<'a>(
    matrix: &'a Matrix,
    block: &'a Block,
) -> impl Iterator<Item = usize> + 'a {
    let present = |row: &usize| {
        block.kind != BlockKind::MaskedNumber
            || !is_missing(matrix[(*row, block.first + 1)], block.scale)
    };
    (0..matrix.rows()).filter(present)
}

/// Values in ascending order.
pub(super) fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}
