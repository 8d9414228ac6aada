//! Tables 1 and 4: the columns of the export, and the types of the variables that were chosen.
//! They do not depend on any network.

use super::Reproduced;
use super::published::{TABLE_1, TABLE_4};
use crate::markdown::{escape, table};
use judge::metrics::summary_statistics::summary_statistics;
use table::Kind;
use table::read::Sheet;

const STATISTICS: [&str; 7] = ["N", "N*", "mean", "SE mean", "std", "min", "max"];

/// Table 1 of the export.
/// The synthetic patients have none of these columns, because they were not chosen.
pub(super) fn table_one(reproduced: &Reproduced) -> String {
    let mut lines = Vec::new();
    for (name, paper) in TABLE_1 {
        let real = statistics(reproduced.export, name);
        for ((statistic, paper), real) in STATISTICS.iter().zip(paper).zip(real) {
            let decimals = paper.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            let difference = real - paper.parse::<f64>().expect("a printed number");
            let cells =
                [format!("{real:.decimals$}"), "–".into(), format!("{difference:+.decimals$}")];
            let start = [format!("{} {statistic}", escape(name)), paper.to_owned()];
            lines.push(start.into_iter().chain(cells).collect());
        }
    }
    table(&["variable", "paper", "real (stand-in)", "ours", "stand-in − paper"], &lines)
}

/// The seven statistics of a column; NaN where the export lacks it.
fn statistics(export: &Sheet, name: &str) -> [f64; 7] {
    let Some(column) = (0..export.columns()).find(|&column| export.column_name(column) == name)
    else {
        return [f64::NAN; 7];
    };
    let values: Vec<f64> = export.column(column).filter_map(|cell| cell.parse().ok()).collect();
    let of = summary_statistics(&values);
    let known = values.len() as f64;
    [known, export.rows() as f64 - known, of.mean, of.std / known.sqrt(), of.std, of.min, of.max]
}

/// Table 4 of the 64 chosen variables.
/// Our numbers are those of the synthetic patients, without the feature that was dropped.
pub(super) fn table_four(reproduced: &Reproduced) -> String {
    let count = |of: &table::Table, kind: &str| {
        let is_of = |column: &&table::Column| match column.kind {
            Kind::Nominal | Kind::Ordinal => kind == "nominal",
            Kind::Boolean => kind == "Boolean",
            Kind::Numerical | Kind::Integer => kind == "numerical",
            Kind::Date | Kind::Datetime | Kind::Time => kind == "date",
        };
        of.schema.columns.iter().filter(is_of).count()
    };
    let line = |&(kind, paper): &(&str, usize)| {
        let (real, ours) = (count(reproduced.chosen, kind), count(reproduced.synthetic, kind));
        let difference = format!("{:+}", ours as i64 - real as i64);
        vec![kind.to_owned(), paper.to_string(), real.to_string(), ours.to_string(), difference]
    };
    let lines: Vec<_> = TABLE_4.iter().map(line).collect();
    table(&["type", "paper", "real (stand-in, 64)", "ours", "ours − real"], &lines)
}
