//! Columns that are a product of powers of up to four others: `weight / height^2`, `dose / weight`,
//! `sqrt(height * weight)`.
//!
//! They are sought as linear relations between logarithms are.
//! The factors are then those with which the product, rounded, is the column in every row.

use super::chance::{FEWEST, by_shuffling, is_believed};
use super::columns::found;
use super::linear::SOURCES;
use super::power_law::PowerLaw;
use super::pursuit::take_in;
use super::search::{NumberColumn, is_better, needed, numbers};
use super::{Expression, Formula, Found, Relation};
use crate::Table;
use rayon::prelude::*;
use std::collections::HashMap;

/// The share of the spread of logarithms that may be left when powers are tried: rounding of small
/// numbers weighs much there.
const LEFT: f64 = 0.25;

/// The products of a table.
/// `known` are sets of columns that need no further relation, `made` columns that others make
/// already.
pub(super) fn find(table: &Table, known: &[Vec<usize>], made: &[usize]) -> Vec<Found> {
    let open = |column: usize| !table.schema.columns[column].kind.is_time();
    let numbers = numbers(table, |column| !made.contains(&column) && open(column));
    let logarithms: Vec<NumberColumn> =
        numbers.iter().filter_map(NumberColumn::logarithms).collect();
    let search = Search { table, numbers: &logarithms };
    let targets = (0..logarithms.len()).into_par_iter().filter(|&at| logarithms[at].is_target);
    let mut sets: Vec<Vec<usize>> = targets.filter_map(|target| search.set(target)).collect();
    sets.iter_mut().for_each(|set| set.sort_unstable());
    sets.sort_by_key(|set| (set.len(), set.clone()));
    sets.dedup();
    let mut laws = Laws::default();
    let new = sets.iter().filter(|set| !known.contains(set));
    let best = |set: &Vec<usize>| {
        let open: Vec<usize> =
            set.iter().copied().filter(|column| !laws.0.contains_key(column)).collect();
        let (column, powers, found) = search.best(set, &open)?;
        laws.add(column, &powers).then_some(found)
    };
    new.filter_map(best).collect()
}

/// Powers of columns that nothing makes, by the column that they make.
#[derive(Default)]
struct Laws(HashMap<usize, HashMap<usize, f64>>);

impl Laws {
    /// Adds a law; false for one that those before it already say.
    fn add(&mut self, column: usize, powers: &[(usize, f64)]) -> bool {
        let mut open: HashMap<usize, f64> = HashMap::new();
        for (source, power) in powers {
            match self.0.get(source) {
                None => *open.entry(*source).or_default() += power,
                Some(made) => {
                    made.iter()
                        .for_each(|(base, of)| *open.entry(*base).or_default() += power * of);
                }
            }
        }
        let itself = open.get(&column).copied().unwrap_or(0.0);
        // A column that comes back as itself is a source of the others.
        if itself != 0.0 {
            return false;
        }
        self.0.insert(column, open);
        true
    }
}

/// Whether rows with the same sources always have the same target, as enough rows show.
fn is_function(x: &[Vec<f64>], y: &[f64]) -> bool {
    let mut seen: HashMap<Vec<u64>, f64> = HashMap::new();
    let mut repeats = 0;
    for (row, target) in y.iter().enumerate() {
        let sources = x.iter().map(|of| of[row].to_bits()).collect();
        match seen.insert(sources, *target) {
            Some(before) if before != *target => return false,
            before => repeats += usize::from(before.is_some()),
        }
    }
    repeats >= FEWEST
}

/// A column, the powers of others that make it, and the relation.
type Made = (usize, Vec<(usize, f64)>, Found);

struct Search<'a> {
    table: &'a Table,
    /// Logarithms.
    numbers: &'a [NumberColumn],
}

impl Search<'_> {
    fn column(&self, position: usize) -> Option<&NumberColumn> {
        self.numbers.iter().find(|number| number.position == position)
    }

    /// The columns, itself among them, that bind one.
    fn set(&self, target: usize) -> Option<Vec<usize>> {
        let column = &self.numbers[target];
        take_in(self.numbers, target, |taken, left, whole| {
            let fits = |sources: &[usize]| self.law(column, sources).is_some();
            let mut set = (left <= LEFT * whole).then(|| needed(taken, fits)).flatten()?;
            set.push(column.position);
            (set.len() <= SOURCES + 1).then_some(set)
        })
    }

    /// The law by which columns give a column in every row in which all are above 0.
    fn law(&self, column: &NumberColumn, sources: &[usize]) -> Option<PowerLaw> {
        let of: Vec<&NumberColumn> =
            sources.iter().filter_map(|&source| self.column(source)).collect();
        let there = |row: &usize| of.iter().chain([&column]).all(|x| !x.cells[*row].is_nan());
        let rows: Vec<usize> = (0..self.table.rows()).filter(there).collect();
        if rows.len() < FEWEST + sources.len() || of.len() < sources.len() {
            return None;
        }
        let x: Vec<Vec<f64>> =
            of.iter().map(|x| rows.iter().map(|&row| x.cells[row]).collect()).collect();
        let y: Vec<f64> =
            rows.iter().map(|&row| self.table.cells[(row, column.position)]).collect();
        let halves: Vec<f64> = of.iter().map(|x| 0.5 * x.unit).collect();
        let half = 0.5 * column.unit;
        let exact = PowerLaw::of(&x, &y, half, None);
        // What was made of the numbers as they are printed owes nothing to their rounding.
        let rounded = exact.is_none() && !is_function(&x, &y);
        exact.or_else(|| rounded.then(|| PowerLaw::of(&x, &y, half, Some(&halves))).flatten())
    }

    /// Steps of its last decimal over which a column goes.
    fn steps(&self, number: &NumberColumn) -> f64 {
        let cells = self.table.cells.column(number.position).filter(|cell| !cell.is_nan());
        let ends = cells.fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], cell| {
            [least.min(cell), most.max(cell)]
        });
        (ends[1] - ends[0]) / number.unit
    }

    /// The relation of a set that makes the column which varies most in it, as far as every row of
    /// the table keeps it and chance does not explain that.
    fn best(&self, set: &[usize], open: &[usize]) -> Option<Made> {
        let made = |&column: &usize| {
            let number = self.column(column)?;
            let sources: Vec<usize> =
                set.iter().copied().filter(|other| *other != column).collect();
            let law = self.law(number, &sources)?;
            let shares = sources.iter().zip(&law.powers);
            let most = shares
                .map(|(&source, power)| {
                    power.abs() * self.column(source).map_or(0.0, |x| x.deviation)
                })
                .fold(0.0, f64::max);
            Some(([number.deviation / most, self.steps(number)], column, sources, law))
        };
        let candidates = open.iter().filter_map(made);
        let (_, column, sources, law) =
            candidates.reduce(|a, b| if is_better(b.0, a.0) { b } else { a })?;
        let terms: Vec<(usize, f64)> = sources.into_iter().zip(law.powers).collect();
        let expression = Expression::product(&terms, [law.factor, law.divisor]);
        let formula = Formula::new(column, expression, &self.table.schema);
        let (chance, rows) = by_shuffling(self.table, &formula)?;
        let candidates = (self.numbers.len() as f64).powi(set.len() as i32).min(1e18) as usize;
        is_believed(chance, candidates)
            .then(|| (column, terms, found(Relation::Formula(formula), rows)))
    }
}
