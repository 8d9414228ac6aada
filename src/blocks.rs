//! What the columns of a typed matrix belong to: the one thing that the table side tells the engine about features.

use serde::{Deserialize, Serialize};

/// The kind of a block of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A one-hot code: one column a level, of which one is `scale` and the others are 0; "missing" is the last level, if the block has it.
    Levels,
    /// One column: `scale` times a normal score.
    Number,
    /// Two columns: `scale` times a normal score (0 where it is missing), then the mask, which is `scale` where the value is missing.
    MaskedNumber,
}

/// The columns of one trained feature. Blocks lie side by side and in order: the first starts at column 0, each next one where the one before ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What the columns mean.
    pub kind: BlockKind,
    /// The first column.
    pub first: usize,
    /// Columns: the levels of [`BlockKind::Levels`], 1 for a number, 2 for a number with a mask.
    pub len: usize,
    /// What a one or a normal score is multiplied by, so that the block's total variance over the cohort is 1.
    pub scale: f64,
    /// Whether the feature has missing cells: a level of its own or a mask.
    pub missing: bool,
}

impl Block {
    /// The column behind the last one.
    pub fn end(&self) -> usize {
        self.first + self.len
    }
}

/// Columns of a typed matrix. Panics unless the blocks lie side by side from column 0 on and have the columns of their kind.
pub fn width(blocks: &[Block]) -> usize {
    blocks.iter().fold(0, |at, block| {
        assert_eq!(block.first, at, "a block starts at {} where the one before ends at {at}", block.first);
        let fits = match block.kind {
            BlockKind::Levels => block.len > 0,
            BlockKind::Number => block.len == 1 && !block.missing,
            BlockKind::MaskedNumber => block.len == 2 && block.missing,
        };
        assert!(fits, "a block of kind {:?} with {} columns, missing {}", block.kind, block.len, block.missing);
        assert!(block.scale.is_finite() && block.scale > 0.0, "a block with the scale {}", block.scale);
        block.end()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(kind: BlockKind, first: usize, len: usize) -> Block {
        Block { kind, first, len, scale: 1.0, missing: kind == BlockKind::MaskedNumber }
    }

    #[test]
    fn the_width_is_the_end_of_the_last_block() {
        let blocks =
            [block(BlockKind::Levels, 0, 3), block(BlockKind::Number, 3, 1), block(BlockKind::MaskedNumber, 4, 2)];
        assert_eq!(width(&blocks), 6);
        assert_eq!(width(&[]), 0);
    }

    #[test]
    #[should_panic(expected = "a block starts at 4 where the one before ends at 3")]
    fn a_gap_between_blocks_is_a_mistake() {
        width(&[block(BlockKind::Levels, 0, 3), block(BlockKind::Number, 4, 1)]);
    }
}
