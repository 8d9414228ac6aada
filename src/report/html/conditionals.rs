//! One column given another, as in the paper's Table 7: what a reader of a cohort looks up first.

use super::Section;
use super::words::{grouped, hundredths, name, percent};
use crate::evaluation::{Conditional, ConditionalSlice, Evaluation};
use crate::metrics::conditional::points;
use crate::report::disclosure::{Audience, Count, Group, Part, SMALLEST_GROUP, Tally, disclose_some};
use crate::report::markdown::signed_points;
use maud::{Markup, html};

/// A table per level of the given column; nothing when the schema names no two columns.
pub(super) fn section(evaluation: &Evaluation, audience: Audience) -> Option<Section> {
    let tables: Vec<&Conditional> = evaluation.conditionals.iter().filter(|one| !one.slices.is_empty()).collect();
    if tables.is_empty() {
        return None;
    }
    let body = html! {
        @for table in tables {
            h3 { (name(&table.of)) " given " (name(&table.given)) }
            @if table.worst_points.is_finite() {
                p.note {
                    "Largest difference among levels with at least five real patients: " (hundredths(table.worst_points)) " points."
                }
            }
            div.slices { @for slice in &table.slices { (shown(table, slice, audience)) } }
        }
    };
    Some(Section { id: "conditionals", title: "One column given another", body })
}

fn tally(table: &Conditional, slice: &ConditionalSlice) -> Tally {
    Tally {
        labels: table.levels.clone(),
        real: slice.real.clone(),
        synthetic: slice.synthetic.clone(),
        real_missing: slice.real_missing,
        synthetic_missing: slice.synthetic_missing,
    }
}

fn shown(table: &Conditional, slice: &ConditionalSlice, audience: Audience) -> Markup {
    let tally = tally(table, slice);
    let rows = audience.count(tally.real.iter().sum::<usize>() + tally.real_missing);
    if rows == Count::Fewer {
        return html! {};
    }
    // A level that is rare in one part would come out by subtraction from the other parts.
    let may_show =
        |level: usize| table.slices.iter().all(|slice| slice.real[level] >= SMALLEST_GROUP || slice.real[level] == 0);
    let mut groups = match audience {
        Audience::Anyone => disclose_some(&tally, rows, may_show),
        Audience::Owner => audience.groups(&tally, rows, usize::MAX),
    };
    groups.sort_by_key(|group| (!matches!(group.part, Part::Level(_)), std::cmp::Reverse(group.real.shown())));
    let synthetic_rows = tally.synthetic.iter().sum::<usize>() + tally.synthetic_missing;
    html! {
        table.slice {
            caption { (name(&table.given)) " = " b { (name(&slice.given)) } }
            thead {
                tr {
                    th scope="col" { (name(&table.of)) }
                    th.figure scope="col" { "real" br; small { (count(rows)) } }
                    th.figure scope="col" { "synthetic" br; small { (grouped(synthetic_rows)) } }
                    th.figure scope="col" { "points" }
                }
            }
            tbody { @for group in &groups { (line(group, rows, synthetic_rows)) } }
        }
    }
}

fn line(group: &Group, rows: Count, synthetic_rows: usize) -> Markup {
    let share = |part: usize, of: usize| part as f64 / of as f64;
    let (real, synthetic) = (share(group.real.shown(), rows.shown()), share(group.synthetic, synthetic_rows));
    let (real_text, difference) = match group.real {
        Count::Exact(_) => (percent(real), signed_points(points(real, synthetic))),
        Count::AtLeast(_) => (format!("≥ {}", percent(real)), "–".to_owned()),
        Count::Fewer => (format!("<{SMALLEST_GROUP} patients"), "–".to_owned()),
    };
    html! {
        tr {
            th scope="row" { (name(&group.label)) }
            td.figure { (real_text) }
            td.figure { (percent(synthetic)) }
            td.figure { (difference) }
        }
    }
}

fn count(count: Count) -> String {
    match count {
        Count::Exact(patients) => grouped(patients),
        other => other.to_string(),
    }
}
