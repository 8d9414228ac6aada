//! Which choices of the typed heads follow from others: implications between levels and missing cells that all training rows keep.

use super::coding::Coding;
use super::folds::{Fold, Folds};
use crate::blocks::{Block, BlockKind, Choice, Gate, State};
use crate::table::Table;
use crate::table::condition::{Condition, Test};
use crate::table::relations::{Found, Relation};

/// The trained columns of a table: how each is coded, and its block.
pub(super) struct Trained<'a> {
    pub(super) columns: &'a [Coding],
    pub(super) blocks: &'a [Block],
    /// The column of each block.
    pub(super) block_columns: &'a [usize],
    pub(super) folds: &'a Folds,
}

/// Gates for what relations say of choices, in the order in which they act. Of gates that ask each other in a circle the later ones are left out.
pub(super) fn of(relations: &[Found], trained: &Trained, train: &Table) -> Vec<Gate> {
    let folded = trained.folds.iter().flat_map(|fold| trained.of_fold(fold, train));
    let said = relations.iter().filter(|found| found.exceptions == 0 && !found.follows);
    let gates = folded.chain(said.flat_map(|found| trained.of_relation(&found.relation)));
    let mut kept: Vec<Gate> = Vec::new();
    for gate in gates.filter(|gate| gate.is_sound(trained.blocks)) {
        if !kept.contains(&gate) && !leads(&kept, gate.then.block, gate.when.block) {
            kept.push(gate);
        }
    }
    sorted(kept)
}

impl Trained<'_> {
    fn block(&self, column: usize) -> Option<usize> {
        self.block_columns.iter().position(|&of| of == column)
    }

    /// The choice that a condition of a column that is learned as it is asks for.
    fn state(&self, condition: &Condition) -> Option<State> {
        let block = self.block(condition.column).filter(|_| self.folds.of_column(condition.column).is_none())?;
        let choice = match &condition.test {
            Test::Missing => Choice::Missing,
            Test::Present => Choice::Present,
            Test::OneOf(values) => match (&self.columns[condition.column], &values[..]) {
                (Coding::Levels { levels, .. }, [value]) => {
                    Choice::Level(levels.kept.iter().position(|kept| kept == value)?)
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(State { block, choice })
    }

    fn of_relation(&self, relation: &Relation) -> Vec<Gate> {
        match relation {
            Relation::Implies { when, then } => {
                let states = self.state(when).zip(self.state(then));
                states.map(|(when, then)| Gate { when, then }).into_iter().collect()
            }
            Relation::Equal { a, b, when: Some(when) } => {
                let apart = |column: &usize, base: &usize| match self.folds.of_column(*column) {
                    Some(Fold::Distance { base: of, .. } | Fold::Below { base: of, .. }) if of == base => {
                        self.block(*column)
                    }
                    _ => None,
                };
                let block = apart(a, b).or_else(|| apart(b, a));
                // Of levels the last one says that nothing is left to learn, and no cell is missing.
                let nothing = |block: usize| match self.blocks[block].kind {
                    BlockKind::Levels => Choice::Level(self.blocks[block].len - 1),
                    _ => Choice::Missing,
                };
                let then = block.map(|block| State { block, choice: nothing(block) });
                self.state(when).zip(then).map(|(when, then)| Gate { when, then }).into_iter().collect()
            }
            Relation::Together { columns } => {
                let state = |column: usize, choice: &Choice| {
                    let block = self.block(column).filter(|_| self.folds.of_column(column).is_none())?;
                    Some(State { block, choice: *choice })
                };
                let pairs = columns[1..].iter().flat_map(|&column| {
                    [Choice::Missing, Choice::Present]
                        .map(|choice| state(columns[0], &choice).zip(state(column, &choice)))
                });
                pairs.flatten().map(|(when, then)| Gate { when, then }).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A copy is learned where its source is missing, and nowhere else.
    fn of_fold(&self, fold: &Fold, train: &Table) -> Vec<Gate> {
        let Fold::Copy { column, source } = *fold else { return Vec::new() };
        let (Some(copy), Some(block)) = (self.block(column), self.block(source)) else { return Vec::new() };
        if self.folds.of_column(source).is_some() {
            return Vec::new();
        }
        let gate =
            |asked, then| Gate { when: State { block, choice: asked }, then: State { block: copy, choice: then } };
        let mut gates = vec![gate(Choice::Present, Choice::Missing)];
        let complete = train.cells.column(column).all(|cell| !cell.is_nan());
        if complete && self.blocks[copy].kind == BlockKind::MaskedNumber {
            gates.push(gate(Choice::Missing, Choice::Present));
        }
        gates
    }
}

/// Whether gates lead from one block to another.
fn leads(gates: &[Gate], from: usize, to: usize) -> bool {
    let (mut reached, mut at) = (vec![from], 0);
    while at < reached.len() {
        let next = gates.iter().filter(|gate| gate.when.block == reached[at]).map(|gate| gate.then.block);
        let new: Vec<usize> = next.filter(|block| !reached.contains(block)).collect();
        reached.extend(new);
        at += 1;
    }
    reached.contains(&to)
}

/// A gate that changes a block comes before those that ask it.
fn sorted(mut gates: Vec<Gate>) -> Vec<Gate> {
    let mut sorted = Vec::with_capacity(gates.len());
    while !gates.is_empty() {
        let ready = |gate: &Gate| gates.iter().all(|other| other.then.block != gate.when.block);
        let next = gates.iter().position(ready).expect("gates make no circle");
        sorted.push(gates.remove(next));
    }
    sorted
}
