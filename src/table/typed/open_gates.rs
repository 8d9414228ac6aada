//! Gates for cells that are learned where the sources of a derived column say nothing: what is
//! learned is there in these rows, and not in others.

use super::coding::Coding;
use super::derived::{Derivation, DerivedColumns};
use super::gates::TrainedColumns;
use crate::Table;
use crate::condition::{Condition, Test};
use ground::blocks::{Choice, Gate, State};

impl TrainedColumns<'_> {
    /// These gates, in the order in which they act on a block: the last one that asks it decides.
    pub(super) fn of_open(&self, train: &Table) -> Vec<Gate> {
        let each = self.learned.derived.iter();
        each.flat_map(|derivation| self.of_open_cell(derivation, train)).collect()
    }

    /// What a choice of a source says of one derived column.
    fn of_open_cell(&self, derivation: &Derivation, train: &Table) -> Vec<Gate> {
        let (mut closed, mut open) = (Vec::new(), Vec::new());
        let there = derivation.is_there_if_open(train, self.fewest);
        let cell = derivation.learned_if_open().and_then(|at| self.masked(at));
        let distance = match derivation {
            Derivation::Apart(apart) if !apart.ties => self.masked(apart.column),
            _ => None,
        };
        for condition in self.asked(derivation) {
            let Some(when) = self.state(&condition) else { continue };
            let then = |block, choice| Gate { when, then: State { block, choice } };
            match is_open(derivation, &condition, train) {
                Some(true) => {
                    let there = cell.filter(|_| there);
                    open.extend(there.map(|block| then(block, self.something(block))));
                    open.extend(distance.map(|block| then(block, self.nothing(block))));
                }
                Some(false) => {
                    closed.extend(cell.map(|block| then(block, self.nothing(block))));
                    let distance = distance.filter(|_| there);
                    open.extend(distance.map(|block| then(block, self.something(block))));
                }
                None => {}
            }
        }
        let missing = derivation.gap().and_then(|gap| self.block(gap));
        let missing = missing.map(|block| State { block, choice: Choice::Missing });
        let learned = cell.into_iter().chain(distance);
        let none = learned.filter_map(|block| {
            let then = State { block, choice: self.nothing(block) };
            Some(Gate { when: missing?, then })
        });
        let no_copy = self.of_missing_sources(derivation);
        closed.into_iter().chain(open).chain(none).chain(no_copy).collect()
    }

    /// A cell is no copy of one that is missing.
    fn of_missing_sources(&self, derivation: &Derivation) -> Vec<Gate> {
        let Derivation::Chosen(chosen) = derivation else { return Vec::new() };
        let of_source = |source: usize| {
            let when = self.state(&Condition { column: source, test: Test::Missing })?;
            let State { block, choice } = self.of_choice(chosen, chosen.state_as(source)?)?;
            let Choice::Level(level) = choice else { return None };
            Some(Gate { when, then: State { block, choice: Choice::Not(level) } })
        };
        derivation.sources().into_iter().filter_map(of_source).collect()
    }

    /// The block of a learned column that may have nothing to learn.
    fn masked(&self, column: usize) -> Option<usize> {
        self.block(column).filter(|_| self.columns[column].missing())
    }

    /// What may say whether the sources of a derived column leave its cell open: whether each of
    /// them is missing, and of a formula each value that is a choice, such as a divisor of 0.
    fn asked(&self, derivation: &Derivation) -> Vec<Condition> {
        let derived = self.learned.derived;
        let ask = |column: usize| {
            let values = match (derivation, derived.of_column(column)) {
                (Derivation::Computed(_), Some(Derivation::Chosen(chosen))) => chosen.values(),
                (Derivation::Computed(_), None) => match &self.columns[column] {
                    Coding::Levels { levels, .. } => levels.kept.clone(),
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            };
            let values = values.into_iter().map(|value| Test::OneOf(vec![value]));
            let tests = [Test::Missing, Test::Present].into_iter().chain(values);
            tests.map(move |test| Condition { column, test })
        };
        all_sources(derivation, derived).into_iter().flat_map(ask).collect()
    }
}

/// The columns that a derived column is made of, directly or not.
fn all_sources(derivation: &Derivation, derived: &DerivedColumns) -> Vec<usize> {
    let mut sources = derivation.sources();
    let mut at = 0;
    while let Some(&source) = sources.get(at) {
        let further = derived.of_column(source).map_or_else(Vec::new, Derivation::sources);
        let new: Vec<usize> = further.into_iter().filter(|one| !sources.contains(one)).collect();
        sources.extend(new);
        at += 1;
    }
    sources
}

/// Whether the sources leave a cell open in all training rows that a condition holds for, or in
/// none of them.
fn is_open(derivation: &Derivation, condition: &Condition, train: &Table) -> Option<bool> {
    let rows = (0..train.rows()).map(|row| train.cells.row(row));
    let mut open = rows.filter(|row| condition.holds(row)).map(|row| derivation.is_open(row));
    let first = open.next()?;
    open.all(|one| one == first).then_some(first)
}
