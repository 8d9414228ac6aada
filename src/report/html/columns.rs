//! Every column, real and synthetic, the worst first, so that nobody has to look at all of them.

use super::input::ReportInput;
use super::section::Section;
use super::words::{column as described, hundredths, percent};
use crate::disclosure::{Audience, Count, SMALLEST_GROUP, coarse_decimals};
use crate::panels::panel_picture;
use judge::evaluation::ColumnScore;
use maud::{Markup, PreEscaped, html};
use table::Table;

/// Panels shown at once; the others open on demand.
const SHOWN: usize = 12;

/// Small pictures, and a table for those who want numbers.
pub(super) fn section(input: &ReportInput, audience: Audience) -> Section {
    let order = worst_first(&input.evaluation.columns);
    let (shown, folded) = order.split_at(SHOWN.min(order.len()));
    let body = html! {
        p.note { (explanation(audience)) }
        p.keys {
            span.key { i.swatch.real {} "real" }
            span.key { i.swatch.synthetic {} "synthetic" }
        }
        (panels(input, audience, shown))
        @if !folded.is_empty() {
            details {
                summary { "The " (folded.len()) " columns that fit better" }
                (panels(input, audience, folded))
            }
        }
        details { summary { "All columns in numbers" } (table(input, audience, &order)) }
    };
    Section { id: "columns", title: "Columns, real beside synthetic", body }
}

fn explanation(audience: Audience) -> String {
    let pooled = match audience {
        Audience::Anyone => {
            " Levels and ranges with fewer than five real patients are pooled; <5 stands for one \
             to four and is drawn as 0."
        }
        Audience::Owner => "",
    };
    format!(
        "Share of all patients in percent, \"missing\" as a bar of its own. Match: 1 is the same \
         distribution; half against half is what chance leaves of it. Sorted by fit, the worst \
         first: by the distance of the two distributions, or of the shares of missing cells where \
         those are further apart.{pooled}"
    )
}

/// Columns by the larger of two distances: of the values, and of the shares of missing cells.
fn worst_first(columns: &[ColumnScore]) -> Vec<usize> {
    let distance = |column: &ColumnScore| {
        let far = [1.0 - column.shape.unwrap_or(1.0), 1.0 - column.missing_similarity];
        far.into_iter().filter(|far| far.is_finite()).fold(0.0, f64::max)
    };
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by(|&a, &b| distance(&columns[b]).total_cmp(&distance(&columns[a])));
    order
}

fn panels(input: &ReportInput, audience: Audience, columns: &[usize]) -> Markup {
    let (real, synthetic) = (input.tables.real, input.tables.synthetic);
    html! {
        div.panels {
            @for &column in columns {
                figure.panel {
                    figcaption {
                        (described(&real.schema.columns[column]))
                        p.note { (fit(input, audience, column)) }
                    }
                    (PreEscaped(panel_picture(real, synthetic, column, audience)))
                }
            }
        }
    }
}

fn fit(input: &ReportInput, audience: Audience, column: usize) -> String {
    let printed = Printed::of(input, audience, column);
    let chance = match printed.ceiling.as_str() {
        "–" => String::new(),
        ceiling => format!(", half against half {ceiling}"),
    };
    format!("match {}{chance}", printed.shape)
}

fn table(input: &ReportInput, audience: Audience, order: &[usize]) -> Markup {
    html! {
        div.scroll tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "column" }
                        th scope="col" { "kind" }
                        th.figure scope="col" { "match" }
                        th.figure scope="col" { "half against half" }
                        th.figure scope="col" { "missing, real" }
                        th.figure scope="col" { "synthetic" }
                        th.figure scope="col" { "coverage" }
                        th.figure scope="col" { "within range" }
                    }
                }
                tbody { @for &column in order { (line(input, audience, column)) } }
            }
        }
        p.note {
            "Match: KSComplement of numbers, TVComplement of levels. Coverage: share of the real \
             range or of the real levels that synthetic patients reach. Within range: share of \
             synthetic numbers between the real extremes."
        }
    }
}

fn line(input: &ReportInput, audience: Audience, column: usize) -> Markup {
    let score = &input.evaluation.columns[column];
    let printed = Printed::of(input, audience, column);
    html! {
        tr {
            th scope="row" { (described(&input.tables.real.schema.columns[column])) }
            td { (score.kind) }
            td.figure { (printed.shape) }
            td.figure { (printed.ceiling) }
            td.figure { (printed.real_missing) }
            td.figure { (percent(score.synthetic_missing)) }
            td.figure { (score.coverage.map_or("–".to_owned(), hundredths)) }
            td.figure { (score.boundary_adherence.map_or("–".to_owned(), hundredths)) }
        }
    }
}

/// A column's scores for this reader, with too few digits to compute what is withheld.
struct Printed {
    shape: String,
    ceiling: String,
    real_missing: String,
}

impl Printed {
    fn of(input: &ReportInput, audience: Audience, column: usize) -> Self {
        let (real, score) = (input.tables.real, &input.evaluation.columns[column]);
        let decimals = match audience {
            Audience::Anyone => coarse_decimals(real.patients_of(0..real.rows())).min(2),
            Audience::Owner => 3,
        };
        let rounded = |value: Option<f64>| match value {
            Some(value) if value.is_finite() => format!("{value:.decimals$}"),
            _ => "–".to_owned(),
        };
        Self {
            shape: rounded(score.shape),
            ceiling: rounded(score.shape_ceiling),
            real_missing: real_missing(real, column, audience, score.real_missing),
        }
    }
}

/// The share of missing cells, unless it or its rest is that of one to four patients.
fn real_missing(real: &Table, column: usize, audience: Audience, share: f64) -> String {
    match audience.missing(real, column) {
        [Count::Fewer, _] => format!("<{SMALLEST_GROUP} patients"),
        [_, Count::Fewer] => format!("all but <{SMALLEST_GROUP}"),
        _ => percent(share),
    }
}
