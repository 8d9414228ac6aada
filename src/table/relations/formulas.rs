//! The formulas of a table: columns that others make.

use super::chance::{FEWEST, by_shuffling, is_believed};
use super::find::equal;
use super::turned::{Made, turned};
use super::{
    Found, Relation, calendar, extremes, lacking, linear, products, sums, totals, transforms,
};
use crate::Table;
use crate::quantile::TOGETHER;
use std::collections::{HashMap, HashSet};

/// Different values of a column that a formula within the rounding of its numbers is made of.
const DIFFERENT: usize = 8;

/// A list of relations with the formulas that rows of few patients show: those whose different rows
/// alone, each counted once, are more than chance explains.
/// `given` are relations of the schema, which stay as they are.
pub(super) fn of_all_rows(
    train: &Table,
    patients: &[usize],
    found: Vec<Found>,
    given: &[Found],
) -> Vec<Found> {
    let rows = Table { patients: None, ..train.clone() };
    let mut all = found.clone();
    formulas(&rows, &mut all, given);
    let (made, of_formulas) = (made(&found), Made::of_formulas(&found));
    let new = all.split_off(found.len()).into_iter().filter(|one| match &one.relation {
        Relation::Formula(of) => !made.contains(&of.column) && !of_formulas.closes_circle(one),
        _ => false,
    });
    let new: Vec<Found> = new.filter(|one| is_shown(one, &rows, patients)).collect();
    // Those of the list may leave out what is missing now.
    let wider = found.into_iter().zip(all).map(|(before, now)| {
        let changed = now.relation != before.relation;
        if changed && is_shown(&now, &rows, patients) { now } else { before }
    });
    wider.chain(new).collect()
}

/// Whether the different rows that a formula says something about show it, each counted once.
fn is_shown(one: &Found, rows: &Table, patients: &[usize]) -> bool {
    let Relation::Formula(formula) = &one.relation else { return false };
    // What rounding allows a column of few values says little.
    let sources = formula.expression.columns();
    if formula.exact.is_none() && sources.iter().any(|&at| is_of_few_values(rows, at)) {
        return false;
    }
    let about = one.relation.columns();
    let mut different: HashMap<Vec<u64>, usize> = HashMap::new();
    let asks = |row: &usize| formula.holds(rows.cells.row(*row)).is_some();
    for row in (0..rows.rows()).filter(asks) {
        let cells = about.iter().map(|&at| rows.cells[(row, at)].to_bits());
        different.entry(cells.collect()).or_insert(row);
    }
    let mut once: Vec<usize> = different.into_values().collect();
    once.sort_unstable();
    let who: HashSet<usize> = once.iter().map(|&row| patients[row]).collect();
    let candidates = rows.schema.columns.len().saturating_pow(about.len() as u32);
    let chance = by_shuffling(&rows.rows_of(&once), formula);
    once.len() >= FEWEST
        && who.len() >= TOGETHER
        && chance.is_some_and(|(chance, _)| is_believed(chance, candidates))
}

/// Whether a column has so few different values that rounding may make it of others.
fn is_of_few_values(train: &Table, column: usize) -> bool {
    let cells = train.cells.column(column).filter(|cell| !cell.is_nan());
    cells.map(f64::to_bits).collect::<HashSet<_>>().len() < DIFFERENT
}

/// Adds the formulas of a table to its relations.
pub(super) fn formulas(train: &Table, found: &mut Vec<Found>, given: &[Found]) {
    let equal = equal(found);
    add_without_circles(extremes::find(train, &made(found)), found);
    add_without_circles(totals::find(train, &made(found)), found);
    found.extend(turned(sums::find(train), found, train));
    found.extend(calendar::find(train, &made(found)));
    found.extend(transforms::find(train, &made(found)));
    let known = linear::known(found);
    let linear = linear::find(train, &equal, &known, &made(found));
    let (circles, linear): (Vec<Found>, Vec<Found>) = split_circles(linear, found);
    found.extend(linear);
    lacking::widen(train, found, given);
    // No product stands in for a linear formula that was left out.
    let with_circles: Vec<Found> = found.iter().cloned().chain(circles).collect();
    found.extend(products::find(train, &with_circles));
}

/// Formulas that make a column of what formulas of a list make of it, and the others.
fn split_circles(formulas: Vec<Found>, found: &[Found]) -> (Vec<Found>, Vec<Found>) {
    let mut made = Made::of_formulas(found);
    formulas.into_iter().partition(|one| {
        let closes = made.closes_circle(one);
        if !closes {
            made.add(one);
        }
        closes
    })
}

/// The columns that relations of a list make of others everywhere.
fn made(found: &[Found]) -> Vec<usize> {
    Made::of(found).columns()
}

/// Adds those of some formulas that do not make a column of what is made of it.
fn add_without_circles(formulas: Vec<Found>, found: &mut Vec<Found>) {
    let mut made = Made::of(found);
    for one in formulas {
        if !made.closes_circle(&one) {
            made.add(&one);
            found.push(one);
        }
    }
}
