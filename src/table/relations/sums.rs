//! Linear relations that least squares overlook: sums of two columns, tried one by one, however few
//! their values are and however many of them share a column.

use super::chance::{FEWEST, all_pass, is_believed};
use super::columns::found;
use super::exact::reproduces;
use super::parse::comparable;
use super::solve::Fit;
use super::{Expression, Formula, Found, Relation};
use crate::Table;

/// With more columns of numbers than this their triples are not tried.
const MOST: usize = 200;

/// What is not that near, as a part of the terms, is no sum; what is gets a closer look.
const NEAR: f64 = 1e-6;

/// With fewer different totals a sum is taken for a code.
const DIFFERENT: usize = 5;

/// The sums among the columns of numbers: at least [`FEWEST`] rows in which neither part is 0.
pub(super) fn find(table: &Table) -> Vec<Found> {
    let numbers: Vec<usize> = (0..table.schema.columns.len())
        .filter(|&column| !table.schema.columns[column].kind.is_coded())
        .collect();
    if numbers.len() > MOST {
        return Vec::new();
    }
    let candidates =
        numbers.len() * numbers.len().saturating_sub(1) * numbers.len().saturating_sub(2) / 2;
    let mut found = Vec::new();
    for (place, &a) in numbers.iter().enumerate() {
        for &b in &numbers[place + 1..] {
            if !comparable(&table.schema.columns[a], &table.schema.columns[b]) {
                continue;
            }
            let fits = |total: &usize| {
                *total != a
                    && *total != b
                    && comparable(&table.schema.columns[a], &table.schema.columns[*total])
            };
            found.extend(
                numbers
                    .iter()
                    .copied()
                    .filter(fits)
                    .filter_map(|total| sum(table, [a, b], total, candidates)),
            );
        }
    }
    found
}

fn sum(table: &Table, parts: [usize; 2], total: usize, candidates: usize) -> Option<Found> {
    let (mut rows, mut both) = (Vec::new(), 0);
    for row in 0..table.rows() {
        let cells = table.cells.row(row);
        let [a, b, c] = [parts[0], parts[1], total].map(|column| cells[column]);
        let off = (a + b - c).abs();
        if off > NEAR * (a.abs() + b.abs()).max(c.abs()) {
            return None;
        }
        if !off.is_nan() {
            rows.push(row);
            both += usize::from(a != 0.0 && b != 0.0);
        }
    }
    let cells = |column: usize| rows.iter().map(|&row| table.cells[(row, column)]).collect();
    let mut totals: Vec<f64> = cells(total);
    let fit = Fit { factors: vec![1.0; 2], constant: 0.0 };
    let decimals = table.schema.columns[total].decimals;
    let part = reproduces(&fit, &parts.map(cells), &totals, decimals)?;
    totals.sort_by(f64::total_cmp);
    let different = totals.chunk_by(|a, b| a == b).count();
    if both < FEWEST || different < DIFFERENT {
        return None;
    }
    let matches = |row: &usize| {
        let sum = parts.iter().map(|&part| table.cells[(*row, part)]).sum::<f64>();
        let slack = NEAR * sum.abs();
        totals.partition_point(|t| *t <= sum + slack) - totals.partition_point(|t| *t < sum - slack)
    };
    let probability =
        rows.iter().map(matches).sum::<usize>() as f64 / (rows.len() * rows.len()) as f64;
    let formula = Formula::new(total, Expression::sum(parts), &table.schema).exact(part);
    let believed = is_believed(all_pass(rows.len(), probability), candidates);
    believed.then(|| found(Relation::Formula(formula), rows.len()))
}
