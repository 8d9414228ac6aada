//! What was dropped from the real table for missing cells before it was used.

use super::input::ReportInput;
use super::section::Section;
use super::words::{grouped, name};
use crate::disclosure::{Audience, Count};
use maud::{Markup, html};
use table::clean::Cleaning;

/// The dropped patients and columns; nothing when the real table was not cleaned.
pub(super) fn section(input: &ReportInput, audience: Audience) -> Option<Section> {
    let body = thresholds(input.cleaning?, audience);
    Some(Section { id: "cleaning", title: "Cleaning of the real table", body })
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
            "With more than " (cleaning.patient_limit) " missing cells: " (patients) ". "
            "Then, with more than " (cleaning.feature_limit) " missing cells: "
            @if cleaning.features.is_empty() {
                "no column was dropped."
            } @else {
                (cleaning.features.len()) " of " (cleaning.before.features)
                " columns were dropped ("
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
                p {
                    @for patient in &cleaning.patients {
                        (patient.row) " (" (patient.missing) " missing) "
                    }
                }
            }
        }
    }
}
