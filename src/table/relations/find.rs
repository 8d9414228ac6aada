//! All relations of a table.

use super::chance::FEWEST;
use super::formulas::{formulas, of_all_rows};
use super::states::{ColumnStates, states};
use super::turned::Made;
use super::{
    Found, Relation, columns, combinations, conjunctions, decisions, few_values, follows, groups,
    implications, lacking, reduce,
};
use crate::Table;
use std::collections::{HashMap, HashSet};

/// The relations that all rows of a table keep, the most general kinds first, and those that its
/// schema declares, with their exceptions.
///
/// A relation is believed under two conditions.
/// At least 20 rows could have broken it.
/// And if the columns were shuffled independently, a thousand such tables would be unlikely to show
/// a single relation like it by chance (Bonferroni over all candidates).
/// So relations that follow from the ranges alone are not listed.
/// Columns are compared if they have the same unit or the same levels.
///
/// Rows of one patient resemble each other, so that each patient speaks once: one row of each is
/// searched, and what it says must hold in all rows.
pub fn find(train: &Table) -> Vec<Found> {
    let Some(of) = train.patients() else { return search(train) };
    let given = declared(train);
    let found = search(&train.rows_of(&one_of_each(of)));
    let found = of_all_rows(train, of, found, &given);
    let found =
        found.into_iter().filter(|one| given.iter().all(|given| given.relation != one.relation));
    let found = found.filter_map(|one| again(one, train));
    let mut found: Vec<Found> = given.iter().cloned().chain(found).collect();
    found.sort_by_key(|found| rank(&found.relation));
    found
}

/// Relations of a table of which some numbers were averaged since: those that the rows still keep,
/// counted again, and those that they do not.
/// What the schema declares is kept.
pub fn still(found: Vec<Found>, train: &Table) -> [Vec<Found>; 2] {
    let given = declared(train);
    let is_given = |one: &Found| given.iter().any(|given| given.relation == one.relation);
    let (mut kept, mut lost) = (given.clone(), Vec::new());
    for one in found.into_iter().filter(|one| !is_given(one)) {
        match again(one.clone(), train) {
            Some(counted) => kept.push(counted),
            None => lost.push(one),
        }
    }
    kept.sort_by_key(|found| rank(&found.relation));
    [kept, lost]
}

/// A row of each patient, in the order of the rows: an arbitrary one of his.
fn one_of_each(patients: &[usize]) -> Vec<usize> {
    let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
    patients
        .iter()
        .enumerate()
        .for_each(|(row, &patient)| rows.entry(patient).or_default().push(row));
    let one = |(patient, rows): (usize, Vec<usize>)| {
        let lot = (patient as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
        rows[lot as usize % rows.len()]
    };
    let mut chosen: Vec<usize> = rows.into_iter().map(one).collect();
    chosen.sort_unstable();
    chosen
}

/// A relation of a part of the rows, counted in all of them; none if it does not hold there.
fn again(found: Found, train: &Table) -> Option<Found> {
    let relation = match found.relation {
        Relation::Combinations { columns, .. } => groups::again(train, columns)?,
        Relation::Follows { column, source, .. } => follows::again(train, column, source)?,
        Relation::Decision { column, sources, .. } => {
            let table = decisions::counted(train, column, &sources);
            if table.is_empty() {
                return None;
            }
            Relation::Decision { column, sources, table }
        }
        other => other,
    };
    let mut counted = Found::count(relation, train);
    if counted.exceptions > 0
        && let Relation::Formula(formula) = &counted.relation
        && let Some(narrow) = lacking::narrow(formula, train)
    {
        counted = Found::count(Relation::Formula(narrow), train);
    }
    (counted.exceptions == 0).then_some(Found { follows: found.follows, ..counted })
}

/// [`find`] where every row is a patient.
fn search(train: &Table) -> Vec<Found> {
    if train.rows() < FEWEST {
        return declared(train);
    }
    let states = states(train);
    let mut found = columns::find(train, &states);
    found.iter_mut().for_each(|found| orient(&mut found.relation, &states));
    let equal = equal(&found);
    let given = declared(train);
    found.extend(given.iter().cloned());
    formulas(train, &mut found, &given);
    found.extend(implications::together(&states));
    let twins = twins(train, &found);
    found.extend(implications::find(train.rows(), &states, |a, b| {
        equal.contains(&[a.min(b), a.max(b)]) || twins.contains(&a) || twins.contains(&b)
    }));
    let mut once = vec![false; given.len()];
    found.retain(|one| match given.iter().position(|given| given.relation == one.relation) {
        Some(at) => !std::mem::replace(&mut once[at], true),
        None => true,
    });
    let made = Made::of(&found).columns();
    few_values::find(train, &mut found, made, &given);
    found.extend(together(train, &states, &found));
    reduce::reduce(&mut found, &states);
    found.sort_by_key(|found| rank(&found.relation));
    found
}

/// Columns that a formula makes of one other column, different wherever that is: whatever their
/// values say, those of the other column say.
fn twins(train: &Table, found: &[Found]) -> Vec<usize> {
    let of_one = |found: &Found| match &found.relation {
        Relation::Formula(formula) => {
            let sources = formula.expression.columns();
            (sources.len() == 1).then(|| [sources[0], formula.column])
        }
        _ => None,
    };
    let different = |columns: &[usize]| {
        let cells = |row: usize| columns.iter().map(move |&at| train.cells[(row, at)].to_bits());
        let rows = (0..train.rows()).map(|row| cells(row).collect::<Vec<_>>());
        rows.collect::<HashSet<_>>().len()
    };
    let pairs = found.iter().filter_map(of_one);
    let is_twin = |pair: &[usize; 2]| {
        different(pair) == different(&pair[..1]) && different(pair) == different(&pair[1..])
    };
    pairs.filter(is_twin).map(|pair| pair[1]).collect()
}

/// What several cells together say, beside the relations of a list.
fn together(train: &Table, states: &[ColumnStates], found: &[Found]) -> Vec<Found> {
    let follow = found.iter().filter_map(|one| match one.relation {
        Relation::Follows { column, .. }
        | Relation::Decision { column, .. }
        | Relation::Either { column, .. } => Some(column),
        _ => None,
    });
    let out: Vec<usize> = Made::of(found).columns().into_iter().chain(follow).collect();
    let sets = found.iter().filter(|one| !matches!(one.relation, Relation::Together { .. }));
    let known: Vec<Vec<usize>> =
        sets.map(|one| one.relation.columns()).filter(|columns| columns.len() > 2).collect();
    conjunctions::find(train.rows(), states, &out, &known)
}

/// The pairs of columns that relations of a list say are equal everywhere.
pub(super) fn equal(found: &[Found]) -> Vec<[usize; 2]> {
    let pair = |found: &Found| match found.relation {
        Relation::Equal { a, b, when: None } => Some([a.min(b), a.max(b)]),
        _ => None,
    };
    found.iter().filter_map(pair).collect()
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
            Relation::Decision { column, sources, table } if table.is_empty() => {
                *table = decisions::counted(train, *column, sources);
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
        Relation::Formula(_) => 1,
        Relation::Equal { .. } => 2,
        Relation::Ordered { .. } => 3,
        Relation::Combinations { .. }
        | Relation::Follows { .. }
        | Relation::Decision { .. }
        | Relation::Either { .. } => 2,
        Relation::Together { .. } => 4,
        Relation::Implies { .. } => 5,
        Relation::Conjunction { .. } => 6,
    }
}
