//! Which gates others say already.

use super::kept_gates::by_level;
use ground::blocks::{Block, BlockKind, Choice, Gate, State};
use std::collections::HashSet;

/// Adds those gates that the gates so far do not say, one after another.
///
/// A list of relations names what follows from others, but the others may speak of a column that
/// has no choice: `cigarettes = 0 -> pack_years = 0 -> smoker = never` says
/// `cigarettes = 0 -> smoker = never`, and where pack years are computed only the last one can be
/// held to.
pub(super) fn add_unsaid(
    gates: &mut Vec<Gate>,
    further: impl Iterator<Item = Gate>,
    blocks: &[Block],
    turned: impl Fn(&Gate) -> Option<Gate>,
) {
    let mut said = Said { blocks, of_block: vec![Vec::new(); blocks.len()] };
    let both = |gate: &Gate| [Some(*gate), turned(gate)].into_iter().flatten();
    gates.iter().flat_map(both).for_each(|gate| said.add(&gate));
    for gate in further {
        if !said.says(&gate) {
            both(&gate).for_each(|gate| said.add(&gate));
            gates.push(gate);
        }
    }
}

/// What is chosen where something else is.
struct Said<'a> {
    blocks: &'a [Block],
    /// Gates by the block that they ask.
    of_block: Vec<Vec<Gate>>,
}

impl Said<'_> {
    fn add(&mut self, gate: &Gate) {
        let [when, then] = [gate.when, gate.then].map(|state| self.level(state));
        self.of_block[when.block].push(Gate { when, then });
    }

    fn says(&self, gate: &Gate) -> bool {
        let wanted = self.level(gate.then);
        let mut open = vec![self.level(gate.when)];
        let mut seen: HashSet<State> = open.iter().copied().collect();
        while let Some(state) = open.pop() {
            if state == wanted || is_other(state, wanted) {
                return true;
            }
            // A level is also none of the others.
            let asked = |gate: &&Gate| gate.when == state || is_other(state, gate.when);
            let next = self.of_block[state.block].iter().filter(asked);
            open.extend(next.map(|gate| gate.then).filter(|then| seen.insert(*then)));
        }
        false
    }

    /// A choice by its level; of two levels the one that is left.
    fn level(&self, state: State) -> State {
        let state = by_level(self.blocks, state);
        match (self.blocks[state.block], state.choice) {
            (Block { kind: BlockKind::Levels, len: 2, .. }, Choice::Not(level)) => {
                State { choice: Choice::Level(1 - level), ..state }
            }
            _ => state,
        }
    }
}

/// Whether a state is a level and the other one asks for none of another level.
fn is_other(state: State, other: State) -> bool {
    match (state.choice, other.choice) {
        (Choice::Level(level), Choice::Not(not)) => state.block == other.block && level != not,
        _ => false,
    }
}
