//! Orders without circles, for derived columns and for gates.

/// Whether steps lead from one place to another. A place leads to itself.
pub(super) fn leads(from: usize, to: usize, next: impl Fn(usize) -> Vec<usize>) -> bool {
    let (mut reached, mut at) = (vec![from], 0);
    while at < reached.len() {
        let new: Vec<usize> =
            next(reached[at]).into_iter().filter(|place| !reached.contains(place)).collect();
        reached.extend(new);
        at += 1;
    }
    reached.contains(&to)
}

/// The items in an order in which none waits for a later one; apart from that they stay as they
/// were.
/// Panics on a circle.
pub(super) fn in_order<T>(mut items: Vec<T>, waits: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut sorted = Vec::with_capacity(items.len());
    while !items.is_empty() {
        let ready = |item: &T| !items.iter().any(|other| waits(item, other));
        let next = items.iter().position(ready).expect("no circle");
        sorted.push(items.remove(next));
    }
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
        // 3 waits for 1, 1 for 2.
        let waits = |item: &usize, other: &usize| [(3, 1), (1, 2)].contains(&(*item, *other));
        assert_eq!(in_order(vec![3, 0, 1, 2], waits), [0, 2, 1, 3]);
    }

    #[test]
    #[should_panic(expected = "no circle")]
    fn a_circle_is_a_mistake() {
        in_order(vec![1, 2], |a, b| a != b);
    }
}
