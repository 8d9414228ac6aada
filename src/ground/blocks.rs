//! What the columns of a typed matrix belong to, and which of their choices follow from others: all
//! that the table side tells the engine about features.

use serde::{Deserialize, Serialize};

/// The kind of a block of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A one-hot code: one column a level, of which one is `scale` and the others are 0; "missing"
    /// is the last level, if the block has it.
    Levels,
    /// One column: `scale` times a normal score.
    Number,
    /// Two columns: `scale` times a normal score (0 where there is none), then the mask, which is
    /// `scale` where there is none.
    MaskedNumber,
}

/// The columns of one trained feature.
/// Blocks lie side by side and in order: the first starts at column 0, each next one where the one
/// before ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What the columns mean.
    pub kind: BlockKind,
    /// The first column.
    pub first: usize,
    /// Columns: the levels of [`BlockKind::Levels`], 1 for a number, 2 for a number with a mask.
    pub len: usize,
    /// What a one or a normal score is multiplied by, so that the block's total variance over the
    /// cohort is 1.
    pub scale: f64,
    /// Whether its last column, a level of its own or a mask, says that the feature's cell is
    /// missing; it may say something else of a number with a mask.
    pub missing: bool,
}

impl Block {
    /// The column behind the last one.
    #[inline]
    pub fn end(&self) -> usize {
        self.first + self.len
    }
}

/// A choice that a block can make: a place where its hard numbers say one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The level of this place within a block of levels.
    Level(usize),
    /// Any other level than this one, "missing" among them; as a consequence the likeliest other
    /// one.
    Not(usize),
    /// No value: the mask, or the last level.
    Missing,
    /// A value: anything else.
    Present,
}

/// A choice of a block, by its place among the blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The block.
    pub block: usize,
    /// What it chose.
    pub choice: Choice,
}

/// A choice that follows from another one: where `when` holds `then` is made to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// The premise.
    pub when: State,
    /// The consequence, in another block.
    pub then: State,
}

/// The blocks of a typed matrix and the gates between them, in the order in which they act: one
/// that changes a block comes before those that ask it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks {
    /// The blocks, side by side.
    pub each: Vec<Block>,
    /// What follows from what.
    pub gates: Vec<Gate>,
}

impl From<Vec<Block>> for Blocks {
    fn from(each: Vec<Block>) -> Self {
        Self { each, gates: Vec::new() }
    }
}

impl Blocks {
    /// Columns of the matrix.
    /// Panics as [`width`] does, and on a gate that asks for a choice that its block cannot make.
    pub fn width(&self) -> usize {
        let width = width(&self.each);
        for gate in &self.gates {
            assert!(gate.is_sound(&self.each), "a gate {gate:?} that its blocks cannot follow");
        }
        width
    }
}

impl Gate {
    /// Whether both blocks are there, differ, and can make their choices: a number without a mask
    /// makes none, and levels cannot be made present, as that leaves open which.
    pub fn is_sound(&self, blocks: &[Block]) -> bool {
        let can = |state: State| {
            blocks.get(state.block).is_some_and(|block| match (block.kind, state.choice) {
                (BlockKind::Levels, Choice::Level(level)) => level < block.len,
                (BlockKind::Levels, Choice::Not(level)) => level < block.len && block.len > 1,
                (BlockKind::Levels, _) => block.missing,
                (BlockKind::MaskedNumber, choice) => {
                    matches!(choice, Choice::Missing | Choice::Present)
                }
                (BlockKind::Number, _) => false,
            })
        };
        let open = self.then.choice == Choice::Present
            && blocks.get(self.then.block).is_some_and(|block| block.kind == BlockKind::Levels);
        self.when.block != self.then.block && can(self.when) && can(self.then) && !open
    }
}

/// Columns of a typed matrix.
/// Panics unless the blocks lie side by side from column 0 on and have the columns of their kind.
pub fn width(blocks: &[Block]) -> usize {
    blocks.iter().fold(0, |at, block| {
        assert_eq!(
            block.first, at,
            "a block starts at {} where the one before ends at {at}",
            block.first
        );
        let fits = match block.kind {
            BlockKind::Levels => block.len > 0,
            BlockKind::Number => block.len == 1 && !block.missing,
            BlockKind::MaskedNumber => block.len == 2,
        };
        assert!(
            fits,
            "a block of kind {:?} with {} columns, missing {}",
            block.kind, block.len, block.missing
        );
        assert!(
            block.scale.is_finite() && block.scale > 0.0,
            "a block with the scale {}",
            block.scale
        );
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
        let blocks = [
            block(BlockKind::Levels, 0, 3),
            block(BlockKind::Number, 3, 1),
            block(BlockKind::MaskedNumber, 4, 2),
        ];
        assert_eq!(width(&blocks), 6);
        assert_eq!(width(&[]), 0);
    }

    #[test]
    fn gates_ask_for_choices_that_blocks_can_make() {
        let blocks = [
            block(BlockKind::Levels, 0, 3),
            block(BlockKind::Number, 3, 1),
            block(BlockKind::MaskedNumber, 4, 2),
        ];
        let state = |block, choice| State { block, choice };
        let sound = |when, then| Gate { when, then }.is_sound(&blocks);
        let level = state(0, Choice::Level(2));
        assert!(sound(level, state(2, Choice::Missing)) && sound(state(2, Choice::Present), level));
        assert!(
            sound(state(0, Choice::Not(1)), state(2, Choice::Present))
                && sound(state(2, Choice::Missing), state(0, Choice::Not(0)))
        );
        assert!(!sound(level, state(1, Choice::Missing)), "a number without a mask");
        assert!(!sound(level, state(2, Choice::Not(0))), "a level of a number");
        assert!(
            !sound(state(0, Choice::Missing), state(2, Choice::Missing)),
            "levels without a missing one"
        );
        assert!(!sound(state(0, Choice::Level(3)), state(2, Choice::Missing)), "a level too many");
        assert!(!sound(level, state(0, Choice::Level(1))), "the same block");
        assert!(!sound(level, state(3, Choice::Missing)), "no such block");
        let blocks = [Block { missing: true, ..blocks[0] }, blocks[1], blocks[2]];
        let gate = Gate { when: state(2, Choice::Missing), then: state(0, Choice::Present) };
        assert!(!gate.is_sound(&blocks), "which level is open");
    }

    #[test]
    #[should_panic(expected = "a block starts at 4 where the one before ends at 3")]
    fn a_gap_between_blocks_is_a_mistake() {
        width(&[block(BlockKind::Levels, 0, 3), block(BlockKind::Number, 4, 1)]);
    }
}
