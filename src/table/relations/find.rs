//! All relations of a table.

use super::chance::FEWEST;
use super::states::{ColumnStates, states};
use super::{
    Found, Relation, calendar, columns, combinations, few_values, follows, implications, linear,
    products, reduce, sums,
};
use crate::Table;

/// The relations that all rows of a table keep, the most general kinds first, and those that its
/// schema declares, with their exceptions.
///
/// A relation is believed under two conditions.
/// At least 20 rows could have broken it.
/// And if the columns were shuffled independently, a thousand such tables would be unlikely to show
/// a single relation like it by chance (Bonferroni over all candidates).
/// So relations that follow from the ranges alone are not listed.
/// Columns are compared if they have the same unit or the same levels.
pub fn find(train: &Table) -> Vec<Found> {
    if train.rows() < FEWEST {
        return declared(train);
    }
    let states = states(train);
    let mut found = columns::find(train, &states);
    found.iter_mut().for_each(|found| orient(&mut found.relation, &states));
    let equal: Vec<[usize; 2]> = found
        .iter()
        .filter_map(|found| match found.relation {
            Relation::Equal { a, b, when: None } => Some([a.min(b), a.max(b)]),
            _ => None,
        })
        .collect();
    let given = declared(train);
    found.extend(given.iter().cloned());
    found.extend(sums::find(train));
    found.extend(calendar::find(train, &made(&found)));
    let known = linear::known(&found);
    found.extend(linear::find(train, &equal, &known, &made(&found)));
    found.extend(products::find(train, &linear::known(&found), &made(&found)));
    found.extend(implications::together(&states));
    found.extend(implications::find(train.rows(), &states, |a, b| {
        equal.contains(&[a.min(b), a.max(b)])
    }));
    let mut once = vec![false; given.len()];
    found.retain(|one| match given.iter().position(|given| given.relation == one.relation) {
        Some(at) => !std::mem::replace(&mut once[at], true),
        None => true,
    });
    let made = made(&found);
    few_values::find(train, &mut found, made);
    reduce::reduce(&mut found, &states);
    found.sort_by_key(|found| rank(&found.relation));
    found
}

/// The columns that relations of a list make of others everywhere.
fn made(found: &[Found]) -> Vec<usize> {
    let column = |found: &Found| match &found.relation {
        Relation::Equal { b, when: None, .. } => Some(*b),
        Relation::Sum { total, .. } => Some(*total),
        Relation::Formula(formula) => Some(formula.column),
        _ => None,
    };
    found.iter().filter_map(column).collect()
}

/// The formulas and relations of a table's schema, counted on its rows; those that name a column
/// that the table lacks are left out.
pub fn declared(train: &Table) -> Vec<Found> {
    let columns = train.schema.columns.iter().enumerate();
    let given = columns.filter_map(|(column, of)| {
        Relation::of_formula(column, of.formula.as_ref()?, &train.schema).ok()
    });
    let listed = train.schema.relations.iter();
    let listed = listed.filter_map(|text| Relation::parse(text, &train.schema).ok());
    given.chain(listed).map(|relation| Found::count(relation, train)).collect()
}

impl Found {
    /// What the training rows say of a relation that the user asks for.
    pub fn count(mut relation: Relation, train: &Table) -> Self {
        match &mut relation {
            Relation::Combinations { columns, known } if known.is_empty() => {
                *known = combinations(train, columns);
            }
            Relation::Follows { column, source, lookup } if lookup.pairs().is_empty() => {
                *lookup = follows::counted(train, *column, *source);
            }
            _ => {}
        }
        let verdicts = || (0..train.rows()).filter_map(|row| relation.holds(train.cells.row(row)));
        let (support, exceptions) = (verdicts().count(), verdicts().filter(|kept| !kept).count());
        let ties = match relation {
            Relation::Ordered { low, high } => {
                let equal = (0..train.rows())
                    .filter(|&row| train.cells[(row, low)] == train.cells[(row, high)])
                    .count();
                20 * equal >= support
            }
            _ => false,
        };
        Self { relation, support, exceptions, follows: false, ties }
    }
}

/// Puts the column with fewer different values first.
/// The other one is copied from it.
fn orient(relation: &mut Relation, states: &[ColumnStates]) {
    if let Relation::Equal { a, b, .. } = relation
        && states[*a].distinct > states[*b].distinct
    {
        std::mem::swap(a, b);
    }
}

fn rank(relation: &Relation) -> usize {
    match relation {
        Relation::Equal { when: None, .. } => 0,
        Relation::Sum { .. } | Relation::Formula(_) => 1,
        Relation::Equal { .. } => 2,
        Relation::Ordered { .. } => 3,
        Relation::Combinations { .. } | Relation::Follows { .. } | Relation::Either { .. } => 2,
        Relation::Together { .. } => 4,
        Relation::Implies { .. } => 5,
    }
}
