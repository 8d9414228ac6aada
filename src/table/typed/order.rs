//! Orders without circles, for derived columns and for gates.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// Whether steps lead from one place to another, or whether they are the same.
pub(super) fn leads(from: usize, to: usize, next: impl Fn(usize) -> Vec<usize>) -> bool {
    let (mut seen, mut open) = (HashSet::from([from]), vec![from]);
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        open.extend(next(at).into_iter().filter(|place| seen.insert(*place)));
    }
    false
}

/// The items in an order in which none waits for a later one; apart from that they stay as they
/// were.
/// Panics on a circle.
pub(super) fn in_order<T>(
    items: Vec<T>,
    makes: impl Fn(&T) -> usize,
    needs: impl Fn(&T) -> Vec<usize>,
) -> Vec<T> {
    let mut users: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut makers: HashMap<usize, usize> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        *makers.entry(makes(item)).or_default() += 1;
        for needed in needs(item) {
            users.entry(needed).or_default().push(at);
        }
    }
    let waits = |item: &T| {
        needs(item).iter().map(|needed| makers.get(needed).copied().unwrap_or(0)).sum::<usize>()
    };
    let mut waiting: Vec<usize> = items.iter().map(waits).collect();
    let ready = (0..items.len()).filter(|&at| waiting[at] == 0).map(Reverse);
    let mut ready: BinaryHeap<Reverse<usize>> = ready.collect();
    let mut sorted = Vec::with_capacity(items.len());
    let count = items.len();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    while let Some(Reverse(at)) = ready.pop() {
        let item = items[at].take().expect("an item that is ready once");
        for &user in users.get(&makes(&item)).map_or(&[][..], Vec::as_slice) {
            waiting[user] -= 1;
            if waiting[user] == 0 {
                ready.push(Reverse(user));
            }
        }
        sorted.push(item);
    }
    assert_eq!(sorted.len(), count, "a circle");
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_along_their_direction() {
        let next = |at: usize| [vec![1, 2], vec![3], vec![], vec![0]][at].clone();
        assert!(leads(0, 3, next) && leads(3, 2, next) && leads(2, 2, next));
        assert!(!leads(2, 0, next));
    }

    #[test]
    fn nothing_stands_before_what_it_waits_for() {
        // 3 needs what 1 makes, 1 what 2 makes; all else stays as it was.
        let needs = |item: &usize| match item {
            3 => vec![1],
            1 => vec![2],
            _ => Vec::new(),
        };
        assert_eq!(in_order(vec![0, 3, 1, 4, 2], |item| *item, needs), [0, 4, 2, 1, 3]);
    }

    #[test]
    #[should_panic(expected = "a circle")]
    fn a_circle_is_a_mistake() {
        in_order(vec![1, 2], |item| *item, |item| vec![3 - item]);
    }
}
