//! What happened to the real table before it was used: rules of cleaning, and what was dropped for
//! missing cells.

use super::words::{grouped, name};
use super::{ReportInput, Section};
use crate::disclosure::{Audience, Count};
use clinical::cleaning::Audit;
use clinical::cleaning::audit::{Entry, Shape};
use maud::{Markup, html};
use table::clean::Cleaning;

/// The log; nothing when nothing was cleaned.
pub(super) fn section(input: &ReportInput, audience: Audience) -> Option<Section> {
    if input.audit.is_none() && input.cleaning.is_none() {
        return None;
    }
    let body = html! {
        @if let Some(audit) = input.audit { (rules(audit, audience)) }
        @if let Some(cleaning) = input.cleaning { (thresholds(cleaning, audience)) }
    };
    Some(Section { id: "cleaning", title: "Cleaning of the real table", body })
}

fn rules(audit: &Audit, audience: Audience) -> Markup {
    html! {
        h3 { "By declared rules" }
        p {
            (name(&audit.data)) " by " (name(&audit.rules_file)) ": " (shape(audit.before, audit, audience)) " became "
            (shape(audit.after, audit, audience)) "."
        }
        div.scroll tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "rule" }
                        th.figure scope="col" { "cells changed" }
                        th.figure scope="col" { "patients dropped" }
                        th.figure scope="col" { "columns dropped" }
                        th.figure scope="col" { "columns added" }
                    }
                }
                tbody { @for entry in &audit.rules { (rule(entry, audience)) } }
            }
        }
    }
}

/// The size of a table, without patients where a rule dropped one to four of them: two exact
/// numbers could be subtracted.
fn shape(shape: Shape, audit: &Audit, audience: Audience) -> String {
    let withheld = audit.rules.iter().any(|rule| audience.count(rule.rows_dropped) == Count::Fewer);
    if withheld {
        format!("{} columns", grouped(shape.columns))
    } else {
        format!("{} patients x {} columns", grouped(shape.rows), grouped(shape.columns))
    }
}

fn rule(entry: &Entry, audience: Audience) -> Markup {
    html! {
        tr {
            th scope="row" { b { (name(&entry.kind)) } ": " (name(&entry.what)) p.note { "Why: " (name(&entry.reason)) } }
            td.figure { (audience.count(entry.cells)) }
            td.figure { (audience.count(entry.rows_dropped)) }
            td.figure { (entry.columns_dropped.len()) }
            td.figure { (entry.columns_added.len()) }
        }
    }
}

fn thresholds(cleaning: &Cleaning, audience: Audience) -> Markup {
    let patients = match audience.count(cleaning.patients.len()) {
        Count::Exact(0) => {
            format!("none of {} patients was dropped", grouped(cleaning.before.patients))
        }
        Count::Fewer => "fewer than 5 patients were dropped".to_owned(),
        dropped => {
            format!("{dropped} of {} patients were dropped", grouped(cleaning.before.patients))
        }
    };
    html! {
        h3 { "By missing cells" }
        p {
            "With more than " (cleaning.patient_limit) " missing cells: " (patients) ". Then, with more than " (cleaning.feature_limit) " missing cells: "
            @if cleaning.features.is_empty() {
                "no column was dropped."
            } @else {
                (cleaning.features.len()) " of " (cleaning.before.features) " columns were dropped ("
                @for (place, feature) in cleaning.features.iter().enumerate() {
                    @if place > 0 { ", " }
                    (name(&feature.name))
                }
                ")."
            }
        }
        @if audience == Audience::Owner && !cleaning.patients.is_empty() {
            details {
                summary { "The dropped patients, by row of the file" }
                p { @for patient in &cleaning.patients { (patient.row) " (" (patient.missing) " missing) " } }
            }
        }
    }
}
