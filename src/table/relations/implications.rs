//! What the value of one cell says about another cell, and which cells are missing together.

use super::chance::{FEWEST, all_marked, is_believed};
use super::columns::found;
use super::states::{ColumnStates, Rows, State};
use super::{Found, Relation};
use crate::condition::{Condition, Test};
use rayon::prelude::*;

/// Columns that are missing in the same rows.
pub(super) fn together(states: &[ColumnStates]) -> Vec<Found> {
    let mut relations = Vec::new();
    for class in classes(states).into_iter().filter(|class| class.len() > 1) {
        let missing = states[class[0]]
            .missing
            .as_ref()
            .expect("a class of columns that are missing somewhere");
        relations.push(found(Relation::Together { columns: class }, missing.count));
    }
    relations
}

/// Groups of columns that are missing in the same rows.
fn classes(states: &[ColumnStates]) -> Vec<Vec<usize>> {
    let mut classes: Vec<Vec<usize>> = Vec::new();
    let rows = |column: usize| states[column].missing.as_ref().map(|state| &state.rows);
    for column in (0..states.len()).filter(|&column| rows(column).is_some()) {
        match classes.iter_mut().find(|class| rows(class[0]) == rows(column)) {
            Some(class) => class.push(column),
            None => classes.push(vec![column]),
        }
    }
    classes
}

/// All implications that are believed.
/// `equal` says which pairs of columns are known to be equal: they need no implication.
pub(super) fn find(
    rows: usize,
    states: &[ColumnStates],
    equal: impl Fn(usize, usize) -> bool + Sync,
) -> Vec<Found> {
    // Of columns that are missing together the first one stands for all.
    let mut speaks = vec![false; states.len()];
    classes(states).iter().for_each(|class| speaks[class[0]] = true);
    let everywhere = Rows::of(rows, |_| true);
    let premises =
        |column: &ColumnStates| column.values.len() + usize::from(column.missing.is_some());
    let all: usize = states.iter().map(premises).sum();
    let search = Search { states, speaks, everywhere, candidates: all * (all + states.len()) };
    let of_column = |a: usize| {
        let mut relations = Vec::new();
        for b in (0..states.len()).filter(|&b| b != a) {
            let same = equal(a, b);
            for when in &states[a].values {
                let universe = &states[a].present;
                if !same {
                    search.values(when, universe, b, &mut relations);
                }
                search.missing(when, universe, b, &mut relations);
                let known = states[b]
                    .missing
                    .as_ref()
                    .is_none_or(|missing| missing.rows.shared(universe) == 0);
                if !known {
                    search.present(when, universe, b, &mut relations);
                }
            }
            if let Some(when) = states[a].missing.as_ref().filter(|_| search.speaks[a]) {
                search.values(when, &search.everywhere, b, &mut relations);
                search.missing(when, &search.everywhere, b, &mut relations);
                // The other direction says the same.
                if a < b && search.speaks[b] {
                    search.present(when, &search.everywhere, b, &mut relations);
                }
            }
        }
        relations
    };
    (0..states.len()).into_par_iter().flat_map_iter(of_column).collect()
}

struct Search<'a> {
    states: &'a [ColumnStates],
    /// By column.
    speaks: Vec<bool>,
    everywhere: Rows,
    candidates: usize,
}

impl Search<'_> {
    /// `when -> b = value`, wherever b is present.
    fn values(&self, when: &State, universe: &Rows, b: usize, relations: &mut Vec<Found>) {
        let present = &self.states[b].present;
        let count = when.rows.shared(present);
        if count < FEWEST {
            return;
        }
        let fits = |value: &&State| when.rows.shared_is_within(present, &value.rows);
        let Some(value) = self.states[b].values.iter().find(fits) else { return };
        let [marked, all] = [value.rows.shared(universe), present.shared(universe)];
        self.add(when, value.condition.clone(), [count, marked, all], relations);
    }

    fn missing(&self, when: &State, universe: &Rows, b: usize, relations: &mut Vec<Found>) {
        let Some(missing) = self.states[b].missing.as_ref().filter(|_| self.speaks[b]) else {
            return;
        };
        if when.rows.is_within(&missing.rows) {
            let counts = [when.count, missing.rows.shared(universe), universe.len()];
            self.add(when, missing.condition.clone(), counts, relations);
        }
    }

    fn present(&self, when: &State, universe: &Rows, b: usize, relations: &mut Vec<Found>) {
        let present = &self.states[b].present;
        if self.states[b].missing.is_some() && when.rows.is_within(present) {
            let counts = [when.count, present.shared(universe), universe.len()];
            self.add(when, Condition { column: b, test: Test::Present }, counts, relations);
        }
    }

    fn add(
        &self,
        when: &State,
        then: Condition,
        [drawn, marked, all]: [usize; 3],
        relations: &mut Vec<Found>,
    ) {
        if is_believed(all_marked(drawn, marked, all), self.candidates) {
            relations.push(found(Relation::Implies { when: when.condition.clone(), then }, drawn));
        }
    }
}
