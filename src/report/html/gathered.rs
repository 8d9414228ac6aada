//! The page of many runs put together.

use super::page::document;
use super::words::{grouped, name, number, optional};
use crate::gathered::{Gathered, Group, Mean};
use judge::evaluation::{Audit, ScoreName};
use maud::{Markup, html};

/// The page: it shows scores of runs and no patient.
pub fn gathered_html(gathered: &Gathered) -> String {
    let mut tables: Vec<&str> = gathered.groups.iter().map(|of| of.table.as_str()).collect();
    tables.dedup();
    let body = html! {
        header { h1 { "Many runs, put together" } }
        main {
            (left_out(gathered))
            @for table in tables { (of_table(gathered, table)) }
            (audits(gathered))
            (samples(gathered))
        }
        footer { p {
            "Means over seeds with 95 % intervals of Student's t. A rank is the mean over all scores \
             that every recipe of the table has: 1 is nearest to the best possible value everywhere."
        } }
    };
    document("Many runs, put together", &body).into_string()
}

/// What is missing comes first.
fn left_out(gathered: &Gathered) -> Markup {
    html! {
        @if !(gathered.failed.is_empty() && gathered.missing.is_empty() && gathered.notes.is_empty()) {
            section id="missing" {
                h2 { "What is not in this report" }
                ul {
                    @for note in &gathered.notes { li { (name(note)) } }
                    @for [task, error] in &gathered.failed {
                        li { code { (name(task)) } " failed: " (name(error)) }
                    }
                    @for task in &gathered.missing { li { code { (name(task)) } " is not done" } }
                }
            }
        }
    }
}

fn of_table(gathered: &Gathered, table: &str) -> Markup {
    let groups: Vec<&Group> = gathered.groups.iter().filter(|of| of.table == table).collect();
    let mut scores: Vec<&str> = Vec::new();
    for score in groups.iter().flat_map(|group| &group.scores) {
        if !scores.contains(&score.name.as_str()) {
            scores.push(&score.name);
        }
    }
    html! {
        section {
            h2 { "Table " (name(table)) }
            div.scroll tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "score" }
                        th.figure scope="col" { "ceiling" }
                        @for group in &groups { th.figure scope="col" { (name(&group.recipe)) } }
                    } }
                    tbody {
                        (row("mean rank", groups.iter().map(|of| html! { (optional(of.rank)) })))
                        (row("runs", groups.iter().map(|of| html! { (of.seeds.len()) })))
                        (row("seconds of training", groups.iter().map(|of| cell(of.seconds.as_ref()))))
                        @for score in scores { (of_score(score, &groups)) }
                    }
                }
            }
        }
    }
}

fn row(label: &str, cells: impl Iterator<Item = Markup>) -> Markup {
    html! {
        tr {
            th scope="row" { (label) }
            td.figure {}
            @for cell in cells { td.figure { (cell) } }
        }
    }
}

fn of_score(score: &str, groups: &[&Group]) -> Markup {
    let label = ScoreName::ALL.into_iter().find(|name| name.key() == score).map(ScoreName::label);
    let found = |group: &&Group| group.scores.iter().find(|of| of.name == score).cloned();
    let means: Vec<Option<Mean>> = groups.iter().map(found).collect();
    let ceiling = means.iter().flatten().find_map(|mean| mean.ceiling);
    html! {
        tr {
            th scope="row" {
                @if let Some(label) = label { (label) " " }
                code { (name(score)) }
            }
            td.figure { (optional(ceiling)) }
            @for mean in &means { td.figure { (cell(mean.as_ref())) } }
        }
    }
}

/// A mean with its interval below it.
fn cell(mean: Option<&Mean>) -> Markup {
    html! {
        @match mean {
            Some(mean) => {
                b { (number(mean.mean)) }
                @if let Some((low, high)) = mean.low.zip(mean.high) {
                    br;
                    small { (number(low)) " to " (number(high)) }
                }
            }
            None => "-",
        }
    }
}

fn audits(gathered: &Gathered) -> Markup {
    html! {
        @if !gathered.audits.is_empty() {
            section {
                h2 { "Membership by shadow models" }
                table {
                    thead { tr {
                        @for head in ["table", "recipe", "seed", "models", "AUC (0.5 is guessing)"] {
                            th scope="col" { (head) }
                        }
                    } }
                    tbody { @for of in &gathered.audits { tr {
                        td { (name(&of.table)) } td { (name(&of.recipe)) } td { (name(&of.seed)) }
                        td.figure { (of.audit.models) }
                        td.figure { (auc(&of.audit)) }
                    } } }
                }
                @for of in &gathered.audits { ul { @for note in &of.audit.notes { li { (name(note)) } } } }
            }
        }
    }
}

fn auc(audit: &Audit) -> Markup {
    html! { b { (number(audit.auc)) } " " small { (number(audit.low)) " to " (number(audit.high)) } }
}

fn samples(gathered: &Gathered) -> Markup {
    html! {
        @if !gathered.samples.is_empty() {
            section {
                h2 { "Synthetic tables in parts" }
                ul { @for of in &gathered.samples { li {
                    (name(&of.name)) ": " (grouped(of.parts)) " parts, " (grouped(of.rows as usize))
                    " rows"
                } } }
            }
        }
    }
}
