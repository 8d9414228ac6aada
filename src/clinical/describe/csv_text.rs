//! A description as CSV, one row per variable.

use super::variable::{Description, Variable};
use std::io::Write;
use table::formula::FormulaGuard;

const HEADER: [&str; 28] = [
    "variable",
    "label",
    "group",
    "type",
    "n",
    "missing",
    "response_rate",
    "codes",
    "unreadable",
    "distinct",
    "mean",
    "se_mean",
    "st_dev",
    "min",
    "q1",
    "median",
    "q3",
    "max",
    "lower_fence",
    "upper_fence",
    "outliers_below",
    "outliers_above",
    "levels",
    "other_levels",
    "date_form",
    "earliest",
    "latest",
    "mean_length",
];

/// Writes the rows.
/// Numbers have all their digits; the tally is one cell, `level=count` joined by `; `.
/// Texts that a spreadsheet would execute are guarded.
pub fn write(
    description: &Description,
    guard: FormulaGuard,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADER)?;
    for variable in &description.variables {
        writer.write_record(row(variable).iter().map(|cell| guard.apply(cell).into_owned()))?;
    }
    writer.flush()
}

fn row(variable: &Variable) -> Vec<String> {
    let Variable { name, label, group, kind, n, missing, response_rate, codes, unreadable, .. } =
        variable;
    let mut row =
        vec![name.clone(), label.clone().unwrap_or_default(), group.clone(), kind.to_string()];
    row.extend([n, missing].map(u64::to_string));
    row.push(response_rate.to_string());
    row.extend([codes, unreadable].map(u64::to_string));
    row.push(variable.distinct.map_or_else(String::new, |distinct| distinct.to_string()));
    match &variable.numbers {
        Some(numbers) => {
            let optional =
                |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
            row.extend([
                numbers.mean.to_string(),
                optional(numbers.se_mean),
                optional(numbers.st_dev),
            ]);
            let outliers = &numbers.outliers;
            let plain = [numbers.min, numbers.q1, numbers.median, numbers.q3, numbers.max];
            row.extend(
                plain
                    .iter()
                    .chain(&[outliers.lower_fence, outliers.upper_fence])
                    .map(f64::to_string),
            );
            row.extend([outliers.below, outliers.above].map(|count| count.to_string()));
        }
        None => row.extend(vec![String::new(); 12]),
    }
    let levels = variable.tally.iter().flat_map(|tally| &tally.levels);
    row.push(
        levels
            .map(|level| format!("{}={}", level.level, level.count))
            .collect::<Vec<_>>()
            .join("; "),
    );
    row.push(
        variable.tally.as_ref().map_or_else(String::new, |tally| tally.other_levels.to_string()),
    );
    let dates = variable.dates.clone();
    row.extend(
        dates.map_or([const { String::new() }; 3], |dates| {
            [dates.form, dates.earliest, dates.latest]
        }),
    );
    row.push(variable.mean_length.map_or_else(String::new, |length| length.to_string()));
    row
}
