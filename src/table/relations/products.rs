//! Columns that are a product of powers of up to four others: `weight / height^2`, `dose / weight`,
//! `sqrt(height * weight)`.
//!
//! They are sought as linear relations between logarithms of magnitudes are.
//! The factors are then those with which the product, rounded, is the column in every row; signs
//! come out right or the formula fails there.

use super::chance::{FEWEST, by_shuffling, is_believed_of_sets};
use super::columns::found;
use super::linear::{self, SOURCES};
use super::power_law::PowerLaw;
use super::pursuit::take_in;
use super::search::{NumberColumn, Weight, needed, numbers, silent};
use super::turned::Made;
use super::{Expression, Formula, Found, Relation};
use crate::Table;
use rayon::prelude::*;
use std::collections::HashMap;

/// The share of the spread of logarithms that may be left when powers are tried: rounding of small
/// numbers weighs much there.
const LEFT: f64 = 0.25;

/// The products of a table, beside the relations of a list: first of columns that nothing makes,
/// then, for columns without one, of all of them.
pub(super) fn find(table: &Table, found: &[Found]) -> Vec<Found> {
    let known = linear::known(found);
    let made = Made::of(found);
    let open = |column: usize| !table.schema.columns[column].kind.is_time();
    let magnitudes = |pass: &dyn Fn(usize) -> bool| -> Vec<NumberColumn> {
        let numbers = numbers(table, |column| open(column) && pass(column));
        numbers.iter().filter_map(NumberColumn::magnitudes).collect()
    };
    let numbers = magnitudes(&|column| !made.has(column));
    let search = Search { table, numbers: &numbers };
    let mut laws = Laws::default();
    let best = |set: &Vec<usize>| {
        let open: Vec<usize> =
            set.iter().copied().filter(|column| !laws.0.contains_key(column)).collect();
        let (column, powers, found) = search.best(set, &open)?;
        laws.add(column, &powers).then_some(found)
    };
    let sets = search.sets(|_| true);
    let mut products: Vec<Found> =
        sets.iter().filter(|set| !known.contains(set)).filter_map(best).collect();
    let numbers = magnitudes(&|_| true);
    products.extend(of_made(&Search { table, numbers: &numbers }, &known, found, &products));
    products
}

/// The products that need columns which others make: a share of a total, a ratio to a difference.
fn of_made(
    search: &Search,
    known: &[Vec<usize>],
    found: &[Found],
    products: &[Found],
) -> Vec<Found> {
    let mut made = Made::of(found);
    products.iter().for_each(|product| made.add(product));
    let mut new = Vec::new();
    if made.columns().is_empty() {
        return new;
    }
    for set in search.sets(|column| !made.has(column)) {
        let is_new = set.iter().any(|column| made.has(*column)) && !known.contains(&set);
        let free = |column: &usize| {
            let mut others = set.iter().filter(|other| *other != column);
            !made.has(*column) && !others.any(|other| made.needs(*other, *column))
        };
        let open: Vec<usize> = set.iter().copied().filter(free).collect();
        if let Some((_, _, product)) = is_new.then(|| search.best(&set, &open)).flatten() {
            made.add(&product);
            new.push(product);
        }
    }
    new
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
type Product = (usize, Vec<(usize, f64)>, Found);

struct Search<'a> {
    table: &'a Table,
    /// Logarithms of magnitudes.
    numbers: &'a [NumberColumn],
}

impl Search<'_> {
    /// The sets of columns that bind each of the columns that pass, the smallest first.
    fn sets(&self, pass: impl Fn(usize) -> bool + Sync) -> Vec<Vec<usize>> {
        let is_target = |at: &usize| {
            let number = &self.numbers[*at];
            number.is_target && pass(number.position)
        };
        let targets = (0..self.numbers.len()).into_par_iter().filter(is_target);
        let mut sets: Vec<Vec<usize>> = targets.filter_map(|target| self.set(target)).collect();
        sets.iter_mut().for_each(|set| set.sort_unstable());
        sets.sort_by_key(|set| (set.len(), set.clone()));
        sets.dedup();
        sets
    }

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

    /// The law by which columns give a column in every row in which none is 0, but for signs.
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
            rows.iter().map(|&row| self.table.cells[(row, column.position)].abs()).collect();
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
    fn best(&self, set: &[usize], open: &[usize]) -> Option<Product> {
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
            let weight = Weight {
                few: !number.is_target,
                rounded: law.rounded,
                digits: law.digits,
                silent: silent(self.table, column, &sources) > 0,
                varies: [number.deviation / most, self.steps(number)],
            };
            Some((weight, column, sources, law))
        };
        let candidates = open.iter().filter_map(made);
        let (_, column, sources, law) =
            candidates.reduce(|a, b| if b.0.is_better(&a.0) { b } else { a })?;
        let terms: Vec<(usize, f64)> = sources.into_iter().zip(law.powers).collect();
        let expression = Expression::product(&terms, [law.factor, law.divisor]);
        let formula = Formula::new(column, expression, &self.table.schema);
        let (chance, rows) = by_shuffling(self.table, &formula)?;
        is_believed_of_sets(chance, self.numbers.len(), set.len())
            .then(|| (column, terms, found(Relation::Formula(formula), rows)))
    }
}
