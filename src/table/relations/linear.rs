//! Columns that are exactly a linear function of up to four others: `y = a x + b`, sums,
//! differences, parts of 100.
//!
//! For each column others are taken in one by one, each time the one that explains most of what is
//! left (orthogonal least squares), until what is left is rounding.
//! Then those that are not needed are taken out again, factors are rounded to the fewest digits
//! that do, and every row is checked by exact arithmetic of the printed decimals.

use super::chance::{FEWEST, all_pass, is_believed_of_sets};
use super::columns::found;
use super::exact::reproduces;
use super::pursuit::take_in;
use super::search::{NumberColumn, Weight, needed, numbers, silent};
use super::solve::{Fit, UNCERTAIN};
use super::{Expression, Formula, Found, Relation};
use crate::Table;
use crate::number::precision;
use rayon::prelude::*;

/// Columns on the right side.
pub(super) const SOURCES: usize = 4;

/// The sets of columns that relations of a list bind exactly.
pub(super) fn known(found: &[Found]) -> Vec<Vec<usize>> {
    let set = |found: &Found| match &found.relation {
        Relation::Formula(Formula { column, expression, .. }) => {
            let mut set = expression.columns();
            set.push(*column);
            Some(ascending(set))
        }
        _ => None,
    };
    found.iter().filter_map(set).collect()
}

/// The linear relations of a table; `equal` are pairs of equal columns, of which the second one is
/// left out, `known` sets of columns that need no further relation, `made` columns that others
/// make.
pub(super) fn find(
    table: &Table,
    equal: &[[usize; 2]],
    known: &[Vec<usize>],
    made: &[usize],
) -> Vec<Found> {
    let copies: Vec<usize> = equal.iter().map(|pair| pair[1]).collect();
    let numbers = numbers(table, |column| !copies.contains(&column));
    let targets = numbers.iter().filter(|number| number.is_target);
    let targets: Vec<usize> = targets.map(|number| number.position).collect();
    let (mut kept, mut made) = (Vec::new(), made.to_vec());
    of_targets(table, &numbers, &targets, known, (&mut kept, &mut made));
    if !kept.is_empty() {
        // What goes with a column that others make may be made of these, too: a mean beside a sum.
        let left = |number: &NumberColumn| !made.contains(&number.position);
        let numbers: Vec<NumberColumn> = numbers.into_iter().filter(left).collect();
        of_targets(table, &numbers, &targets, known, (&mut kept, &mut made));
    }
    kept
}

/// Adds the relations of some columns to those that are kept, and their columns to those that are
/// made.
fn of_targets(
    table: &Table,
    numbers: &[NumberColumn],
    targets: &[usize],
    known: &[Vec<usize>],
    (kept, made): (&mut Vec<Found>, &mut Vec<usize>),
) {
    let search = Search { table, numbers };
    let places = (0..numbers.len()).filter(|&at| targets.contains(&numbers[at].position));
    let places: Vec<usize> = places.collect();
    let sets = places.par_iter().filter_map(|&place| search.set(place));
    let mut sets: Vec<Vec<usize>> = sets.map(ascending).collect();
    sets.sort_by_key(|set| (set.len(), set.clone()));
    sets.dedup();
    for set in sets.iter().filter(|set| !known.contains(set)) {
        // A set with a column that others make says nothing new once these stand in its place.
        let open: Vec<usize> =
            set.iter().copied().filter(|column| !made.contains(column)).collect();
        if let Some((column, found)) = search.best(set, &open) {
            made.push(column);
            kept.push(found);
        }
    }
}

fn ascending(mut set: Vec<usize>) -> Vec<usize> {
    set.sort_unstable();
    set
}

/// Significant digits of a factor; one of a whole part, such as a third.
fn digits_of(factor: f64) -> usize {
    let parts = factor.recip();
    let is_part = (2.0..=100.0).contains(&parts) && (parts - parts.round()).abs() < 0.002 * parts;
    if is_part { 1 } else { precision(factor).0 }
}

struct Search<'a> {
    table: &'a Table,
    numbers: &'a [NumberColumn],
}

impl Search<'_> {
    fn cell(&self, row: usize, column: usize) -> f64 {
        self.table.cells[(row, column)]
    }

    /// Rows in which all of these columns are present.
    fn rows(&self, columns: &[usize]) -> Vec<usize> {
        let all = |row: &usize| columns.iter().all(|&column| !self.cell(*row, column).is_nan());
        (0..self.table.rows()).filter(all).collect()
    }

    /// The columns, itself among them, that bind one exactly.
    fn set(&self, target: usize) -> Option<Vec<usize>> {
        let NumberColumn { position, unit, deviation, .. } = self.numbers[target];
        take_in(self.numbers, target, |taken, left, _| {
            let is_rounding = left <= 0.45 * unit + 1e-9 * deviation;
            let fits = |sources: &[usize]| self.fit(position, sources).is_some();
            let mut set = is_rounding.then(|| needed(taken, fits)).flatten()?;
            set.push(position);
            (set.len() <= SOURCES + 1).then_some(set)
        })
    }

    /// The linear function of columns that gives a column in every row, within its rounding.
    fn fit(&self, column: usize, sources: &[usize]) -> Option<Fit> {
        let decimals = self.table.schema.columns[column].decimals;
        let all: Vec<usize> = sources.iter().copied().chain([column]).collect();
        let rows = self.rows(&all);
        if rows.len() < FEWEST + sources.len() {
            return None;
        }
        Fit::of(&self.cells(&rows, sources), &self.cells(&rows, &[column])[0], decimals)
    }

    /// The cells of some rows, column by column.
    fn cells(&self, rows: &[usize], columns: &[usize]) -> Vec<Vec<f64>> {
        let of = |&column: &usize| rows.iter().map(|&row| self.cell(row, column)).collect();
        columns.iter().map(of).collect()
    }

    /// The relation of a set in which one of the `open` columns is made of the others: the one that
    /// varies most in it, so that what the others leave of its range is largest.
    fn best(&self, set: &[usize], open: &[usize]) -> Option<(usize, Found)> {
        let number = |column: usize| self.numbers.iter().find(|number| number.position == column);
        let candidates = open.iter().rev().filter_map(|&column| {
            let sources: Vec<usize> =
                set.iter().copied().filter(|other| *other != column).collect();
            let fit = self.fit(column, &sources)?;
            Some((number(column)?, sources, fit))
        });
        // Of what each varies, measured in the same unit: that of the first one.
        let weight = |(number, sources, fit): &(&NumberColumn, Vec<usize>, Fit)| {
            let share = |(source, factor): (&usize, &f64)| {
                let of = self.numbers.iter().find(|number| number.position == *source);
                factor.abs() * of.map_or(0.0, |of| of.deviation)
            };
            let most = sources.iter().zip(&fit.factors).map(share).fold(0.0, f64::max);
            Weight {
                few: !number.is_target,
                rounded: false,
                digits: fit.factors.iter().map(|of| digits_of(*of)).max().unwrap_or(0),
                silent: silent(self.table, number.position, sources) > 0,
                varies: [number.deviation / most, number.deviation / number.unit],
            }
        };
        let (number, sources, fit) =
            candidates.reduce(|a, b| if weight(&b).is_better(&weight(&a)) { b } else { a })?;
        let all: Vec<usize> = set.to_vec();
        let rows = self.rows(&all);
        let chance = self.chance(number, &rows, &sources, &fit);
        if !is_believed_of_sets(chance, self.numbers.len(), set.len()) {
            return None;
        }
        let decimals = self.table.schema.columns[number.position].decimals;
        let y = &self.cells(&rows, &[number.position])[0];
        let part = reproduces(&fit, &self.cells(&rows, &sources), y, decimals);
        let terms: Vec<(usize, f64)> = sources.into_iter().zip(fit.factors).collect();
        let expression = Expression::linear(&terms, fit.constant);
        let formula = Formula::new(number.position, expression, &self.table.schema);
        let formula = formula.exact(part.unwrap_or(UNCERTAIN));
        Some((number.position, found(Relation::Formula(formula), rows.len())))
    }

    /// Logarithm of the chance that the column, shuffled, fits in all rows but those that the
    /// factors were fitted to.
    fn chance(&self, number: &NumberColumn, rows: &[usize], sources: &[usize], fit: &Fit) -> f64 {
        let mut cells: Vec<f64> = rows.iter().map(|&row| self.cell(row, number.position)).collect();
        cells.sort_by(f64::total_cmp);
        let near = |row: &usize| {
            let made = fit.value(sources.iter().map(|&source| self.cell(*row, source)));
            let slack = 0.5 * number.unit + 1e-9 * made.abs();
            cells.partition_point(|cell| *cell <= made + slack)
                - cells.partition_point(|cell| *cell < made - slack)
        };
        let matches: usize = rows.iter().map(near).sum();
        let probability = matches as f64 / (rows.len() * rows.len()) as f64;
        all_pass(rows.len() - sources.len() - 1, probability)
    }
}
