//! Missing cells: how many a patient misses, and the columns whose shares differ most.

use super::input::ReportInput;
use super::section::Section;
use super::words::{name, percent};
use crate::disclosure::{Audience, Count, SMALLEST_GROUP};
use crate::markdown::signed_points;
use crate::panels::counts_picture;
use judge::evaluation::ColumnScore;
use judge::metrics::conditional::points;
use maud::{Markup, PreEscaped, html};
use table::Table;

/// Columns listed.
const WORST: usize = 8;

/// A difference of shares that the table would print as 0.
const SMALLEST_SHOWN: f64 = 0.0005;

/// A histogram and a table; nothing when no cell is missing in either table.
pub(super) fn section(input: &ReportInput, audience: Audience) -> Option<Section> {
    let (real, synthetic) = (input.tables.real, input.tables.synthetic);
    let [of_real, of_synthetic] = [real, synthetic].map(Table::missing_per_row);
    if of_real.iter().chain(&of_synthetic).all(|&missing| missing == 0) {
        return None;
    }
    let about = "Missing cells per patient, real and synthetic";
    let picture = counts_picture((&of_real, real.patients()), &of_synthetic, about, audience);
    let body = html! {
        div.pair {
            figure.panel.wide {
                figcaption {
                    "Missing cells of a patient"
                    p.note { "share of patients in percent" }
                }
                (PreEscaped(picture))
                p.keys {
                    span.key { i.swatch.real {} "real" }
                    span.key { i.swatch.synthetic {} "synthetic" }
                }
            }
            (table(input, audience))
        }
    };
    Some(Section { id: "missing", title: "Missing cells", body })
}

fn table(input: &ReportInput, audience: Audience) -> Markup {
    let real = input.tables.real;
    let mut columns: Vec<(Count, &ColumnScore)> = input
        .evaluation
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| (missing(real, place, audience), column))
        .collect();
    let distance = |count: &Count, column: &ColumnScore| match count {
        Count::Exact(_) => (column.real_missing - column.synthetic_missing).abs(),
        // The order of the lines must not tell what a line withholds.
        _ => (count.shown() as f64 / real.rows() as f64 - column.synthetic_missing).abs(),
    };
    columns.retain(|(count, column)| distance(count, column) >= SMALLEST_SHOWN);
    columns.sort_by(|a, b| distance(&b.0, b.1).total_cmp(&distance(&a.0, a.1)));
    if columns.is_empty() {
        return html! { p { "Every column misses as large a share of its cells as the real one." } };
    }
    html! {
        div.scroll tabindex="0" {
            table {
                caption { "Columns whose shares of missing cells differ most" }
                thead {
                    tr {
                        th scope="col" { "column" }
                        th.figure scope="col" { "real" }
                        th.figure scope="col" { "synthetic" }
                        th.figure scope="col" { "points" }
                    }
                }
                tbody {
                    @for (count, column) in columns.iter().take(WORST) { (line(*count, column)) }
                }
            }
        }
    }
}

fn line(count: Count, column: &ColumnScore) -> Markup {
    let (real, difference) = match count {
        Count::Exact(_) => (
            percent(column.real_missing),
            signed_points(points(column.real_missing, column.synthetic_missing)),
        ),
        Count::AtLeast(_) => (format!("all but <{SMALLEST_GROUP}"), "–".to_owned()),
        Count::Fewer => (format!("<{SMALLEST_GROUP} patients"), "–".to_owned()),
    };
    html! {
        tr {
            th scope="row" { (name(&column.name)) }
            td.figure { (real) }
            td.figure { (percent(column.synthetic_missing)) }
            td.figure { (difference) }
        }
    }
}

/// A small number of missing cells is withheld, and so is a small number of other cells.
fn missing(real: &Table, column: usize, audience: Audience) -> Count {
    match audience.missing(real, column) {
        [_, Count::Fewer] => Count::AtLeast(real.rows().saturating_sub(SMALLEST_GROUP - 1)),
        [missing, _] => missing,
    }
}
