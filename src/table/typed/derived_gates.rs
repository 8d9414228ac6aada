//! Gates between what is learned of derived columns and what they are made of.

use super::derived::{Chosen, Derivation, Extra, Follows};
use super::gates::TrainedColumns;
use crate::Table;
use crate::condition::{Condition, Test};
use ground::blocks::{Choice, Gate, State};

/// Levels from which others follow by gates at most; beyond that they do on the way back alone.
const MOST_LEVELS: usize = 60;

impl TrainedColumns<'_> {
    /// A copy is learned where its source is missing, and nowhere else.
    /// Where the derived cell is missing, nothing is learned.
    pub(super) fn of_derivation(&self, derivation: &Derivation, train: &Table) -> Vec<Gate> {
        if let Derivation::Apart(apart) = derivation {
            return self.of_apart(derivation, &apart.bases);
        }
        match derivation {
            Derivation::Follows(follows) => return self.of_follows(follows, train),
            Derivation::Part(_) | Derivation::Either(_) => return Vec::new(),
            _ => {}
        }
        let Some(made) = self.block(derivation.column()) else { return Vec::new() };
        let gate = |block, choice, then| Gate {
            when: State { block, choice },
            then: State { block: made, choice: then },
        };
        if let Derivation::Chosen(chosen) = derivation {
            return self.of_states(chosen, made);
        }
        if let Some(gap) = derivation.gap().and_then(|gap| self.block(gap)) {
            return vec![gate(gap, Choice::Missing, self.nothing(made))];
        }
        let Derivation::Copy { column, source } = *derivation else { return Vec::new() };
        let Some(source) =
            self.block(source).filter(|_| self.learned.derived.of_column(source).is_none())
        else {
            return Vec::new();
        };
        let mut gates = vec![gate(source, self.present(source), self.nothing(made))];
        if train.is_complete(column) {
            gates.push(gate(source, Choice::Missing, self.something(made)));
        }
        gates
    }

    /// The choice by which a block says that something is left to learn.
    pub(super) fn something(&self, block: usize) -> Choice {
        match self.nothing(block) {
            Choice::Level(last) => Choice::Not(last),
            _ => Choice::Present,
        }
    }

    /// A number is there where its state is chosen, and nowhere else.
    fn of_states(&self, chosen: &Chosen, number: usize) -> Vec<Gate> {
        let Some(State { block, choice: Choice::Level(level) }) = self.of_choice(chosen, 0) else {
            return Vec::new();
        };
        let then = |choice| State { block: number, choice };
        let when = |choice| State { block, choice };
        let mut gates =
            vec![Gate { when: when(Choice::Level(level)), then: then(self.something(number)) }];
        if chosen.middle().is_none() {
            let others = when(Choice::Not(level));
            gates.push(Gate { when: others, then: then(self.nothing(number)) });
            return gates;
        }
        for state in 1..=chosen.states.len() {
            let choice = match chosen.is_number(state as f64) {
                true => self.something(number),
                false => self.nothing(number),
            };
            let when = self.of_choice(chosen, state);
            gates.extend(when.map(|when| Gate { when, then: then(choice) }));
        }
        if self.blocks[block].missing {
            gates.push(Gate { when: when(Choice::Missing), then: then(self.nothing(number)) });
        }
        gates
    }

    /// A distance is there only where its base is, and a column by itself only where it is not.
    fn of_apart(&self, derivation: &Derivation, bases: &[usize]) -> Vec<Gate> {
        let of = |column: usize| self.block(column);
        let distance = of(derivation.column());
        let (mut own, mut gap) = (None, None);
        for extra in derivation.extras() {
            match extra {
                Extra::Own(at) => own = of(at),
                Extra::Gap(at) => gap = of(at),
                Extra::Choice(..) => {}
            }
        }
        let mut gates = Vec::new();
        let mut add = |when: Option<State>, then: Option<usize>| {
            if let (Some(when), Some(block)) = (when, then) {
                gates.push(Gate { when, then: State { block, choice: self.nothing(block) } });
            }
        };
        let missing = gap.map(|block| State { block, choice: Choice::Missing });
        add(missing, distance);
        add(missing, own);
        if let [base] = *bases {
            add(self.state(&Condition { column: base, test: Test::Missing }), distance);
            add(self.state(&Condition { column: base, test: Test::Present }), own);
        }
        gates
    }

    /// What follows from each level of another column, where that leaves no cell open.
    fn of_follows(&self, follows: &Follows, train: &Table) -> Vec<Gate> {
        let open = train.cells.column(follows.column).any(f64::is_nan);
        if open || follows.lookup.pairs().len() > MOST_LEVELS {
            return Vec::new();
        }
        let of = |column: usize, value: f64| Condition { column, test: Test::OneOf(vec![value]) };
        let gates = follows.lookup.pairs().iter().flat_map(|&[from, to]| {
            let then = self.wanted(&of(follows.column, to));
            let when = self.states(&of(follows.source, from));
            when.into_iter()
                .flat_map(move |when| then.clone().into_iter().map(move |then| Gate { when, then }))
        });
        gates.collect()
    }
}
