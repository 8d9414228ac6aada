//! What columns of few values say of each other: those that follow from another one, those of few
//! combinations, and those that say whether any of others holds.

use super::values::values;
use super::{Found, Relation, decisions, either, follows, groups, linear};
use crate::Table;
use crate::condition::Test;
use std::collections::HashSet;

/// Adds these relations to those that are found, and marks those of them that they say, too.
/// `made` are columns that others make, `given` relations that the schema declares.
pub(super) fn find(train: &Table, found: &mut Vec<Found>, mut made: Vec<usize>, given: &[Found]) {
    let values = values(train);
    let mut known = linear::known(found);
    known.extend(found.iter().filter_map(|found| match found.relation {
        Relation::Equal { a, b, .. } => Some(vec![a, b]),
        _ => None,
    }));
    let mut follow = follows::find(train, &values, &known, &made);
    let gone = without_circles(found, &mut follow, given);
    made.retain(|column| !gone.contains(column));
    made.extend(follow.iter().filter_map(column));
    mark_following(found, &follow);
    found.extend(follow);
    let wide = groups::find(train, &values, found, &made, true);
    let sets: Vec<Vec<usize>> = wide.iter().filter_map(group).collect();
    made.extend(sets.concat());
    let mut either = either::find(train, &values, &sets);
    either.retain(|one| column(one).is_some_and(|column| !made.contains(&column)));
    made.extend(either.iter().filter_map(column));
    found.extend(wide.into_iter().chain(either));
    let decided = decisions::find(train, &values, found, &made);
    made.extend(decided.iter().filter_map(column));
    mark_decided(found, &decided);
    found.extend(decided);
    let others = groups::find(train, &values, found, &made, false);
    found.extend(others);
    mark_within_groups(found);
    for one in found.iter_mut().filter(|one| column(one).is_some()) {
        *one = Found { follows: one.follows, ..Found::count(one.relation.clone(), train) };
    }
}

/// Takes out what would make columns of each other, and returns the columns that nothing makes any
/// more.
///
/// Where all columns of a formula follow from the one that it makes, it says nothing that they do not
/// say: any product of powers of functions of one column of few values may fit.
/// Where some do, the formula says more than they.
fn without_circles(
    found: &mut Vec<Found>,
    follow: &mut Vec<Found>,
    given: &[Found],
) -> HashSet<usize> {
    let pair = |found: &Found| match found.relation {
        Relation::Follows { column, source, .. } => Some([source, column]),
        _ => None,
    };
    let from: HashSet<[usize; 2]> = follow.iter().filter_map(pair).collect();
    let formula = |one: &Found| match &one.relation {
        Relation::Formula(of) => Some((of.column, of.expression.columns())),
        _ => None,
    };
    let made: Vec<(usize, Vec<usize>)> = found.iter().filter_map(formula).collect();
    let (mut gone, mut circular) = (HashSet::new(), HashSet::new());
    found.retain(|one| {
        let Some((column, sources)) = formula(one) else { return true };
        let declared = given.iter().any(|given| given.relation == one.relation);
        let functions = functions(column, &from, &made);
        if !declared && !sources.is_empty() && sources.iter().all(|at| functions.contains(at)) {
            gone.insert(column);
            return false;
        }
        circular.extend(sources.into_iter().map(|source| [column, source]));
        true
    });
    follow.retain(|one| pair(one).is_none_or(|pair| !circular.contains(&pair)));
    gone
}

/// A column and those that follow from it, at once or by others, or are made of such alone.
fn functions(
    column: usize,
    from: &HashSet<[usize; 2]>,
    made: &[(usize, Vec<usize>)],
) -> HashSet<usize> {
    let mut all = HashSet::from([column]);
    loop {
        let follow = from.iter().filter(|[source, _]| all.contains(source)).map(|pair| pair[1]);
        let of_all = |sources: &[usize]| sources.iter().all(|source| all.contains(source));
        let made = made.iter().filter(|(_, sources)| of_all(sources)).map(|(column, _)| *column);
        let new: Vec<usize> = follow.chain(made).filter(|at| !all.contains(at)).collect();
        if new.is_empty() {
            return all;
        }
        all.extend(new);
    }
}

/// The column that follows from others.
fn column(found: &Found) -> Option<usize> {
    match found.relation {
        Relation::Follows { column, .. }
        | Relation::Decision { column, .. }
        | Relation::Either { column, .. } => Some(column),
        _ => None,
    }
}

/// The columns of a group that has few combinations.
fn group(found: &Found) -> Option<Vec<usize>> {
    match &found.relation {
        Relation::Combinations { columns, .. } => Some(columns.clone()),
        _ => None,
    }
}

/// What follows says what an implication from a value of the one column to the other does, and so
/// does a formula of one column.
fn mark_following(found: &mut [Found], follow: &[Found]) {
    let pair = |found: &Found| match found.relation {
        Relation::Follows { column, source, .. } => Some([source, column]),
        _ => None,
    };
    let one_to_one = |found: &Found| match &found.relation {
        Relation::Formula(formula) => match formula.expression.columns()[..] {
            [source] => [[source, formula.column], [formula.column, source]].to_vec(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let formulas = found.iter().flat_map(one_to_one);
    let pairs: HashSet<[usize; 2]> = follow.iter().filter_map(pair).chain(formulas).collect();
    for other in found.iter_mut() {
        if let Relation::Implies { when, then } = &other.relation
            && pairs.contains(&[when.column, then.column])
            && matches!([&when.test, &then.test], [Test::OneOf(_), Test::OneOf(_)])
        {
            other.follows = true;
        }
    }
}

/// A decision says what implications from one of its columns to the one that it decides do.
fn mark_decided(found: &mut [Found], decided: &[Found]) {
    for other in found.iter_mut() {
        let Relation::Implies { when, then } = &other.relation else { continue };
        let of_values = matches!([&when.test, &then.test], [Test::OneOf(_), Test::OneOf(_)]);
        let says = |one: &Found| match &one.relation {
            Relation::Decision { column, sources, .. } => {
                *column == then.column && sources.contains(&when.column)
            }
            _ => false,
        };
        other.follows |= of_values && decided.iter().any(says);
    }
}

/// A group says what implications between its columns do.
fn mark_within_groups(found: &mut [Found]) {
    let sets: Vec<Vec<usize>> = found.iter().filter_map(group).collect();
    let within = |a: usize, b: usize| sets.iter().any(|set| set.contains(&a) && set.contains(&b));
    for one in found.iter_mut() {
        if let Relation::Implies { when, then } = &one.relation
            && within(when.column, then.column)
        {
            one.follows = true;
        }
    }
}
