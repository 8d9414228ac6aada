//! The frame of the page: its head, the first screen, the contents, the sections, and a caution.

use super::first_screen;
use super::input::ReportInput;
use super::section::Section;
use super::words::{grouped, name};
use crate::chart::shape::STROKES;
use crate::chart::text::printable;
use crate::disclosure::{Audience, Count};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");
/// Tells the browser that nothing is loaded and no script runs, whatever the text contains.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    base-uri 'none'; form-action 'none'";
const CAUTION: &str = "No differential privacy is offered: no formal guarantee bounds what a \
    synthetic table tells about a real patient. Smallest, largest and rare values of the real \
    table can appear in synthetic patients as they are. For patients with such a bound there is the \
    recipe private, which has a report of its own.";

const MEASURED: &str = "The synthetic patients are differentially private; this page is not, \
    because it was measured on real ones.";

/// The whole document.
pub(super) fn page(input: &ReportInput, audience: Audience, sections: &[Section]) -> Markup {
    let title = format!("Synthetic patients beside real ones: {}", printable(input.cohort));
    let body = html! {
        header { (heading(input, audience)) }
        main {
            (first_screen::first_screen(input))
            (contents(sections))
            @for section in sections {
                section id=(section.id) { h2 { (section.title) } (section.body) }
            }
        }
        footer { (closing(input, audience)) }
    };
    document(&title, &body)
}

/// A page that opens offline, with all that its style needs.
pub(super) fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(STROKES)) }
            }
            body { (body) }
        }
    }
}

fn heading(input: &ReportInput, audience: Audience) -> Markup {
    let real = match audience {
        Audience::Anyone => Count::of(input.tables.real.rows()),
        Audience::Owner => Count::Exact(input.tables.real.rows()),
    };
    let real = if let Count::Exact(rows) = real { grouped(rows) } else { real.to_string() };
    let (badge, room) = match audience {
        Audience::Anyone => ("To share: shows no single patient", "anyone"),
        Audience::Owner => ("For the owner only: shows single patients, do not pass on", "owner"),
    };
    html! {
        p.badge.(room) { (badge) }
        h1 { "Synthetic patients beside real ones" }
        p.sizes {
            (name(input.cohort)) ": " b { (real) } " real patients, "
            b { (grouped(input.tables.synthetic.rows())) } " synthetic ones, "
            b { (input.tables.real.schema.columns.len()) } " columns"
        }
    }
}

fn contents(sections: &[Section]) -> Markup {
    html! {
        nav aria-label="Contents" {
            @for section in sections { a href={ "#" (section.id) } { (section.title) } }
        }
    }
}

fn closing(input: &ReportInput, audience: Audience) -> Markup {
    html! {
        p {
            @match input.budget {
                None => { (CAUTION) }
                Some(_) => { (MEASURED) }
            }
        }
        @match audience {
            Audience::Anyone => p {
                "This page shows sums over patients only. Groups of fewer than five real patients \
                 are pooled or withheld; there is no picture and no row number of a real patient. \
                 Whoever passes it on decides."
            },
            Audience::Owner => p {
                "This page shows single real patients, exact counts and row numbers. It belongs \
                 beside the real table and must not leave the house."
            },
        }
    }
}
