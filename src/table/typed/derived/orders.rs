//! Ordered columns as distances: pairs that are often equal, and chains of any kind.

use super::Derivation;
use super::apart::Apart;
use super::bounded::Bounded;
use super::choices::must_choose;
use super::close::is_close;
use super::plan::Plan;
use crate::relations::{Found, Relation};
use crate::spikes::spikes;
use std::collections::HashSet;

/// An order of two columns of numbers.
struct Order {
    low: usize,
    high: usize,
    ties: bool,
    close: bool,
}

/// Derives what orders say.
pub(super) fn derive(plan: &mut Plan, relations: &[Found]) {
    let orders: Vec<Order> = relations
        .iter()
        .filter(|found| found.exceptions == 0)
        .filter_map(|found| match found.relation {
            Relation::Ordered { low, high } if plan.is_number(low) && plan.is_number(high) => {
                let close = found.ties || is_close(plan.train, [low, high]);
                Some(Order { low, high, ties: found.ties, close })
            }
            _ => None,
        })
        .filter(|order| !is_outside(plan, order))
        .collect();
    let orders = with_neighbours(orders);
    let ordered: HashSet<usize> = orders.iter().flat_map(|order| [order.low, order.high]).collect();
    let ordered = ordered.into_iter();
    let choices: HashSet<usize> =
        ordered.filter(|&column| must_choose(plan, relations, column)).collect();
    pairs(plan, &orders, &choices);
    chains(plan, &orders, &choices);
}

/// The orders, all those close that share a column with a close one: what a distance makes goes less
/// with other columns than the cells themselves would.
fn with_neighbours(mut orders: Vec<Order>) -> Vec<Order> {
    let close = orders.iter().filter(|order| order.close);
    let measured: HashSet<usize> = close.flat_map(|order| [order.low, order.high]).collect();
    for order in &mut orders {
        order.close |= [order.low, order.high].iter().any(|column| measured.contains(column));
    }
    orders
}

/// Whether many patients share a value of one column that lies beyond all of the other's: a code.
/// It says nothing of an order.
fn is_outside(plan: &Plan, order: &Order) -> bool {
    let extreme = |column: usize, pick: fn(f64, f64) -> f64| {
        plan.train.cells.column(column).filter(|cell| !cell.is_nan()).reduce(pick)
    };
    let low = extreme(order.high, f64::min).unwrap_or(f64::NAN);
    let high = extreme(order.low, f64::max).unwrap_or(f64::NAN);
    spikes(plan.train, order.low).iter().any(|value| *value < low)
        || spikes(plan.train, order.high).iter().any(|value| *value > high)
}

/// Pairs that are often equal and that no other order touches.
/// A column in which some values are choices keeps its order as one of these
/// ([`super::shared::spikes_of_the_rest`]): a distance has no value that others could ask for.
fn pairs(plan: &mut Plan, orders: &[Order], choices: &HashSet<usize>) {
    let touched = |column: usize| {
        orders
            .iter()
            .filter(|order| order.close && [order.low, order.high].contains(&column))
            .count()
    };
    let is_number =
        |order: &&Order| ![order.low, order.high].iter().any(|column| choices.contains(column));
    for Order { low, high, .. } in orders.iter().filter(|order| order.ties).filter(is_number) {
        if touched(*low) == 1 && touched(*high) == 1 {
            let bounded = |column: usize, base: usize, above: bool| {
                Bounded::of(plan.train, column, [&[base], &[]], above, true)
                    .map(Derivation::Bounded)
            };
            let below = Derivation::Below { column: *low, base: *high, gap: None };
            let distance = plan.distance(*high, *low);
            let by_itself = [bounded(*low, *high, false), bounded(*high, *low, true)];
            let candidates = by_itself.into_iter().chain([distance, Some(below)]);
            let candidates = candidates.flatten().collect();
            plan.take(candidates);
        }
    }
}

/// Columns that orders tie together, each as a distance from those that come before it.
fn chains(plan: &mut Plan, orders: &[Order], choices: &HashSet<usize>) {
    let mut open: Vec<usize> = orders
        .iter()
        .filter(|order| order.close)
        .flat_map(|order| [order.low, order.high])
        .collect();
    open.sort_unstable();
    open.dedup();
    // What is made otherwise, or is a choice, is as it is.
    let (mut done, mut open): (Vec<usize>, Vec<usize>) = open
        .into_iter()
        .partition(|column| plan.derived.of_column(*column).is_some() || choices.contains(column));
    while !open.is_empty() {
        let source = source(plan, orders, &done, &open);
        let next = next(plan, orders, &done, &open).filter(|_| source.is_none());
        let column = source.or(next).unwrap_or_else(|| root(plan, orders, &open));
        open.retain(|other| *other != column);
        if next.is_some() {
            let derivation = apart(plan, orders, &done, column);
            plan.take(derivation.into_iter().collect());
        }
        done.push(column);
    }
}

/// The column that others are measured from: complete, if one is; of several the lowest.
fn root(plan: &Plan, orders: &[Order], open: &[usize]) -> usize {
    let missing = |column: usize| plan.train.cells.column(column).filter(|x| x.is_nan()).count();
    let below = |column: usize| orders.iter().filter(|order| order.high == column).count();
    open.iter()
        .copied()
        .min_by_key(|&column| (missing(column), below(column), column))
        .expect("a column that is open")
}

/// A complete column that is measured from none of those that are done, because those next to it
/// are made of it: others may be measured from it.
fn source(plan: &Plan, orders: &[Order], done: &[usize], open: &[usize]) -> Option<usize> {
    let beside = |column: usize| {
        let beside = orders.iter().filter(move |order| order.close);
        beside.filter_map(move |order| match [order.low, order.high] {
            [low, high] if low == column => Some(high),
            [low, high] if high == column => Some(low),
            _ => None,
        })
    };
    let is_source = |column: &usize| {
        beside(*column).any(|other| done.contains(&other))
            && !beside(*column).any(|other| is_base(plan, done, other, *column))
            && plan.train.is_complete(*column)
    };
    open.iter().copied().find(is_source)
}

/// An open column next to one that is done: the lowest of those above, else the highest below.
fn next(plan: &Plan, orders: &[Order], done: &[usize], open: &[usize]) -> Option<usize> {
    let close = || orders.iter().filter(|order| order.close);
    let is_base = |base: usize, column: usize| is_base(plan, done, base, column);
    let above =
        |column: &usize| close().any(|order| order.high == *column && is_base(order.low, *column));
    let below =
        |column: &usize| close().any(|order| order.low == *column && is_base(order.high, *column));
    let up: Vec<usize> = open.iter().copied().filter(above).collect();
    let is_low = |column: &&usize| {
        !orders.iter().any(|order| order.high == **column && up.contains(&order.low))
    };
    let down: Vec<usize> = open.iter().copied().filter(below).collect();
    let is_high = |column: &&usize| {
        !orders.iter().any(|order| order.low == **column && down.contains(&order.high))
    };
    up.iter().find(is_low).or_else(|| down.iter().find(is_high)).copied()
}

/// Whether a column is done and not made of another one, which may then be measured from it.
fn is_base(plan: &Plan, done: &[usize], base: usize, column: usize) -> bool {
    done.contains(&base) && !plan.derived.needs(base, column)
}

/// A column as a distance from those that are done, or as it is between them.
fn apart(plan: &Plan, orders: &[Order], done: &[usize], column: usize) -> Option<Derivation> {
    let known = |columns: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
        columns.filter(|&other| is_base(plan, done, other, column)).collect()
    };
    let lower =
        known(&mut orders.iter().filter(|order| order.high == column).map(|order| order.low));
    let upper =
        known(&mut orders.iter().filter(|order| order.low == column).map(|order| order.high));
    let close = |others: &[usize], high: bool| {
        orders.iter().any(|order| {
            let (own, other) = if high { (order.high, order.low) } else { (order.low, order.high) };
            order.close && own == column && others.contains(&other)
        })
    };
    let above = close(&lower, true);
    let ties = orders.iter().any(|order| {
        let other = if order.high == column { order.low } else { order.high };
        let has = [order.low, order.high].contains(&column);
        order.ties && has && is_base(plan, done, other, column)
    });
    let [lower, upper] = [nearest(plan, orders, lower, true), nearest(plan, orders, upper, false)];
    let sides = if above { [lower, upper] } else { [upper, lower] };
    if let Some(bounded) = Bounded::of(plan.train, column, [&sides[0], &sides[1]], above, ties) {
        return Some(Derivation::Bounded(bounded));
    }
    Apart::of(plan.train, column, sides, above, ties).map(Derivation::Apart)
}

/// Those of some columns on one side that can be the nearest one: not those beyond a column that is
/// always there.
fn nearest(plan: &Plan, orders: &[Order], columns: Vec<usize>, lower: bool) -> Vec<usize> {
    let is_beyond = |column: usize| {
        let passed = |order: &&Order| {
            let [near, far] = if lower { [order.high, order.low] } else { [order.low, order.high] };
            far == column && columns.contains(&near) && plan.train.is_complete(near)
        };
        orders.iter().any(|order| passed(&order))
    };
    columns.iter().copied().filter(|&column| !is_beyond(column)).collect()
}
