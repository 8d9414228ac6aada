//! Which values of a column of numbers are choices.

use super::Derivation;
use super::plan::Plan;
use super::replaced::Follows;
use crate::condition::{Condition, Test};
use crate::relations::{Found, Relation};
use crate::spikes::spikes;

/// Codes beyond which a column of numbers stays one.
const MOST_CODES: usize = 60;

/// Whether enough patients have the same cell in two columns, other than one of these values.
/// Columns that are equal where both are 0 say nothing of other cells.
pub(super) fn are_equal_beside(plan: &Plan, [a, b]: [usize; 2], values: &[f64]) -> bool {
    let equal = |row: &usize| {
        let [a, b] = [a, b].map(|column| plan.train.cells[(*row, column)]);
        a == b && !values.contains(&a)
    };
    let rows = (0..plan.train.rows()).filter(equal);
    plan.train.patients_of(rows) >= plan.rare_below.max(1)
}

/// Values of a column that are choices, ascending: those that many patients share, those that
/// implications name, and codes that other columns follow from.
/// `spikes` are those that many patients share.
pub(super) fn choices(plan: &Plan, relations: &[Found], column: usize, spikes: &[f64]) -> Vec<f64> {
    let mut values = spikes.to_vec();
    values.extend(named(relations, column, |when, then| vec![when, then]));
    values.extend(codes(plan, column));
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// Whether some values of a column must be choices: many patients share them, or an implication
/// sets them.
pub(super) fn must_choose(plan: &Plan, relations: &[Found], column: usize) -> bool {
    !spikes(plan.train, column).is_empty()
        || !named(relations, column, |_, then| vec![then]).is_empty()
        || !codes(plan, column).is_empty()
}

/// The values of a column of codes: another column follows from it, and neither rises nor falls
/// with it, as a year says which of several waves a patient is of.
/// None if there are too many, or if a few patients have other ones.
fn codes(plan: &Plan, column: usize) -> Vec<f64> {
    let lookup = |derivation: &Derivation| match derivation {
        Derivation::Follows(Follows { source, lookup, .. }) if *source == column => {
            lookup.is_of_codes().then(|| lookup.pairs().iter().map(|pair| pair[0]).collect())
        }
        _ => None,
    };
    let all: Option<Vec<f64>> = plan.derived.iter().find_map(lookup);
    let Some(values) = all.filter(|values| values.len() <= MOST_CODES) else { return Vec::new() };
    let other = |row: &usize| {
        let cell = plan.train.cells[(*row, column)];
        !cell.is_nan() && !values.contains(&cell)
    };
    let others = plan.train.patients_of((0..plan.train.rows()).filter(other));
    if (1..plan.rare_below).contains(&others) { Vec::new() } else { values }
}

/// Numbers of a column in these conditions of implications: as choices they can be held to them.
fn named<'a>(
    relations: &'a [Found],
    column: usize,
    conditions: impl Fn(&'a Condition, &'a Condition) -> Vec<&'a Condition>,
) -> Vec<f64> {
    let said = relations.iter().filter(|found| found.exceptions == 0 && !found.follows);
    let conditions = said.flat_map(|found| match &found.relation {
        Relation::Implies { when, then } => conditions(when, then),
        _ => Vec::new(),
    });
    let of_column = |condition: &Condition| match &condition.test {
        Test::OneOf(values) if condition.column == column && values.len() == 1 => Some(values[0]),
        _ => None,
    };
    conditions.filter_map(of_column).collect()
}
