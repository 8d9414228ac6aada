//! How columns are related in the real and in the synthetic table, and which relations were lost or
//! made up.

use super::heat_map::{heat_map, legend, named_heat_map};
use super::input::ReportInput;
use super::section::Section;
use super::words::{hundredths, name, signed};
use crate::disclosure::SMALLEST_GROUP;
use crate::markdown::percent;
use ground::matrix::Matrix;
use judge::evaluation::KeptRelations;
use maud::{Markup, html};
use table::Table;

/// Pairs listed.
const WORST: usize = 10;

/// Three maps on one scale, and the pairs that are furthest apart; nothing for a table of one
/// column.
pub(super) fn section(input: &ReportInput) -> Option<Section> {
    let associations = &input.evaluation.associations;
    let size = associations.columns.len();
    if size < 2 || associations.real.columns() != size {
        return None;
    }
    let real = shown(&associations.real, input.tables.real);
    let synthetic = &associations.synthetic;
    let difference = Matrix::from_fn(size, size, |a, b| synthetic[(a, b)] - real[(a, b)]);
    let maps = [
        ("real", &real, "Associations of the real columns"),
        ("synthetic", synthetic, "Associations of the synthetic columns"),
        ("synthetic − real", &difference, "Differences of the associations"),
    ];
    let about = "Differences of the associations with names";
    let named = named_heat_map(&difference, &associations.columns, about);
    let body = html! {
        p.note {
            "Every pair of columns: Spearman's rho of two numbers (from −1 to 1), Cramér's V of \
             two coded columns and the correlation ratio of one of each (from 0 to 1). Columns in \
             the table's order, left to right and top to bottom. Grey: not defined, such as for a \
             constant column."
        }
        div.maps {
            @for (title, values, about) in maps {
                figure.map { figcaption { (title) } (heat_map(values, about)) }
            }
        }
        div.legend { (legend()) }
        (kept(&input.evaluation.kept))
        h3 { "Pairs that are furthest apart" }
        (worst(&real, synthetic, &associations.columns))
        details {
            summary { "The differences with the names of the columns" }
            (named)
        }
    };
    Some(Section { id: "relations", title: "Relations between columns", body })
}

/// What every real patient keeps and synthetic ones break.
fn kept(kept: &KeptRelations) -> Markup {
    if kept.found == 0 {
        return html! {};
    }
    html! {
        h3 { "What every real patient keeps" }
        p {
            "Relations found in the real table (equal, ordered or computed columns, and what \
             follows from a level): " (kept.found) ". "
            (percent(kept.broken_patients)) " of the synthetic patients break one."
        }
        @if !kept.broken.is_empty() {
            div.scroll tabindex="0" {
                table {
                    thead { tr { th scope="col" { "relation" } th.figure scope="col" { "broken by" } } }
                    tbody {
                        @for one in &kept.broken {
                            tr {
                                th scope="row" { (name(&one.relation)) }
                                td.figure { (percent(one.share)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The real associations, without those between columns that fewer than five patients both have.
fn shown(associations: &Matrix, real: &Table) -> Matrix {
    let size = associations.columns();
    let known: Vec<Vec<bool>> = (0..size)
        .map(|column| real.cells.column(column).map(|cell| !cell.is_nan()).collect())
        .collect();
    let together = |a: usize, b: usize| {
        let rows = known[a].iter().zip(&known[b]).enumerate();
        real.patients_of(rows.filter(|(_, (a, b))| **a && **b).map(|(row, _)| row))
    };
    Matrix::from_fn(size, size, |a, b| {
        if together(a, b) < SMALLEST_GROUP { f64::NAN } else { associations[(a, b)] }
    })
}

fn worst(real: &Matrix, synthetic: &Matrix, columns: &[String]) -> Markup {
    let pairs = (0..columns.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let mut pairs: Vec<(usize, usize, f64)> = pairs
        .map(|(a, b)| (a, b, synthetic[(a, b)] - real[(a, b)]))
        .filter(|(.., difference)| difference.is_finite())
        .collect();
    pairs.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    if pairs.is_empty() {
        return html! { p { "No pair of columns could be compared." } };
    }
    html! {
        div.scroll tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "pair" }
                        th.figure scope="col" { "real" }
                        th.figure scope="col" { "synthetic" }
                        th.figure scope="col" { "difference" }
                    }
                }
                tbody {
                    @for &(a, b, difference) in pairs.iter().take(WORST) {
                        tr {
                            th scope="row" { (name(&columns[a])) " and " (name(&columns[b])) }
                            td.figure { (hundredths(real[(a, b)])) }
                            td.figure { (hundredths(synthetic[(a, b)])) }
                            td.figure { (signed(difference)) }
                        }
                    }
                }
            }
        }
    }
}
