//! Which choices of the typed heads follow from others: the implications between levels and missing
//! cells that all training rows keep.

use super::coding::Coding;
use super::derived::{Chosen, Derivation};
use super::implied_gates::add_unsaid;
use super::kept_gates::{KeptGates, from_hubs};
use super::learned::Learned;
use crate::condition::{Condition, Test};
use crate::relations::{Found, Relation};
use crate::{Schema, Table};
use ground::blocks::{Block, BlockKind, Choice, Gate, State};

/// The trained columns of a table: how each is coded, and its block.
pub(super) struct TrainedColumns<'a> {
    pub(super) columns: &'a [Coding],
    pub(super) blocks: &'a [Block],
    /// The column of each block.
    pub(super) block_columns: &'a [usize],
    pub(super) learned: Learned<'a>,
    pub(super) schema: &'a Schema,
    /// Fewer patients than this do not count.
    pub(super) fewest: usize,
}

/// The gates for what relations say about choices, in the order in which they act.
/// Where gates would form a circle, the later one is turned round, or left out.
pub(super) fn of(relations: &[Found], trained: &TrainedColumns, train: &Table) -> Vec<Gate> {
    let of_derivations = trained
        .learned
        .derived
        .iter()
        .flat_map(|derivation| trained.of_derivation(derivation, train));
    let said = |follows: bool| {
        let said = relations.iter().filter(|found| found.exceptions == 0);
        let said = said.filter(move |found| found.follows == follows);
        let gates = said.flat_map(|found| trained.of_relation(&found.relation, train));
        gates.filter(|gate| gate.is_sound(trained.blocks))
    };
    let gates = trained
        .of_forms()
        .into_iter()
        .chain(trained.of_premises(relations, train))
        .chain(of_derivations);
    let mut gates: Vec<Gate> =
        gates.filter(|gate| gate.is_sound(trained.blocks)).chain(said(false)).collect();
    add_unsaid(&mut gates, said(true), trained.blocks, |gate| trained.contrapositive(gate));
    let mut kept = KeptGates::new(trained.blocks);
    for gate in from_hubs(gates, |gate| trained.contrapositive(gate)) {
        let turned = trained.contrapositive(&gate);
        kept.take(gate, turned);
    }
    kept.keep_premises_apart();
    // They do not say what goes together, but what is left to learn: the last one decides.
    trained.of_open(train).into_iter().for_each(|gate| kept.take_last(gate));
    kept.in_order()
}

impl TrainedColumns<'_> {
    /// The block of a learned column.
    pub(super) fn block(&self, column: usize) -> Option<usize> {
        self.block_columns.iter().position(|&of| of == column)
    }

    /// The choice that a condition asks for.
    /// It is a choice of the column itself, or of the learned column that says where a derived
    /// column is missing.
    pub(super) fn state(&self, condition: &Condition) -> Option<State> {
        let learned = match (self.learned.derived.of_column(condition.column), &condition.test) {
            (None, _) => condition.column,
            (Some(derivation), Test::Missing | Test::Present) => derivation.says_missing()?,
            (Some(Derivation::Chosen(chosen)), Test::OneOf(values)) if values.len() == 1 => {
                return self.of_choice(chosen, chosen.state_of(values[0])?);
            }
            (Some(Derivation::Chosen(chosen)), Test::Above(value) | Test::Below(value)) => {
                let above = matches!(condition.test, Test::Above(_));
                return self.of_choice(chosen, chosen.state_beside(*value, above)?);
            }
            (Some(Derivation::Part(part)), Test::OneOf(values)) if values.len() == 1 => {
                let [state] = part.with(values[0])[..] else { return None };
                return self.level(part.choice, state as f64);
            }
            (Some(Derivation::Follows(_) | Derivation::Decided(_) | Derivation::Either(_)), _) => {
                condition.column
            }
            _ => return None,
        };
        let block = self.block(learned)?;
        let choice = match &condition.test {
            Test::Missing => Choice::Missing,
            Test::Present => self.present(block),
            Test::OneOf(values) => match (&self.columns[learned], &values[..]) {
                (Coding::Levels { levels, .. }, [value]) => {
                    Choice::Level(levels.kept.iter().position(|kept| kept == value)?)
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(State { block, choice })
    }

    /// The choice of a column that is in one of a few states.
    pub(super) fn of_choice(&self, chosen: &Chosen, state: usize) -> Option<State> {
        self.level(chosen.choice, state as f64)
    }

    /// The level of a learned column.
    pub(super) fn level(&self, column: usize, value: f64) -> Option<State> {
        let block = self.block(column)?;
        let Coding::Levels { levels, .. } = &self.columns[column] else { return None };
        let level = levels.kept.iter().position(|kept| *kept == value)?;
        Some(State { block, choice: Choice::Level(level) })
    }

    /// The choices each of which makes a condition hold.
    pub(super) fn states(&self, condition: &Condition) -> Vec<State> {
        match (self.learned.derived.of_column(condition.column), &condition.test) {
            (Some(Derivation::Part(part)), Test::OneOf(values)) if values.len() == 1 => {
                let states = part.with(values[0]).into_iter();
                states.filter_map(|state| self.level(part.choice, state as f64)).collect()
            }
            _ => self.state(condition).into_iter().collect(),
        }
    }

    /// What must be chosen for a condition to hold: a choice, or all but some.
    pub(super) fn wanted(&self, condition: &Condition) -> Vec<State> {
        match (self.learned.derived.of_column(condition.column), &condition.test) {
            (Some(Derivation::Part(part)), Test::OneOf(values)) if values.len() == 1 => {
                let allowed = part.with(values[0]);
                if let [state] = allowed[..] {
                    return self.level(part.choice, state as f64).into_iter().collect();
                }
                let others = (0..part.combinations()).filter(|state| !allowed.contains(state));
                let not = |state: State| match state.choice {
                    Choice::Level(level) => State { choice: Choice::Not(level), ..state },
                    _ => state,
                };
                others.filter_map(|state| self.level(part.choice, state as f64).map(not)).collect()
            }
            _ => self.state(condition).into_iter().collect(),
        }
    }

    /// Of levels, any but the missing one.
    pub(super) fn present(&self, block: usize) -> Choice {
        match self.blocks[block] {
            Block { kind: BlockKind::Levels, missing: true, len, .. } => Choice::Not(len - 1),
            _ => Choice::Present,
        }
    }

    /// What says of a derived column that nothing is left to learn.
    /// For levels it is the last one, which does not stand for a missing cell.
    pub(super) fn nothing(&self, block: usize) -> Choice {
        match self.blocks[block] {
            Block { kind: BlockKind::Levels, len, .. } => Choice::Level(len - 1),
            _ => Choice::Missing,
        }
    }

    /// What must be chosen for a conclusion to hold wherever a premise does.
    /// Where its column may be missing there, all that can be said is which level is not.
    pub(super) fn consequences(
        &self,
        when: &dyn Fn(&[f64]) -> bool,
        then: &Condition,
        train: &Table,
    ) -> Vec<State> {
        let mut rows = (0..train.rows()).map(|row| train.cells.row(row));
        let open = !matches!(then.test, Test::Missing | Test::Present)
            && rows.any(|row| row[then.column].is_nan() && when(row));
        match open {
            true => self.state(then).map_or(Vec::new(), |state| self.not_the_others(state)),
            false => self.wanted(then),
        }
    }

    fn of_relation(&self, relation: &Relation, train: &Table) -> Vec<Gate> {
        match relation {
            Relation::Implies { when, then } => {
                let consequences = self.consequences(&|row| when.holds(row), then, train);
                let premises = self.states(when).into_iter();
                premises
                    .flat_map(|when| consequences.iter().map(move |&then| Gate { when, then }))
                    .collect()
            }
            Relation::Equal { a, b, when: Some(when) } => {
                let same = |column: &usize, source: &usize| match self
                    .learned
                    .derived
                    .of_column(*column)
                {
                    Some(Derivation::Chosen(chosen)) => {
                        self.of_choice(chosen, chosen.state_as(*source)?)
                    }
                    _ => None,
                };
                let apart =
                    |column: &usize, base: &usize| match self.learned.derived.of_column(*column) {
                        Some(
                            Derivation::Distance { base: of, .. }
                            | Derivation::Below { base: of, .. },
                        ) if of == base => self.block(*column),
                        Some(Derivation::Apart(apart)) if apart.ties && apart.bases == [*base] => {
                            self.block(*column)
                        }
                        Some(Derivation::Bounded(bounded))
                            if bounded.ties && bounded.bases == [*base] =>
                        {
                            self.block(*column)
                        }
                        _ => None,
                    };
                let block = apart(a, b).or_else(|| apart(b, a));
                let then = block.map(|block| State { block, choice: self.nothing(block) });
                let then = same(a, b).or_else(|| same(b, a)).or(then);
                self.state(when)
                    .zip(then)
                    .map(|(when, then)| Gate { when, then })
                    .into_iter()
                    .collect()
            }
            Relation::Together { columns } => {
                let state = |column: usize, test: &Test| {
                    self.state(&Condition { column, test: test.clone() })
                };
                let pairs = columns[1..].iter().flat_map(|&column| {
                    [Test::Missing, Test::Present]
                        .map(|test| state(columns[0], &test).zip(state(column, &test)))
                });
                pairs.flatten().map(|(when, then)| Gate { when, then }).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Of levels that may be missing: none of the others.
    fn not_the_others(&self, state: State) -> Vec<State> {
        match (self.blocks[state.block], state.choice) {
            (Block { missing: true, len, .. }, Choice::Level(level)) if level + 1 < len => {
                let others = (0..len - 1).filter(|other| *other != level);
                others.map(|other| State { choice: Choice::Not(other), ..state }).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Where a form is missing its columns are, and the forms inside it.
    fn of_forms(&self) -> Vec<Gate> {
        let Learned { derived, forms, .. } = self.learned;
        let first = self.learned.first_form(self.schema);
        let missing = |form: usize| {
            let block = self.block(first + form)?;
            Some(State { block, choice: self.nothing(block) })
        };
        let inner =
            |outer: usize| (0..forms.len()).filter(move |&inner| forms.is_within(inner, outer));
        let column = |&column: &usize| {
            let learned =
                derived.of_column(column).map_or(Some(column), Derivation::says_missing)?;
            Some(State { block: self.block(learned)?, choice: Choice::Missing })
        };
        let of_form = |(form, columns): (usize, &[usize])| {
            let then = inner(form)
                .filter_map(missing)
                .chain(columns.iter().filter_map(column))
                .collect::<Vec<_>>();
            let when = missing(form);
            then.into_iter()
                .filter_map(move |then| Some(Gate { when: when?, then }))
                .collect::<Vec<_>>()
        };
        forms.iter().enumerate().flat_map(of_form).collect()
    }

    /// The other way to say what a gate between levels says: where the consequence does not hold,
    /// the premise does not.
    fn contrapositive(&self, gate: &Gate) -> Option<Gate> {
        // A level that is wanted may be missing neither, so that all else says that it is not.
        let not = |state: State| match state.choice {
            Choice::Level(level) => Some(State { choice: Choice::Not(level), ..state }),
            Choice::Not(level) => Some(State { choice: Choice::Level(level), ..state }),
            Choice::Missing | Choice::Present => None,
        };
        Some(Gate { when: not(gate.then)?, then: not(gate.when)? })
    }
}
