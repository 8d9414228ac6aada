//! Survival: the curves of real and synthetic patients, and what the hazard depends on.

mod curves;
mod hazards;

use super::section::Section;
use super::words::{grouped, name, number};
use crate::disclosure::{Audience, Count};
use crate::survival::sizes;
use judge::evaluation::Evaluation;
use judge::evaluation::survival::{Group, Survival};
use maud::{Markup, html};

/// Curves and hazard ratios; nothing where no time and event are named.
pub(super) fn section(evaluation: &Evaluation, audience: Audience) -> Option<Section> {
    let survival = evaluation.survival.as_ref()?;
    let body = html! {
        p {
            "Time: " (name(&survival.time)) ". Event: " (name(&survival.event)) " = "
            (name(&survival.value)) "; all others were seen last at that time without it."
        }
        (patients(survival, audience))
        (curves::picture(survival, audience))
        (differences(survival))
        @if let Some(strata) = &survival.strata { (curves::pictures(strata, survival, audience)) }
        @if let Some(hazards) = &survival.hazards { (hazards::table(hazards, survival, audience)) }
        @for note in &survival.notes { p.note { (name(note)) } }
    };
    Some(Section { id: "survival", title: "Survival", body })
}

fn patients(survival: &Survival, audience: Audience) -> Markup {
    let synthetic = &survival.synthetic;
    let real = |label: &str, group: &Group| {
        let (patients, events) = sizes(group, audience);
        let events = events.map_or("withheld".to_owned(), grouped);
        row(label, &count(patients), &events, &count(audience.count(group.left_out)))
    };
    html! {
        div.scroll tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "patients" }
                        th.figure scope="col" { "with time and event known" }
                        th.figure scope="col" { "with the event" }
                        th.figure scope="col" { "left out" }
                    }
                }
                tbody {
                    (real("real", &survival.real))
                    (row("synthetic", &grouped(synthetic.patients), &grouped(synthetic.events), &grouped(synthetic.left_out)))
                    @if let Some(held) = &survival.holdout { (real("kept back", held)) }
                }
            }
        }
    }
}

fn count(count: Count) -> String {
    if let Count::Exact(patients) = count { grouped(patients) } else { count.to_string() }
}

fn row(label: &str, patients: &str, events: &str, left_out: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (label) }
            td.figure { (patients) }
            td.figure { (events) }
            td.figure { (left_out) }
        }
    }
}

/// How far the curves are apart, with references.
fn differences(survival: &Survival) -> Markup {
    let far = &survival.difference;
    let lines = [
        ("all real patients, all synthetic ones", Some(far.whole)),
        ("half of the real patients, as many synthetic ones", Some(far.value)),
        ("half of the real patients, the other half", Some(far.ceiling)),
        ("synthetic patients, those kept back", far.against_holdout),
        ("real patients trained on, those kept back", far.holdout),
    ];
    html! {
        table {
            caption { "Largest difference of two curves, over the times that both cover" }
            tbody {
                @for (label, value) in lines {
                    @if let Some(value) = value {
                        tr { th scope="row" { (label) } td.figure { (number(value)) } }
                    }
                }
            }
        }
    }
}
