//! The columns with the largest differences: in shares of missing cells, and in percentiles.

use crate::disclosure::{Audience, Count};
use crate::markdown::{escape, number, percent, signed_points, table};
use crate::pair::{Encoded, Tables};
use judge::metrics::conditional::points;
use judge::metrics::percentile_fit::percentile_fit;
use judge::metrics::percentiles::PAPER_LEVELS;
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

/// The mean squared differences of 20 percentiles: the mean over columns, and the worst columns.
pub(crate) fn percentile_section(encoded: &Encoded) -> String {
    let fit = percentile_fit(encoded.real, encoded.synthetic, &PAPER_LEVELS);
    let mean = fit.iter().sum::<f64>() / fit.len() as f64;
    let mut columns: Vec<(&String, f64)> = encoded.columns.iter().zip(fit).collect();
    columns.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut lines = vec![vec!["mean of all columns".to_owned(), number(mean)]];
    lines.extend(columns.iter().take(WORST).map(|(name, fit)| vec![escape(name), number(*fit)]));
    table(&["percentiles, worst columns", "mean squared difference"], &lines)
}
