//! Values that many patients share, and equalities that hold for some of them.

use super::Derivation;
use super::choices::{are_equal_beside, choices};
use super::chosen::{Chosen, Shared};
use super::plan::Plan;
use super::quantiles::Quantiles;
use crate::condition::Condition;
use crate::relations::{Found, Relation};
use crate::spikes::{middle, spikes};

/// Columns that are equal where a condition holds, if the order of the two does not say it: the
/// column that is more often one of a few values is a choice between these, the other column's
/// cell, and a number.
pub(super) fn equalities(plan: &mut Plan, relations: &[Found]) {
    let ordered = |a: usize, b: usize| {
        let ties = |found: &&Found| match found.relation {
            Relation::Ordered { low, high } => {
                found.ties && [[low, high], [high, low]].contains(&[a, b])
            }
            _ => false,
        };
        let kept = |found: &&Found| found.exceptions == 0 && ties(found);
        relations.iter().find(kept).map(|found| found.relation.clone())
    };
    for found in relations.iter().filter(|found| found.exceptions == 0) {
        let Relation::Equal { a, b, when: Some(when) } = &found.relation else { continue };
        if !plan.is_number(*a) || !plan.is_number(*b) {
            continue;
        }
        let spiky = |column: usize| !spikes(plan.train, column).is_empty();
        let order = ordered(*a, *b);
        if order.is_some() && !spiky(*a) && !spiky(*b) {
            continue;
        }
        if extend(plan, [*a, *b], when) || extend(plan, [*b, *a], when) {
            continue;
        }
        let mut candidates: Vec<Chosen> = [[*a, *b], [*b, *a]]
            .into_iter()
            .map(|[column, source]| chosen(plan, column, &[(source, Some(when))], order.as_slice()))
            .collect();
        let numbers = |chosen: &Chosen| {
            let rows = (0..plan.train.rows()).map(|row| plan.train.cells.row(row));
            rows.filter(|row| chosen.state(row) == 0.0).count()
        };
        candidates.sort_by_key(numbers);
        plan.take(candidates.into_iter().map(Derivation::Chosen).collect());
    }
}

/// Adds a further source to a column that is a choice already.
fn extend(plan: &mut Plan, [column, source]: [usize; 2], when: &Condition) -> bool {
    let Some(Derivation::Chosen(known)) = plan.derived.of_column(column) else { return false };
    if known.state_as(source).is_some() {
        return true;
    }
    let mut wider = known.clone();
    let added = chosen(plan, column, &[(source, Some(when))], &[]);
    let split = |states: &[Shared]| -> usize {
        states.iter().position(|state| matches!(state, Shared::Same(_))).unwrap_or(states.len())
    };
    let first = |states: &[Shared], state: &Shared| states[..split(states)].contains(state);
    // A value stands before the equalities only if none of them hides it.
    let (front, back): (Vec<Shared>, Vec<Shared>) = wider
        .states
        .iter()
        .filter(|state| matches!(state, Shared::Value(_)))
        .partition(|state| first(&known.states, state) && first(&added.states, state));
    let same = wider.states.iter().chain(&added.states);
    let same: Vec<Shared> =
        same.filter(|state| matches!(state, Shared::Same(_))).copied().collect();
    wider.states = [front, same, back].concat();
    let others: Vec<Derivation> =
        plan.derived.0.iter().filter(|one| one.column() != column).cloned().collect();
    let before = std::mem::replace(&mut plan.derived.0, others);
    let taken = plan.take(vec![Derivation::Chosen(wider)]);
    if !taken {
        plan.derived.0 = before;
    }
    taken
}

/// A column as a choice between its frequent values, sources (where a condition holds, or
/// anywhere) and a number, which keeps some orders.
/// Values that it never has where it is a source's cell come first.
fn chosen(
    plan: &Plan,
    column: usize,
    sources: &[(usize, Option<&Condition>)],
    orders: &[Relation],
) -> Chosen {
    choice_of(plan, column, spikes(plan.train, column), sources, orders)
}

/// The same between these values.
fn choice_of(
    plan: &Plan,
    column: usize,
    values: Vec<f64>,
    sources: &[(usize, Option<&Condition>)],
    orders: &[Relation],
) -> Chosen {
    let rows = || (0..plan.train.rows()).map(|row| plan.train.cells.row(row));
    let hidden = |value: &f64| {
        sources.iter().any(|(source, when)| {
            let holds = |row: &[f64]| when.is_none_or(|when| when.holds(row));
            rows().any(|row| row[column] == *value && row[*source] == *value && holds(row))
        })
    };
    let (back, front): (Vec<f64>, Vec<f64>) = values.into_iter().partition(hidden);
    let states = front
        .into_iter()
        .map(Shared::Value)
        .chain(sources.iter().map(|(source, _)| Shared::Same(*source)))
        .chain(back.into_iter().map(Shared::Value))
        .collect();
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for order in orders {
        match order {
            Relation::Ordered { low, high } if *low == column => below.push(*high),
            Relation::Ordered { low, high } if *high == column => above.push(*low),
            _ => {}
        }
    }
    let quantiles = Quantiles::default();
    let chosen =
        Chosen { column, states, below, above, quantiles, choice: 0, ends: ends(plan, column) };
    with_quantiles(plan, chosen)
}

/// The same with the quantiles of its numbers, if columns bound these or a value parts them.
fn with_quantiles(plan: &Plan, mut chosen: Chosen) -> Chosen {
    let bounded = !chosen.below.is_empty() || !chosen.above.is_empty();
    if bounded || chosen.middle().is_some() {
        let rows = (0..plan.train.rows()).map(|row| plan.train.cells.row(row));
        let numbers = rows.map(|row| chosen.remainder(row));
        chosen.quantiles = Quantiles::of(numbers, plan.train.patients());
    }
    chosen
}

/// Columns of numbers that are as they are, and of which many patients share a few values.
/// They keep their orders, but for those with columns that are made of them already.
pub(super) fn spikes_of_the_rest(plan: &mut Plan, relations: &[Found]) {
    for column in 0..plan.train.schema.columns.len() {
        if !plan.is_number(column) || plan.derived.of_column(column).is_some() {
            continue;
        }
        let spikes = spikes(plan.train, column);
        let values = choices(plan, relations, column, &spikes);
        let parted = middle(plan.train, column).filter(|_| values == spikes).map(Shared::Above);
        if values.is_empty() {
            continue;
        }
        let (mut orders, mut sources) = (Vec::new(), Vec::new());
        for found in relations.iter().filter(|found| found.exceptions == 0) {
            let Relation::Ordered { low, high } = found.relation else { continue };
            let other = if low == column { high } else { low };
            if ![low, high].contains(&column) || !plan.is_number(other) {
                continue;
            }
            orders.push(found.relation.clone());
            if found.ties && are_equal_beside(plan, [column, other], &values) {
                sources.push((other, None));
            }
        }
        let is_free = |other: usize| !plan.derived.needs(other, column);
        sources.retain(|(other, _)| is_free(*other));
        orders.retain(|order| order.columns().into_iter().all(|at| at == column || is_free(at)));
        let candidates = [
            choice_of(plan, column, values.clone(), &sources, &orders),
            choice_of(plan, column, values.clone(), &[], &orders),
            choice_of(plan, column, values, &[], &[]),
        ];
        let candidates = candidates.map(|mut chosen| {
            chosen.states.extend(parted);
            Derivation::Chosen(with_quantiles(plan, chosen))
        });
        plan.take(candidates.into());
    }
}

/// The smoothed extremes of a column of numbers.
fn ends(plan: &Plan, column: usize) -> Option<[f64; 2]> {
    Quantiles::of(plan.train.cells.column(column), plan.train.patients()).ends()
}
