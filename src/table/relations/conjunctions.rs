//! What the values of several cells together say about another cell: where no box of a group is
//! ticked, the score is 0.
//!
//! Pairs of premises are all tried.
//! Longer lists grow one premise after the other, each time by the one that gains most (FOIL,
//! Quinlan 1990), and lose those that are not needed.

use super::chance::{FEWEST, all_marked, is_believed};
use super::columns::found;
use super::states::{ColumnStates, Rows, State};
use super::{Found, Relation};
use crate::condition::{Condition, Test};
use rayon::prelude::*;
use std::collections::HashSet;

/// Premises at most.
const LONGEST: usize = 8;

/// Premises of which pairs are made at most, those of most rows first; it bounds the search in wide
/// tables.
const PAIRED: usize = 700;

/// Relations at most: what people can read.
const MOST: usize = 100;

/// Conjunctions that imply a value, or that a cell is missing, where no part of them does.
/// `out` are columns that others make; `known` are sets of columns that need no further relation.
pub(super) fn find(
    rows: usize,
    states: &[ColumnStates],
    out: &[usize],
    known: &[Vec<usize>],
) -> Vec<Found> {
    let search = Search::of(rows, states, out, known);
    let mut rules = search.pairs();
    rules.extend(search.longer());
    search.chosen(rules)
}

/// A conjunction and what it implies, by the places of the literals.
#[derive(Clone, Debug)]
struct Rule {
    when: Vec<usize>,
    then: usize,
    rows: Rows,
    count: usize,
}

struct Search<'a> {
    states: &'a [ColumnStates],
    /// What may stand on either side: values and missing cells of columns that nothing makes.
    literals: Vec<&'a State>,
    /// By literal: the rows in which its column can say something.
    universes: Vec<Rows>,
    known: &'a [Vec<usize>],
    everywhere: Rows,
}

impl<'a> Search<'a> {
    fn of(rows: usize, states: &'a [ColumnStates], out: &[usize], known: &'a [Vec<usize>]) -> Self {
        let everywhere = Rows::of(rows, |_| true);
        let mut seen: HashSet<&Rows> = HashSet::new();
        let (mut literals, mut universes) = (Vec::new(), Vec::new());
        for (_, column) in states.iter().enumerate().filter(|(at, _)| !out.contains(at)) {
            // Of columns that are missing together the first one stands for all.
            let missing = column.missing.iter().filter(|state| seen.insert(&state.rows));
            for state in column.values.iter().chain(missing) {
                let of_missing = state.condition.test == Test::Missing;
                universes.push(if of_missing {
                    everywhere.clone()
                } else {
                    column.present.clone()
                });
                literals.push(state);
            }
        }
        Self { states, literals, universes, known, everywhere }
    }

    fn column(&self, literal: usize) -> usize {
        self.literals[literal].condition.column
    }

    /// Whether some literals are of different columns that nothing binds.
    fn are_apart(&self, literals: &[usize]) -> bool {
        let mut columns: Vec<usize> = literals.iter().map(|&at| self.column(at)).collect();
        columns.sort_unstable();
        columns.windows(2).all(|two| two[0] != two[1])
            && !self.known.iter().any(|set| columns.iter().all(|column| set.contains(column)))
    }

    /// Rows in which all of some literals hold.
    fn rows(&self, literals: &[usize]) -> Rows {
        let first = self.everywhere.clone();
        literals.iter().fold(first, |rows, &at| rows.and(&self.literals[at].rows))
    }

    /// The literals that hold in all of some rows in which their columns say something, if these
    /// are enough, and their number.
    fn implied(&self, rows: &Rows) -> Vec<(usize, usize)> {
        let holds =
            |at: &usize| rows.shared_is_within(&self.universes[*at], &self.literals[*at].rows);
        let count = |at: usize| (at, rows.shared(&self.universes[at]));
        let all = (0..self.literals.len()).filter(holds).map(count);
        all.filter(|(_, count)| *count >= FEWEST).collect()
    }

    /// All pairs of premises.
    fn pairs(&self) -> Vec<Rule> {
        let mut order: Vec<usize> = (0..self.literals.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(self.literals[at].count));
        order.truncate(PAIRED);
        let of_first = |place: usize| {
            let a = order[place];
            let seconds = order[place + 1..].iter().copied();
            let mut rules = Vec::new();
            for b in seconds.filter(|&b| self.column(a) != self.column(b)) {
                let [first, second] = [a, b].map(|at| &self.literals[at].rows);
                if first.shared(second) < FEWEST {
                    continue;
                }
                let rows = first.and(second);
                for (then, count) in self.implied(&rows) {
                    let when = vec![a.min(b), a.max(b)];
                    let rule = Rule { when, then, rows: rows.clone(), count };
                    rules.extend(self.is_rule(&rule).then_some(rule));
                }
            }
            rules
        };
        (0..order.len()).into_par_iter().flat_map_iter(of_first).collect()
    }

    /// A longer list of premises for each conclusion.
    fn longer(&self) -> Vec<Rule> {
        (0..self.literals.len()).into_par_iter().filter_map(|then| self.grown(then)).collect()
    }

    fn grown(&self, then: usize) -> Option<Rule> {
        let good = &self.literals[then].rows;
        let bad = self.universes[then].without(good);
        let (mut when, mut rows) = (Vec::new(), self.universes[then].clone());
        let purity = |rows: &Rows, with: &Rows| {
            let [good, bad] = [good, &bad].map(|of| rows.shared_by_three(with, of) as f64);
            (good, (good / (good + bad)).ln())
        };
        while rows.shared(&bad) > 0 {
            let (_, before) = purity(&rows, &self.everywhere);
            let gain = |literal: usize| {
                let (good, after) = purity(&rows, &self.literals[literal].rows);
                if good < FEWEST as f64 { f64::NEG_INFINITY } else { good * (after - before) }
            };
            let open = (0..self.literals.len()).filter(|&at| {
                let all = when.iter().chain([&then]);
                all.into_iter().all(|&other| self.column(other) != self.column(at))
            });
            let best = open.map(|at| (gain(at), at)).max_by(|a, b| a.0.total_cmp(&b.0))?;
            if best.0 <= 0.0 || when.len() == LONGEST {
                return None;
            }
            when.push(best.1);
            rows = rows.and(&self.literals[best.1].rows);
        }
        self.needed(when, then)
    }

    /// The rule without premises that it does not need, if three or more are left.
    fn needed(&self, mut when: Vec<usize>, then: usize) -> Option<Rule> {
        let holds = |when: &[usize]| {
            self.rows(when).shared_is_within(&self.universes[then], &self.literals[then].rows)
        };
        for at in when.clone() {
            let fewer: Vec<usize> = when.iter().copied().filter(|other| *other != at).collect();
            if holds(&fewer) {
                when = fewer;
            }
        }
        when.sort_unstable();
        let rows = self.rows(&when);
        let count = rows.shared(&self.universes[then]);
        let rule = Rule { when, then, rows, count };
        (rule.when.len() > 2 && count >= FEWEST && self.is_rule(&rule)).then_some(rule)
    }

    /// Whether each premise is needed, and chance does not explain what it adds to the others.
    fn is_rule(&self, rule: &Rule) -> bool {
        let Rule { when, then, count, .. } = rule;
        if !self.are_apart(&[&when[..], &[*then]].concat()) {
            return false;
        }
        let candidates = (when.len() + 1) as f64 * (self.literals.len() as f64).ln()
            - (1..=when.len()).map(|i| (i as f64).ln()).sum::<f64>();
        let adds = |premise: &usize| {
            let others: Vec<usize> = when.iter().copied().filter(|at| at != premise).collect();
            let rows = self.rows(&others).and(&self.universes[*premise]);
            let all = rows.shared(&self.universes[*then]);
            let marked = rows.shared(&self.literals[*then].rows);
            let chance = if marked == all { 0.0 } else { all_marked(*count, marked, all) };
            is_believed(chance + candidates, 1)
        };
        when.iter().all(adds)
    }

    /// Whether one cell alone says it already, in more rows.
    fn is_said(&self, rule: &Rule) -> bool {
        let (then, within) = (&self.literals[rule.then].rows, &self.universes[rule.then]);
        let alone = |state: &State| {
            rule.rows.is_within(&state.rows) && state.rows.shared_is_within(within, then)
        };
        let own = self.column(rule.then);
        let others = self.states.iter().enumerate().filter(|(at, _)| *at != own);
        others.flat_map(|(_, of)| of.values.iter().chain(&of.missing)).any(alone)
    }

    /// The rules that say something that none before them says, those of most rows first.
    fn chosen(&self, mut rules: Vec<Rule>) -> Vec<Found> {
        rules.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| self.order(a).cmp(&self.order(b))));
        let (mut chosen, mut forbidden): (Vec<Rule>, HashSet<Vec<usize>>) = Default::default();
        for rule in rules {
            let said = |other: &Rule| other.then == rule.then && rule.rows.is_within(&other.rows);
            if chosen.len() == MOST || chosen.iter().any(said) || self.is_said(&rule) {
                continue;
            }
            // The same turned round: what may not stand together.
            if let Some(cells) = self.forbidden(&rule)
                && !forbidden.insert(cells)
            {
                continue;
            }
            chosen.push(rule);
        }
        chosen.into_iter().map(|rule| self.relation(rule)).collect()
    }

    /// Of rules that say the same the one whose conclusion is most usual comes first.
    fn order(&self, rule: &Rule) -> (usize, Vec<usize>) {
        (usize::MAX - self.literals[rule.then].count, rule.when.clone())
    }

    /// The literals that a rule keeps from standing together, if its conclusion has one opposite.
    fn forbidden(&self, rule: &Rule) -> Option<Vec<usize>> {
        let other = |at: &usize| *at != rule.then && self.column(*at) == self.column(rule.then);
        let mut others = (0..self.literals.len()).filter(other);
        let opposite = others.next().filter(|_| others.next().is_none())?;
        let mut cells = [&rule.when[..], &[opposite]].concat();
        cells.sort_unstable();
        Some(cells)
    }

    fn relation(&self, rule: Rule) -> Found {
        let condition = |at: usize| self.literals[at].condition.clone();
        let when: Vec<Condition> = rule.when.iter().map(|&at| condition(at)).collect();
        found(Relation::Conjunction { when, then: condition(rule.then) }, rule.count)
    }
}
