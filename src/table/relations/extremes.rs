//! The largest or the smallest of several columns: the worst grade, the highest of three readings,
//! the first of several events.

use super::chance::{FEWEST, by_shuffling, is_believed};
use super::columns::found;
use super::function::Aggregate;
use super::parse::comparable;
use super::{Expression, Formula, Found, Relation};
use crate::Table;
use crate::quantile::TOGETHER;
use rayon::prelude::*;

/// With more columns of numbers than this nothing is tried.
const MOST: usize = 200;

/// Columns that an extreme is one of at most.
const SOURCES: usize = 12;

/// The columns that are the largest or the smallest of those of others that are present, in every
/// row that has any of them.
/// `made` are columns that others make.
pub(super) fn find(table: &Table, made: &[usize]) -> Vec<Found> {
    let columns = &table.schema.columns;
    let numbers: Vec<usize> =
        (0..columns.len()).filter(|&column| !columns[column].kind.is_coded()).collect();
    if numbers.len() > MOST {
        return Vec::new();
    }
    let open = numbers.par_iter().filter(|column| !made.contains(column));
    let of_column = |&column: &usize| {
        let search = Search { table, numbers: &numbers, column };
        [Aggregate::Max, Aggregate::Min].into_iter().find_map(|of| search.extreme(of))
    };
    let all: Vec<(usize, Vec<usize>, Found)> = open.filter_map(of_column).collect();
    let mut kept: Vec<(usize, Vec<usize>, Found)> = Vec::new();
    for one in all {
        // Of two columns that are each an extreme of the other and a third one, the first stays.
        if !kept.iter().any(|(column, of, _)| one.1.contains(column) && of.contains(&one.0)) {
            kept.push(one);
        }
    }
    kept.into_iter().map(|(.., found)| found).collect()
}

struct Search<'a> {
    table: &'a Table,
    numbers: &'a [usize],
    column: usize,
}

impl Search<'_> {
    /// The columns of which it is the extreme, and the relation.
    fn extreme(&self, of: Aggregate) -> Option<(usize, Vec<usize>, Found)> {
        let table = self.table;
        let beyond = |row: &[f64], source: usize| match of {
            Aggregate::Min => row[source] < row[self.column],
            _ => row[source] > row[self.column],
        };
        let rows = || (0..table.rows()).map(|row| table.cells.row(row));
        let fits = |source: &usize| {
            let columns = &table.schema.columns;
            *source != self.column
                && comparable(&columns[self.column], &columns[*source])
                && !rows().any(|row| beyond(row, *source))
                && self.equal(*source) >= TOGETHER
        };
        let all: Vec<usize> = self.numbers.iter().copied().filter(fits).collect();
        let sources = self.needed(all)?;
        let columns = sources.iter().map(|&source| Expression::Column(source)).collect();
        let expression = Expression::Over(of, columns);
        let formula = Formula::new(self.column, expression, &table.schema).exact(0.0);
        let (chance, support) = by_shuffling(table, &formula)?;
        let candidates = (sources.len() + 1) as f64 * (self.numbers.len() as f64).ln();
        (support >= FEWEST && is_believed(chance + candidates, 2))
            .then(|| (self.column, sources, found(Relation::Formula(formula), support)))
    }

    /// Patients in whom it is equal to another column.
    fn equal(&self, source: usize) -> usize {
        let same =
            |row: &usize| self.table.cells[(*row, source)] == self.table.cells[(*row, self.column)];
        self.table.patients_of((0..self.table.rows()).filter(same))
    }

    /// Those of some columns that are needed, so that it is one of them wherever any is present;
    /// each alone for several patients.
    fn needed(&self, mut sources: Vec<usize>) -> Option<Vec<usize>> {
        for one in sources.clone() {
            let fewer: Vec<usize> = sources.iter().copied().filter(|other| *other != one).collect();
            if self.alone(&fewer, one) < TOGETHER {
                sources = fewer;
            }
        }
        (2..=SOURCES).contains(&sources.len()).then_some(sources)
    }

    /// Patients in whom a column makes it, and none of the others does.
    fn alone(&self, others: &[usize], one: usize) -> usize {
        let makes = |row: &usize| {
            let row = self.table.cells.row(*row);
            row[one] == row[self.column] && others.iter().all(|&at| row[at] != row[self.column])
        };
        self.table.patients_of((0..self.table.rows()).filter(makes))
    }
}
