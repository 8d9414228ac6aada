//! Columns that add up whole multiples of others, none of which is larger: the total of a
//! questionnaire, a count of conditions, a weighted index, weeks and days in days.
//!
//! A part is never below 0 and never above its total, which leaves few columns for each total.
//! Of these, those that explain it are taken in one by one, until nothing is left of it.
//! However few values a total has, every row must be met exactly: rounding explains nothing.

use super::chance::{FEWEST, by_shuffling, is_believed_of_sets};
use super::columns::found;
use super::exact::reproduces;
use super::pursuit::{SEARCHED, pursue};
use super::search::{MOST, different, needed};
use super::solve::{Fit, least_squares};
use super::{Expression, Formula, Found, Relation};
use crate::{Kind, Table};
use rayon::prelude::*;

/// Parts of a total at most.
const PARTS: usize = 24;

/// With fewer different totals a sum is taken for a code.
const DIFFERENT: usize = 4;

/// The largest multiple: days of a year.
const LARGEST: f64 = 400.0;

/// How near least squares come to whole multiples.
const NEAR: f64 = 1e-4;

/// A column that counts.
struct Count {
    position: usize,
    decimals: usize,
    least: f64,
    cells: Vec<f64>,
}

/// The totals of a table; `made` are columns that others make already.
pub(super) fn find(table: &Table, made: &[usize]) -> Vec<Found> {
    let counts: Vec<Count> =
        (0..table.schema.columns.len()).filter_map(|column| Count::of(table, column)).collect();
    if counts.len() > MOST {
        return Vec::new();
    }
    let open = counts.par_iter().filter(|total| !made.contains(&total.position));
    open.filter_map(|total| Search { table, counts: &counts, total }.find()).collect()
}

impl Count {
    /// None of a column of levels, but for those that are one or the other, and of days.
    fn of(table: &Table, position: usize) -> Option<Self> {
        let column = &table.schema.columns[position];
        if (column.kind.is_coded() && column.kind != Kind::Boolean) || column.kind.is_time() {
            return None;
        }
        let cells: Vec<f64> = table.cells.column(position).collect();
        let there = || cells.iter().filter(|cell| !cell.is_nan());
        let least = there().copied().fold(f64::INFINITY, f64::min);
        let most = there().copied().fold(f64::NEG_INFINITY, f64::max);
        let is_count = there().count() >= FEWEST && least >= 0.0 && most > least;
        is_count.then_some(Self { position, decimals: column.decimals, least, cells })
    }
}

struct Search<'a> {
    table: &'a Table,
    counts: &'a [Count],
    total: &'a Count,
}

impl Search<'_> {
    fn find(&self) -> Option<Found> {
        let coded = self.table.schema.columns[self.total.position].kind.is_coded();
        if coded || different(self.total.cells.iter().copied()) < DIFFERENT {
            return None;
        }
        let parts: Vec<&Count> = self.counts.iter().filter(|part| self.is_part(part)).collect();
        let cells = parts.iter().map(|part| part.cells.as_slice());
        let columns: Vec<&[f64]> =
            std::iter::once(self.total.cells.as_slice()).chain(cells).collect();
        let unit = 10f64.powi(-(self.total.decimals as i32));
        let (sources, fit, part) = pursue(&columns, 0, [PARTS, SEARCHED], |places, left, _| {
            let taken: Vec<&Count> = places.iter().map(|&place| parts[place - 1]).collect();
            (left < NEAR * unit).then(|| self.exact(&taken)).flatten()
        })?;
        let terms: Vec<(usize, f64)> = sources.into_iter().zip(fit.factors).collect();
        if matches!(terms[..], [(_, 1.0)]) {
            // A distance that is always the same is found as one.
            return None;
        }
        let expression = Expression::linear(&terms, fit.constant);
        let formula = Formula::new(self.total.position, expression, &self.table.schema).exact(part);
        let (chance, support) = by_shuffling(self.table, &formula)?;
        let believed = support >= FEWEST && is_believed_of_sets(chance, parts.len(), terms.len());
        believed.then(|| found(Relation::Formula(formula), support))
    }

    /// Whether a column is never above the total, and not printed more finely.
    fn is_part(&self, part: &Count) -> bool {
        let pairs = || self.total.cells.iter().zip(&part.cells);
        let both = || pairs().filter(|(total, part)| !total.is_nan() && !part.is_nan());
        part.position != self.total.position
            && part.decimals <= self.total.decimals
            && part.least >= 0.0
            && both().all(|(total, part)| part <= total)
            && both().any(|(total, part)| part != total)
            && both().take(FEWEST).count() == FEWEST
    }

    /// The columns that are needed, by their positions, with what [`Search::fit`] says of them.
    fn exact(&self, taken: &[&Count]) -> Option<(Vec<usize>, Fit, f64)> {
        // What was taken in before the right ones explains nothing beside them.
        let [x, y] = self.cells(taken)?;
        let free = least_squares(&x, &y[0], &vec![1.0; y[0].len()])?;
        let kept = taken.iter().zip(&free.factors).filter(|(_, factor)| factor.abs() > NEAR);
        let kept: Vec<&Count> = kept.map(|(part, _)| *part).collect();
        let places: Vec<usize> = (0..kept.len()).collect();
        let of = |places: &[usize]| places.iter().map(|&at| kept[at]).collect::<Vec<&Count>>();
        let places = needed(&places, |places| self.fit(&of(places)).is_some())?;
        let mut parts = of(&places);
        parts.sort_by_key(|part| part.position);
        let (fit, part) = self.fit(&parts)?;
        Some((parts.iter().map(|part| part.position).collect(), fit, part))
    }

    /// The cells of columns, and of the total, in the rows that have all of them; none if they are
    /// too few.
    fn cells(&self, parts: &[&Count]) -> Option<[Vec<Vec<f64>>; 2]> {
        let all = || parts.iter().copied().chain([self.total]);
        let there = |row: &usize| all().all(|of| !of.cells[*row].is_nan());
        let rows: Vec<usize> = (0..self.table.rows()).filter(there).collect();
        let cells = |of: &Count| rows.iter().map(|&row| of.cells[row]).collect::<Vec<f64>>();
        let both = || [parts.iter().map(|part| cells(part)).collect(), vec![cells(self.total)]];
        (rows.len() >= FEWEST + parts.len()).then(both)
    }

    /// The whole multiples of columns that are the total in every row with all of them, and by what
    /// part of its terms a computed total may be off.
    fn fit(&self, parts: &[&Count]) -> Option<(Fit, f64)> {
        let [x, y] = self.cells(parts)?;
        let y = &y[0];
        let free = least_squares(&x, y, &vec![1.0; y.len()])?;
        let factors: Vec<f64> = free.factors.iter().map(|factor| factor.round()).collect();
        let power = 10f64.powi(self.total.decimals as i32);
        let constant = (free.constant * power).round() / power;
        let whole = factors.iter().zip(&free.factors).all(|(whole, factor)| {
            (1.0..=LARGEST).contains(whole) && (whole - factor).abs() < NEAR * whole
        });
        let fit = Fit { factors, constant };
        // No decimal of the total is left to rounding.
        let part = reproduces(&fit, &x, y, self.total.decimals + 1).filter(|_| whole)?;
        Some((fit, part))
    }
}
