//! Columns that are the sum of two others.

use super::chance::{FEWEST, all_pass, is_believed};
use super::parse::comparable;
use super::{Found, Relation};
use crate::Table;

/// With more columns of numbers than this their triples are not tried.
const MOST: usize = 200;

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
    let relation = Relation::Sum { parts, total };
    let mut rows = Vec::new();
    for row in 0..table.rows() {
        let cells = table.cells.row(row);
        match relation.holds(cells) {
            Some(false) => return None,
            Some(true) => rows.push(row),
            None => {}
        }
    }
    let both = rows
        .iter()
        .filter(|&&row| parts.iter().all(|&part| table.cells[(row, part)] != 0.0))
        .count();
    let mut totals: Vec<f64> = rows.iter().map(|&row| table.cells[(row, total)]).collect();
    totals.sort_by(f64::total_cmp);
    let different = totals.chunk_by(|a, b| a == b).count();
    if both < FEWEST || different < DIFFERENT {
        return None;
    }
    let matches = |row: &usize| {
        let sum = parts.iter().map(|&part| table.cells[(*row, part)]).sum::<f64>();
        let slack = 1e-6 * sum.abs();
        totals.partition_point(|t| *t <= sum + slack) - totals.partition_point(|t| *t < sum - slack)
    };
    let probability =
        rows.iter().map(matches).sum::<usize>() as f64 / (rows.len() * rows.len()) as f64;
    is_believed(all_pass(rows.len(), probability), candidates).then_some(Found {
        relation,
        support: rows.len(),
        exceptions: 0,
        follows: false,
        ties: false,
    })
}
