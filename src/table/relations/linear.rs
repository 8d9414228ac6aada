//! Columns that are exactly a linear function of up to four others: `y = a x + b`, sums,
//! differences, parts of 100.
//!
//! For each column others are taken in one by one, each time the one that explains most of what is
//! left (orthogonal least squares), until what is left is rounding.
//! Then those that are not needed are taken out again, factors are rounded to the fewest digits
//! that do, and every row is checked.

use super::chance::{FEWEST, all_pass, is_believed};
use super::columns::found;
use super::solve::Fit;
use super::{Expression, Formula, Found, Relation};
use crate::Table;
use rayon::prelude::*;

/// Columns on the right side.
pub(super) const SOURCES: usize = 4;

/// Columns that are taken in, before those that are not needed are taken out.
const TAKEN: usize = 6;

/// Rows that columns are sought in.
const SEARCHED: usize = 256;

/// Different values that a column must have to be one that others make.
const DIFFERENT: usize = 8;

/// Units of the last decimal that its standard deviation must be: with fewer, rounding hides too
/// much.
const UNITS: f64 = 3.0;

/// Columns of numbers beyond which nothing is sought.
const MOST: usize = 1500;

/// The sets of columns that relations of a list bind exactly.
pub(super) fn known(found: &[Found]) -> Vec<Vec<usize>> {
    let set = |found: &Found| match &found.relation {
        Relation::Sum { parts: [a, b], total } => Some(ascending(vec![*a, *b, *total])),
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
/// left out, `known` sets of columns that need no further relation.
pub(super) fn find(table: &Table, equal: &[[usize; 2]], known: &[Vec<usize>]) -> Vec<Found> {
    let copies: Vec<usize> = equal.iter().map(|pair| pair[1]).collect();
    let numbers: Vec<Column> = (0..table.schema.columns.len())
        .filter(|column| !table.schema.columns[*column].kind.is_coded() && !copies.contains(column))
        .filter_map(|column| Column::of(table, column))
        .collect();
    if numbers.len() > MOST || numbers.len() < 2 {
        return Vec::new();
    }
    let search = Search { table, numbers: &numbers };
    let targets: Vec<usize> = (0..numbers.len()).filter(|&at| numbers[at].is_target).collect();
    let sets: Vec<Vec<usize>> =
        targets.par_iter().filter_map(|&target| search.set(target)).collect();
    let mut kept: Vec<Found> = Vec::new();
    let mut sets: Vec<Vec<usize>> = sets.into_iter().map(ascending).collect();
    sets.sort_by_key(|set| (set.len(), set.clone()));
    sets.dedup();
    let mut made: Vec<usize> = Vec::new();
    for set in sets.iter().filter(|set| !known.contains(set)) {
        // A set with a column that others make says nothing new once these stand in its place.
        let open: Vec<usize> =
            set.iter().copied().filter(|column| !made.contains(column)).collect();
        if let Some((column, found)) = search.best(set, &open) {
            made.push(column);
            kept.push(found);
        }
    }
    kept
}

fn ascending(mut set: Vec<usize>) -> Vec<usize> {
    set.sort_unstable();
    set
}

/// A column of numbers with different values.
struct Column {
    position: usize,
    unit: f64,
    deviation: f64,
    is_target: bool,
}

impl Column {
    fn of(table: &Table, position: usize) -> Option<Self> {
        let mut cells: Vec<f64> =
            table.cells.column(position).filter(|cell| !cell.is_nan()).collect();
        cells.sort_by(f64::total_cmp);
        let different = cells.chunk_by(|a, b| a == b).count();
        if cells.len() < FEWEST || different < 2 {
            return None;
        }
        let mean = cells.iter().sum::<f64>() / cells.len() as f64;
        let deviation = (cells.iter().map(|cell| (cell - mean).powi(2)).sum::<f64>()
            / cells.len() as f64)
            .sqrt();
        let unit = 10f64.powi(-(table.schema.columns[position].decimals as i32));
        let is_target = different >= DIFFERENT && deviation >= UNITS * unit;
        Some(Self { position, unit, deviation, is_target })
    }
}

struct Search<'a> {
    table: &'a Table,
    numbers: &'a [Column],
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
        let Column { position, unit, .. } = self.numbers[target];
        let mut rows = self.rows(&[position]);
        let step = rows.len().div_ceil(SEARCHED).max(1);
        rows = rows.into_iter().step_by(step).collect();
        let mut left = centred(rows.iter().map(|&row| self.cell(row, position)));
        let mut others: Vec<(usize, Vec<f64>)> = self
            .numbers
            .iter()
            .filter(|other| other.position != position)
            .map(|other| {
                let cells = rows.iter().map(|&row| self.cell(row, other.position));
                (other.position, centred(cells))
            })
            .collect();
        let mut taken = Vec::new();
        while taken.len() < TAKEN && !others.is_empty() {
            let Some(best) = explains_most(&left, &others) else { break };
            let (column, axis) = others.swap_remove(best);
            taken.push(column);
            // Rows without the new column say nothing any more.
            let keep: Vec<usize> = (0..axis.len()).filter(|&at| !axis[at].is_nan()).collect();
            if keep.len() < axis.len() {
                let shorter = |from: &[f64]| centred(keep.iter().map(|&at| from[at]));
                left = shorter(&left);
                others.iter_mut().for_each(|(_, cells)| *cells = shorter(cells));
            }
            let axis = centred(keep.iter().map(|&at| axis[at]));
            if axis.len() < FEWEST {
                break;
            }
            without(&mut left, &axis);
            let spread = (left.iter().map(|x| x * x).sum::<f64>() / left.len() as f64).sqrt();
            let scale = self.numbers[target].deviation;
            if spread <= 0.45 * unit + 1e-9 * scale
                && let Some(set) = self.needed(position, &taken)
            {
                return Some(set);
            }
            others.iter_mut().for_each(|(_, cells)| without(cells, &axis));
        }
        None
    }

    /// Of the columns that bind one, those that are needed for it, with itself.
    fn needed(&self, column: usize, taken: &[usize]) -> Option<Vec<usize>> {
        self.fit(column, taken)?;
        let mut sources = taken.to_vec();
        for one in taken {
            let fewer: Vec<usize> = sources.iter().copied().filter(|other| other != one).collect();
            if !fewer.is_empty() && self.fit(column, &fewer).is_some() {
                sources = fewer;
            }
        }
        sources.push(column);
        (sources.len() <= SOURCES + 1).then_some(sources)
    }

    /// The linear function of columns that gives a column in every row, within its rounding.
    fn fit(&self, column: usize, sources: &[usize]) -> Option<Fit> {
        let decimals = self.table.schema.columns[column].decimals;
        let all: Vec<usize> = sources.iter().copied().chain([column]).collect();
        let rows = self.rows(&all);
        if rows.len() < FEWEST + sources.len() {
            return None;
        }
        let x: Vec<Vec<f64>> = sources
            .iter()
            .map(|&source| rows.iter().map(|&row| self.cell(row, source)).collect())
            .collect();
        let y: Vec<f64> = rows.iter().map(|&row| self.cell(row, column)).collect();
        Fit::of(&x, &y, decimals)
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
        let weight = |(number, sources, fit): &(&Column, Vec<usize>, Fit)| {
            let share = |(source, factor): (&usize, &f64)| {
                let of = self.numbers.iter().find(|number| number.position == *source);
                factor.abs() * of.map_or(0.0, |of| of.deviation)
            };
            let most = sources.iter().zip(&fit.factors).map(share).fold(0.0, f64::max);
            number.deviation / most
        };
        let (number, sources, fit) =
            candidates.reduce(|a, b| if weight(&b) > weight(&a) * 1.000_1 { b } else { a })?;
        let all: Vec<usize> = set.to_vec();
        let rows = self.rows(&all);
        let chance = self.chance(number, &rows, &sources, &fit);
        let candidates = (self.numbers.len() as f64).powi(set.len() as i32).min(1e18) as usize;
        if !is_believed(chance, candidates) {
            return None;
        }
        let terms: Vec<(usize, f64)> = sources.into_iter().zip(fit.factors).collect();
        let expression = Expression::linear(&terms, fit.constant);
        let formula = Formula::new(number.position, expression, &self.table.schema);
        Some((number.position, found(Relation::Formula(formula), rows.len())))
    }

    /// Logarithm of the chance that the column, shuffled, fits in all rows but those that the
    /// factors were fitted to.
    fn chance(&self, number: &Column, rows: &[usize], sources: &[usize], fit: &Fit) -> f64 {
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

/// Numbers less their mean; a missing one stays NaN.
fn centred(cells: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut cells: Vec<f64> = cells.collect();
    let there = || cells.iter().filter(|cell| !cell.is_nan());
    let mean = there().sum::<f64>() / there().count().max(1) as f64;
    cells.iter_mut().for_each(|cell| *cell -= mean);
    cells
}

/// The place of the column along which most of what is left lies; none if nothing does.
/// One that is missing in more than half of the rows is not asked.
fn explains_most(left: &[f64], others: &[(usize, Vec<f64>)]) -> Option<usize> {
    let share = |cells: &[f64]| {
        let (mut along, mut length, mut whole, mut count) = (0.0, 0.0, 0.0, 0);
        for (x, y) in cells.iter().zip(left) {
            if !x.is_nan() {
                along += x * y;
                length += x * x;
                whole += y * y;
                count += 1;
            }
        }
        let enough = 2 * count >= left.len() && count >= FEWEST;
        if enough && length > 1e-18 && whole > 0.0 { along * along / length / whole } else { 0.0 }
    };
    let shares = others.iter().map(|(_, cells)| share(cells)).enumerate();
    shares.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|best| best.1 > 1e-6).map(|best| best.0)
}

/// Takes the part along an axis out; missing numbers stay.
fn without(cells: &mut [f64], axis: &[f64]) {
    let (mut along, mut length) = (0.0, 0.0);
    for (x, a) in cells.iter().zip(axis) {
        if !x.is_nan() {
            along += x * a;
            length += a * a;
        }
    }
    if length > 0.0 {
        let factor = along / length;
        cells.iter_mut().zip(axis).for_each(|(x, a)| *x -= factor * a);
    }
}
