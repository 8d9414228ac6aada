//! Marks the relations that others of the list already say, so that people can read the list.

use super::states::ColumnStates;
use super::{Found, Relation};
use crate::condition::{Condition, Test};

/// Marks implications and orders that follow from others that are not marked.
pub(super) fn reduce(found: &mut [Found], states: &[ColumnStates]) {
    // Of two that say the same the one with fewer rows stays, because its premise is rarer and
    // clearer.
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(found[at].support));
    for at in order {
        if found[at].follows {
            continue;
        }
        let others =
            || found.iter().enumerate().filter(|(other, found)| *other != at && !found.follows);
        found[at].follows = match &found[at].relation {
            Relation::Ordered { low, high } => {
                let (low, high) = (*low, *high);
                let links = |from: usize, to: usize| {
                    others().any(|(_, other)| {
                        other.relation == Relation::Ordered { low: from, high: to }
                    })
                };
                (0..states.len()).any(|middle| links(low, middle) && links(middle, high))
            }
            Relation::Implies { when, then } => {
                let rules = || {
                    others().filter_map(|(_, other)| match &other.relation {
                        Relation::Implies { when, then } => Some((when, then)),
                        _ => None,
                    })
                };
                let steps = || rules().filter(|(first, _)| *first == when);
                let chained = steps()
                    .any(|(_, middle)| rules().any(|(from, to)| from == middle && to == then));
                chained || rules().any(|rule| says_in_reverse(rule, (when, then), states))
            }
            _ => false,
        };
    }
}

/// Whether one implication is the reverse of another one.
/// If A has only two values x and x', `A = x -> B = y` (or `B is missing`) also says `B = z -> A =
/// x'`, and `A = x -> B is not missing` also says `B is missing -> A = x'`.
fn says_in_reverse(
    (premise, conclusion): (&Condition, &Condition),
    (when, then): (&Condition, &Condition),
    states: &[ColumnStates],
) -> bool {
    let crossed = premise.column == then.column && conclusion.column == when.column;
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
    crossed && two && excluded
}
