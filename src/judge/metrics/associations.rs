//! How strongly every pair of a table's columns is related: the heat maps of a report.

use crate::metrics::codes::Codes;
use crate::metrics::columns::by_column;
use crate::metrics::contingency::Contingency;
use crate::metrics::ranks::{Order, Scratch, spearman};
use ground::matrix::Matrix;
use rayon::prelude::*;
use table::Table;

/// The associations of all pairs of columns (`columns x columns`, symmetric), over the rows that
/// are complete in the pair.
///
/// - Two numbers: Spearman's rho in [-1, 1].
/// - Two coded columns: Cramér's V in [0, 1].
/// - One of each: the correlation ratio η in [0, 1], the root of the share of the number's variance
///   that lies between the levels (Fisher 1925).
///
/// NaN where undefined: fewer than two rows, or a column that is constant in them.
/// The diagonal is 1, or NaN for a column that is constant or has no value.
pub fn associations(table: &Table) -> Matrix {
    let cells = by_column(table);
    let d = cells.len();
    let orders: Vec<Order> = cells.par_iter().map(|cells| Order::of(cells)).collect();
    let codes: Vec<Option<Codes>> = table
        .schema
        .columns
        .iter()
        .zip(&cells)
        .map(|(column, cells)| {
            column.kind.is_coded().then(|| Codes::of_levels(cells, column.levels.len()))
        })
        .collect();
    let pairs: Vec<(usize, usize)> = (0..d).flat_map(|a| (a..d).map(move |b| (a, b))).collect();
    let values: Vec<f64> = pairs
        .par_iter()
        .map_init(Scratch::default, |scratch, &(a, b)| match (&codes[a], &codes[b]) {
            // A column with itself is 1 by its ranks, whatever its kind.
            _ if a == b => spearman(&orders[a], &orders[a], scratch),
            (None, None) => spearman(&orders[a], &orders[b], scratch),
            (Some(a), Some(b)) => Contingency::of_complete(a, b).cramers_v(),
            (Some(levels), None) => correlation_ratio(&cells[b], levels),
            (None, Some(levels)) => correlation_ratio(&cells[a], levels),
        })
        .collect();
    let mut matrix = Matrix::zeros(d, d);
    for ((a, b), value) in pairs.into_iter().zip(values) {
        matrix[(a, b)] = value;
        matrix[(b, a)] = value;
    }
    matrix
}

/// η of a number given levels: `√(Σ n_l (mean_l - mean)² / Σ (x - mean)²)` over complete rows.
fn correlation_ratio(numbers: &[f64], levels: &Codes) -> f64 {
    let missing = levels.kinds - 1;
    let complete = || {
        let rows =
            numbers.iter().zip(&levels.places).map(|(&number, &level)| (number, level as usize));
        rows.filter(|&(number, level)| !number.is_nan() && level != missing)
    };
    let Some((first, first_level)) = complete().next() else { return f64::NAN };
    let mut groups = vec![(0.0, 0.0); missing];
    let (mut rows, mut sum) = (0.0, 0.0);
    // Measured from the first number, so that equal numbers have exactly no variance.
    for (number, level) in complete() {
        let number = number - first;
        groups[level].0 += 1.0;
        groups[level].1 += number;
        rows += 1.0;
        sum += number;
    }
    if groups[first_level].0 == rows {
        return f64::NAN;
    }
    let mean = sum / rows;
    let total: f64 = complete().map(|(number, _)| (number - first - mean).powi(2)).sum();
    let seen = groups.iter().filter(|(rows, _)| *rows > 0.0);
    let between: f64 = seen.map(|(rows, sum)| rows * (sum / rows - mean).powi(2)).sum();
    (between / total).sqrt().clamp(0.0, 1.0)
}
