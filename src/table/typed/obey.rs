//! Gates on a row whose choices are made, as the heads apply them.

use ground::blocks::{Block, BlockKind, Choice, Gate};

/// Makes a row do what a gate says; of several levels that are left the first one.
pub(super) fn follow(gate: &Gate, row: &mut [f64], blocks: &[Block]) {
    let (asked, block) = (&blocks[gate.when.block], &blocks[gate.then.block]);
    if !chose(asked, gate.when.choice, row) || chose(block, gate.then.choice, row) {
        return;
    }
    let levels = block.kind == BlockKind::Levels;
    let cells = &mut row[block.first..block.end()];
    match gate.then.choice {
        Choice::Level(level) => {
            cells.fill(0.0);
            cells[level] = block.scale;
        }
        Choice::Not(level) => {
            cells.fill(0.0);
            cells[usize::from(level == 0)] = block.scale;
        }
        Choice::Missing => {
            cells.fill(0.0);
            cells[block.len - 1] = block.scale;
        }
        Choice::Present if !levels => cells[block.len - 1] = 0.0,
        Choice::Present => {}
    }
}

/// Whether a block of a row chose something.
fn chose(block: &Block, choice: Choice, row: &[f64]) -> bool {
    let is = |at: usize| row[block.first + at] > block.scale / 2.0;
    match choice {
        Choice::Level(level) => is(level),
        Choice::Not(level) => !is(level),
        Choice::Missing => is(block.len - 1),
        Choice::Present => !is(block.len - 1),
    }
}
