//! The columns with the largest differences: in shares of missing cells, and in percentiles.

use crate::disclosure::{Audience, Count, SMALLEST_GROUP};
use crate::markdown::{escape, one_digit, percent, signed_points, table};
use crate::pair::Tables;
use ground::matrix::Matrix;
use judge::metrics::conditional::points;
use judge::metrics::percentile_fit::percentile_difference;
use judge::metrics::percentiles::{PAPER_LEVELS, percentiles};
use table::Table;

/// So many columns are listed.
const WORST: usize = 10;

/// The columns whose shares of missing cells are furthest apart, and the shares over all cells.
pub(crate) fn missing_section(tables: Tables) -> String {
    let rows = (tables.real.cells.rows(), tables.synthetic.cells.rows());
    let mut columns: Vec<(usize, Count, f64, f64)> = (0..tables.real.schema.columns.len())
        .map(|column| {
            let missing = |values: &mut dyn Iterator<Item = f64>| {
                values.filter(|value| value.is_nan()).count()
            };
            let real = missing_count(tables.real, column);
            let synthetic =
                missing(&mut tables.synthetic.cells.column(column)) as f64 / rows.1 as f64;
            (column, real, real.shown() as f64 / rows.0 as f64, synthetic)
        })
        .collect();
    columns.sort_by(|a, b| (b.2 - b.3).abs().total_cmp(&(a.2 - a.3).abs()));
    let lines = columns.iter().take(WORST).map(|&(column, count, real, synthetic)| {
        let (shown, difference) = match count {
            Count::Exact(_) => (percent(real), signed_points(points(real, synthetic))),
            Count::AtLeast(_) => ("all but fewer than 5 patients".to_owned(), "–".to_owned()),
            Count::Fewer => ("fewer than 5 patients".to_owned(), "–".to_owned()),
        };
        vec![
            escape(&tables.real.schema.columns[column].name),
            shown,
            percent(synthetic),
            difference,
        ]
    });
    table(
        &["missing cells, worst columns", "real", "synthetic", "difference (points)"],
        &lines.collect::<Vec<_>>(),
    )
}

/// Few missing cells are withheld, and so are few cells that are not missing.
fn missing_count(real: &Table, column: usize) -> Count {
    match Audience::Anyone.missing(real, column) {
        [_, Count::Fewer] => Count::AtLeast(real.rows().saturating_sub(4)),
        [missing, _] => missing,
    }
}

/// How far percentiles are from the real ones: the mean over columns, and the worst columns.
///
/// Only percentiles with five real patients beyond them, below and above, and in parts of the range
/// that these span: the paper's measure takes the largest value and scales by the extremes, which
/// are single patients'.
pub(crate) fn percentile_section(tables: Tables) -> String {
    let mut columns: Vec<(&String, f64)> = (0..tables.real.schema.columns.len())
        .filter_map(|column| {
            Some((&tables.real.schema.columns[column].name, inner_fit(tables, column)?))
        })
        .collect();
    if columns.is_empty() {
        return String::new();
    }
    let mean = columns.iter().map(|(_, fit)| fit).sum::<f64>() / columns.len() as f64;
    columns.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut lines = vec![vec!["mean of all columns".to_owned(), one_digit(mean)]];
    let worst = columns.iter().take(WORST);
    lines.extend(worst.map(|(name, fit)| vec![escape(name), one_digit(*fit)]));
    table(&["percentiles, worst columns", "mean squared difference"], &lines)
}

/// The mean squared difference of a column's inner percentiles; none without any, where they are all
/// the same, and without synthetic values.
fn inner_fit(tables: Tables, column: usize) -> Option<f64> {
    let known = |row: &usize| !tables.real.cells[(*row, column)].is_nan();
    let patients = tables.real.patients_of((0..tables.real.rows()).filter(known)) as f64;
    let beyond = |level: f64| level.min(100.0 - level) / 100.0 * patients >= SMALLEST_GROUP as f64;
    let levels: Vec<f64> = PAPER_LEVELS.into_iter().filter(|level| beyond(*level)).collect();
    let values = |cells: &Matrix| -> Vec<f64> {
        cells.column(column).filter(|cell| !cell.is_nan()).collect()
    };
    let [real, synthetic] = [tables.real, tables.synthetic].map(|table| values(&table.cells));
    let ends = percentiles(&real, &[*levels.first()?, *levels.last()?]);
    let fit = percentile_difference(&real, &synthetic, &levels) / (ends[1] - ends[0]).powi(2);
    fit.is_finite().then_some(fit)
}
