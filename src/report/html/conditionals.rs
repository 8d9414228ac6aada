//! One column given another, as in the paper's Table 7.

use super::section::Section;
use super::words::{grouped, hundredths, name, percent};
use crate::disclosure::{Audience, Count, Group, Part, SMALLEST_GROUP, Tally, disclose_some};
use crate::markdown::signed_points;
use judge::evaluation::{Conditional, ConditionalSlice, Evaluation};
use judge::metrics::conditional::{Behind, points};
use maud::{Markup, html};

/// A table per level of the given column; nothing when the schema names no two columns.
pub(super) fn section(evaluation: &Evaluation, audience: Audience) -> Option<Section> {
    let rows = evaluation.sizes.real;
    let tables: Vec<(&Conditional, Vec<Slice>)> = evaluation
        .conditionals
        .iter()
        .map(|table| (table, slices(table, rows, audience)))
        .filter(|(_, slices)| !slices.is_empty())
        .collect();
    if tables.is_empty() {
        return None;
    }
    let body = html! {
        @for (table, slices) in &tables {
            h3 { (name(&table.of)) " given " (name(&table.given)) }
            // With an exact difference a withheld count could be computed.
            @if table.worst_points.is_finite() && slices.iter().all(Slice::is_exact) {
                p.note {
                    "Largest difference among levels with at least five real patients: "
                    (hundredths(table.worst_points)) " points."
                }
            }
            div.slices { @for slice in slices { (shown(table, slice)) } }
        }
    };
    Some(Section { id: "conditionals", title: "One column given another", body })
}

/// The patients with one level of the given column, as far as they may be shown.
struct Slice<'a> {
    given: &'a str,
    real: Count,
    synthetic: usize,
    groups: Vec<Group>,
}

impl Slice<'_> {
    fn is_exact(&self) -> bool {
        self.real.is_exact() && self.groups.iter().all(|group| group.real.is_exact())
    }
}

/// The levels of the given column that may be shown. The reader knows of `rows` real patients.
fn slices<'a>(table: &'a Conditional, rows: usize, audience: Audience) -> Vec<Slice<'a>> {
    let tallies: Vec<Tally> = table.slices.iter().map(|slice| tally(table, slice)).collect();
    let totals = |counts: fn(&Tally) -> usize| tallies.iter().map(counts).collect::<Vec<usize>>();
    let real = totals(|tally| tally.real.iter().sum::<usize>() + tally.real_missing);
    let given = Tally {
        labels: table.slices.iter().map(|slice| slice.given.clone()).collect(),
        real_missing: rows.saturating_sub(real.iter().sum()),
        real,
        synthetic: totals(|tally| tally.synthetic.iter().sum::<usize>() + tally.synthetic_missing),
        synthetic_missing: 0,
        behind: given_behind(table, rows),
    };
    let shown =
        audience.groups(&given, audience.count(rows), usize::MAX).into_iter().filter_map(|group| {
            match group.part {
                Part::Level(level) => Some((level, group)),
                _ => None,
            }
        });
    shown
        .map(|(level, group)| Slice {
            given: &table.slices[level].given,
            real: group.real,
            synthetic: group.synthetic,
            groups: groups(table, &tallies[level], group.real, audience),
        })
        .collect()
}

/// Patients of each given level, at least so many.
fn given_behind(table: &Conditional, rows: usize) -> Option<Behind> {
    let each: Vec<&Behind> =
        table.slices.iter().map(|slice| slice.behind.as_ref()).collect::<Option<_>>()?;
    let most = |of: &&Behind| of.levels.iter().copied().max().unwrap_or(0).max(of.missing);
    Some(Behind {
        levels: each.iter().map(most).collect(),
        missing: 0,
        rows_each: each.iter().map(|of| of.rows_each).max().unwrap_or(rows),
    })
}

fn tally(table: &Conditional, slice: &ConditionalSlice) -> Tally {
    Tally {
        labels: table.levels.clone(),
        real: slice.real.clone(),
        synthetic: slice.synthetic.clone(),
        real_missing: slice.real_missing,
        synthetic_missing: slice.synthetic_missing,
        behind: slice.behind.clone(),
    }
}

/// The levels of one slice, most frequent first.
fn groups(table: &Conditional, tally: &Tally, rows: Count, audience: Audience) -> Vec<Group> {
    // A subtraction of the other parts would give away a level that is rare in one part.
    let may_show = |level: usize| {
        table
            .slices
            .iter()
            .all(|slice| slice.real[level] == 0 || slice.patients(level) >= SMALLEST_GROUP)
    };
    let mut groups = match audience {
        Audience::Anyone => disclose_some(tally, rows, may_show),
        Audience::Owner => audience.groups(tally, rows, usize::MAX),
    };
    groups.sort_by_key(|group| {
        (!matches!(group.part, Part::Level(_)), std::cmp::Reverse(group.real.shown()))
    });
    groups
}

fn shown(table: &Conditional, slice: &Slice) -> Markup {
    html! {
        table.slice {
            caption { (name(&table.given)) " = " b { (name(slice.given)) } }
            thead {
                tr {
                    th scope="col" { (name(&table.of)) }
                    th.figure scope="col" { "real" br; small { (count(slice.real)) } }
                    th.figure scope="col" { "synthetic" br; small { (grouped(slice.synthetic)) } }
                    th.figure scope="col" { "points" }
                }
            }
            tbody { @for group in &slice.groups { (line(group, slice.real, slice.synthetic)) } }
        }
    }
}

fn line(group: &Group, rows: Count, synthetic_rows: usize) -> Markup {
    let share = |part: usize, of: usize| part as f64 / of as f64;
    let (real, synthetic) =
        (share(group.real.shown(), rows.shown()), share(group.synthetic, synthetic_rows));
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
