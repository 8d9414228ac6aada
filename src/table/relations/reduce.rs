//! Marks the relations that others of the list already say, so that people can read the list.

use super::states::ColumnStates;
use super::{Found, Relation};
use crate::condition::{Condition, Test};
use std::collections::{HashMap, HashSet};

/// Marks implications and orders that follow from others that are not marked.
pub(super) fn reduce(found: &mut [Found], states: &[ColumnStates]) {
    let mut said = Said::of(found);
    // Of two that say the same the one with fewer rows stays, because its premise is rarer and
    // clearer.
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(found[at].support));
    for at in order {
        if !found[at].follows && said.says(&found[at].relation, at, found, states) {
            said.forget(&found[at].relation);
            found[at].follows = true;
        }
    }
}

/// A condition as a key: a level or number by its bits.
type Key = (usize, u8, u64);

/// None of a condition that no relation is found with.
fn key(condition: &Condition) -> Option<Key> {
    match &condition.test {
        Test::Missing => Some((condition.column, 0, 0)),
        Test::Present => Some((condition.column, 1, 0)),
        Test::OneOf(values) if values.len() == 1 => {
            Some((condition.column, 2, values[0].to_bits()))
        }
        Test::Above(value) => Some((condition.column, 3, value.to_bits())),
        Test::Below(value) => Some((condition.column, 4, value.to_bits())),
        _ => None,
    }
}

/// What relations that are not marked say, by what they begin with.
#[derive(Default)]
struct Said {
    above: HashMap<usize, Vec<usize>>,
    orders: HashSet<[usize; 2]>,
    after: HashMap<Key, Vec<Key>>,
    rules: HashSet<[Key; 2]>,
    /// Implications between two columns, by their places in the list.
    between: HashMap<[usize; 2], Vec<usize>>,
}

impl Said {
    fn of(found: &[Found]) -> Self {
        let mut said = Self::default();
        for (at, one) in found.iter().enumerate().filter(|(_, one)| !one.follows) {
            match &one.relation {
                Relation::Ordered { low, high } => {
                    said.above.entry(*low).or_default().push(*high);
                    said.orders.insert([*low, *high]);
                }
                Relation::Implies { when, then } => {
                    if let Some((from, to)) = key(when).zip(key(then)) {
                        said.after.entry(from).or_default().push(to);
                        said.rules.insert([from, to]);
                    }
                    said.between.entry([when.column, then.column]).or_default().push(at);
                }
                _ => {}
            }
        }
        said
    }

    fn forget(&mut self, relation: &Relation) {
        match relation {
            Relation::Ordered { low, high } => {
                self.orders.remove(&[*low, *high]);
            }
            Relation::Implies { when, then } => {
                if let Some((from, to)) = key(when).zip(key(then)) {
                    self.rules.remove(&[from, to]);
                }
            }
            _ => {}
        }
    }

    /// Whether relations other than the one at a place, and not marked, say it.
    fn says(
        &self,
        relation: &Relation,
        at: usize,
        found: &[Found],
        states: &[ColumnStates],
    ) -> bool {
        match relation {
            Relation::Ordered { low, high } => self.above[low].iter().any(|middle| {
                self.orders.contains(&[*low, *middle]) && self.orders.contains(&[*middle, *high])
            }),
            Relation::Implies { when, then } => {
                let chained = key(when).zip(key(then)).is_some_and(|(from, to)| {
                    self.after[&from].iter().any(|middle| {
                        self.rules.contains(&[from, *middle]) && self.rules.contains(&[*middle, to])
                    })
                });
                let crossed = self.between.get(&[then.column, when.column]);
                chained
                    || crossed.is_some_and(|places| {
                        places.iter().filter(|other| **other != at && !found[**other].follows).any(
                            |&other| match &found[other].relation {
                                Relation::Implies { when: premise, then: conclusion } => {
                                    says_in_reverse((premise, conclusion), (when, then), states)
                                }
                                _ => false,
                            },
                        )
                    })
            }
            _ => false,
        }
    }
}

/// Whether one implication is the reverse of another one.
/// If A has only two values x and x', `A = x -> B = y` (or `B is missing`) also says `B = z -> A =
/// x'`, and `A = x -> B is not missing` also says `B is missing -> A = x'`.
/// The columns are crossed.
fn says_in_reverse(
    (premise, conclusion): (&Condition, &Condition),
    (when, then): (&Condition, &Condition),
    states: &[ColumnStates],
) -> bool {
    let values = |condition: &Condition| matches!(condition.test, Test::OneOf(_));
    let two = states[premise.column].distinct == 2
        && values(premise)
        && values(then)
        && premise.test != then.test;
    let excluded = match conclusion.test {
        Test::Missing => values(when),
        Test::Present => when.test == Test::Missing,
        _ => values(when) && conclusion.test != when.test,
    };
    two && excluded
}
