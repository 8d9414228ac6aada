//! Gates on a row whose choices are made, as the heads apply them.

use ground::blocks::{Block, BlockKind, Choice, Gate};

/// Makes a row do what gates say, one after another; of several levels that are left the first one.
pub(super) fn follow(gates: &[Gate], row: &mut [f64], blocks: &[Block]) {
    // Columns of levels that gates forbid.
    let mut forbidden = Vec::new();
    gates.iter().for_each(|gate| obey(gate, row, blocks, &mut forbidden));
}

fn obey(gate: &Gate, row: &mut [f64], blocks: &[Block], forbidden: &mut Vec<usize>) {
    let (asked, block) = (&blocks[gate.when.block], &blocks[gate.then.block]);
    if !chose(asked, gate.when.choice, row) {
        return;
    }
    if let Choice::Not(level) = gate.then.choice {
        forbidden.push(block.first + level);
    }
    if chose(block, gate.then.choice, row) {
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
            let is_left = |other: &usize| !forbidden.contains(&(block.first + other));
            let left = (0..block.len).find(is_left).unwrap_or(usize::from(level == 0));
            cells[left] = block.scale;
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
