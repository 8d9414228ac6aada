//! Gates that are kept: none closes a circle, and no two ask the same block for different choices.

use super::order::{in_order, leads};
use ground::blocks::{Block, BlockKind, Choice, Gate, State};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet, VecDeque};

/// Gates at most that keep premises apart.
const MOST_APART: usize = 512;

/// Gates in the direction in which they disagree least.
/// Where two blocks each say the other one's choice, the one that more blocks are tied to so speaks:
/// of forty answers that are all `not asked` or none, one decides for all.
pub(super) fn from_hubs(gates: Vec<Gate>, turned: impl Fn(&Gate) -> Option<Gate>) -> Vec<Gate> {
    let known: HashSet<[State; 2]> = gates.iter().map(|gate| [gate.when, gate.then]).collect();
    let mut tied: HashMap<usize, Vec<usize>> = HashMap::new();
    for gate in gates.iter().filter(|gate| known.contains(&[gate.then, gate.when])) {
        let ties = tied.entry(gate.when.block).or_default();
        if !ties.contains(&gate.then.block) {
            ties.push(gate.then.block);
        }
    }
    let mut hubs: Vec<usize> = tied.keys().copied().collect();
    hubs.sort_unstable_by_key(|block| (Reverse(tied[block].len()), *block));
    // From the hubs outwards.
    let mut turn: HashMap<usize, usize> = HashMap::new();
    for hub in hubs {
        let mut open = VecDeque::from([hub]);
        while let Some(block) = open.pop_front() {
            if !turn.contains_key(&block) {
                turn.insert(block, turn.len());
                open.extend(&tied[&block]);
            }
        }
    }
    let outwards = |gate: Gate| {
        let is_tie = known.contains(&[gate.then, gate.when]);
        match is_tie && turn[&gate.when.block] > turn[&gate.then.block] {
            true => turned(&gate).unwrap_or(gate),
            false => gate,
        }
    };
    gates.into_iter().map(outwards).collect()
}

/// Gates so far.
pub(super) struct KeptGates<'a> {
    blocks: &'a [Block],
    gates: Vec<Gate>,
    /// By block: the blocks that gates lead to from there.
    follow: Vec<Vec<usize>>,
}

impl<'a> KeptGates<'a> {
    pub(super) fn new(blocks: &'a [Block]) -> Self {
        Self { blocks, gates: Vec::new(), follow: vec![Vec::new(); blocks.len()] }
    }

    /// Takes a gate, or the other way to say it, unless it would close a circle.
    pub(super) fn take(&mut self, gate: Gate, turned: Option<Gate>) {
        let fits = |gate: &Gate| {
            let (when, then) = (gate.when.block, gate.then.block);
            gate.is_sound(self.blocks)
                && (self.follow[when].contains(&then)
                    || !leads(then, when, |at| self.follow[at].clone()))
        };
        if let Some(gate) = [Some(gate), turned].into_iter().flatten().find(fits)
            && !self.gates.contains(&gate)
        {
            let next = &mut self.follow[gate.when.block];
            if !next.contains(&gate.then.block) {
                next.push(gate.then.block);
            }
            self.gates.push(gate);
        }
    }

    /// Takes a gate that acts after those so far, unless it would close a circle.
    pub(super) fn take_last(&mut self, gate: Gate) {
        self.gates.retain(|other| *other != gate);
        self.take(gate, None);
    }

    /// Where two choices ask a third block for different ones, no row can have both: each excludes
    /// the other one.
    /// So a field of study and a job that each say the department agree about it.
    pub(super) fn keep_premises_apart(&mut self) {
        let mut apart = Vec::new();
        for (at, a) in self.gates.iter().enumerate() {
            let others = self.gates[at + 1..].iter();
            let against = others.filter(|b| {
                a.then.block == b.then.block
                    && a.when.block != b.when.block
                    && self.contradict(a.then, b.then)
            });
            apart.extend(against.map(|b| [a.when, b.when]));
            if apart.len() > MOST_APART {
                return;
            }
        }
        for [a, b] in apart {
            let gate = |when, then| Gate { when, then: not(then) };
            self.take(gate(a, b), Some(gate(b, a)));
        }
    }

    /// Whether a block cannot make both choices.
    fn contradict(&self, a: State, b: State) -> bool {
        match (by_level(self.blocks, a).choice, by_level(self.blocks, b).choice) {
            (Choice::Level(a), Choice::Level(b)) => a != b,
            (Choice::Level(a), Choice::Not(b)) | (Choice::Not(a), Choice::Level(b)) => a == b,
            (Choice::Missing, Choice::Present) | (Choice::Present, Choice::Missing) => true,
            _ => false,
        }
    }

    /// A gate that changes a block comes before those that ask it.
    pub(super) fn in_order(self) -> Vec<Gate> {
        in_order(self.gates, |gate| gate.then.block, |gate| vec![gate.when.block])
    }
}

/// A choice of levels by its level: "missing" is the last one.
pub(super) fn by_level(blocks: &[Block], state: State) -> State {
    let block = &blocks[state.block];
    let choice = match (block.kind, state.choice) {
        (BlockKind::Levels, Choice::Missing) => Choice::Level(block.len - 1),
        (BlockKind::Levels, Choice::Present) => Choice::Not(block.len - 1),
        (_, choice) => choice,
    };
    State { choice, ..state }
}

/// Any other choice of the same block.
fn not(state: State) -> State {
    let choice = match state.choice {
        Choice::Level(level) => Choice::Not(level),
        Choice::Not(level) => Choice::Level(level),
        Choice::Missing => Choice::Present,
        Choice::Present => Choice::Missing,
    };
    State { choice, ..state }
}
