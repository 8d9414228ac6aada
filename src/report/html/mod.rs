//! The report as one page that opens offline: a verdict first, then everything that it rests on.
//!
//! Two readers, two pages.
//! `share_html` shows no single patient: groups of fewer than five are pooled
//! ([`crate::disclosure`]), no picture of a real patient, no row number.
//! `private_html` adds them for the owner.
//! Every section copes with what was not measured: it says so, or it is left out.
//!
//! HTML is written with `maud`: its templates are checked by the compiler and escape every text by
//! default, so that a column called `<script>` stays a name.
//! The one way around it, `PreEscaped`, is for the pictures, whose texts the `svg` crate escapes.

mod cleaning;
mod columns;
mod conditionals;
mod course;
mod first_screen;
mod gathered;
mod heat_map;
mod input;
mod missing;
mod origin;
mod page;
mod patients;
mod privacy;
mod relations;
mod release;
mod scores;
mod section;
mod strip;
mod survival;
mod usefulness;
mod words;

pub use gathered::gathered_html;
pub use input::ReportInput;
pub use release::release_html;

use crate::disclosure::Audience;
use section::Section;

/// The page that may be passed on: it shows no single patient.
///
/// Panics when the tables' columns differ, or those of the evaluation.
pub fn share_html(input: &ReportInput) -> String {
    html(input, Audience::Anyone)
}

/// The page for the owner of the real table: pictures of real patients, exact counts, and the most
/// exposed patients by row.
///
/// Panics as [`share_html`].
pub fn private_html(input: &ReportInput) -> String {
    html(input, Audience::Owner)
}

fn html(input: &ReportInput, audience: Audience) -> String {
    check(input);
    let sections = [
        Some(columns::section(input, audience)),
        relations::section(input),
        conditionals::section(input.evaluation, audience),
        missing::section(input, audience),
        patients::section(input.tables, audience),
        usefulness::section(input.evaluation),
        survival::section(input.evaluation, audience),
        Some(privacy::section(input, audience)),
        Some(scores::section(input.evaluation)),
        input.training.and_then(course::section),
        cleaning::section(input, audience),
        Some(origin::section(input, audience)),
    ];
    let sections: Vec<Section> = sections.into_iter().flatten().collect();
    page::page(input, audience, &sections).into_string()
}

fn check(input: &ReportInput) {
    let names = |table: &table::Table| {
        table.schema.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>()
    };
    let real = names(input.tables.real);
    assert_eq!(real, names(input.tables.synthetic), "real and synthetic columns differ");
    let judged: Vec<&String> = input.evaluation.columns.iter().map(|column| &column.name).collect();
    assert!(
        judged.iter().copied().eq(&real),
        "columns of the evaluation {judged:?} against those of the tables {real:?}"
    );
}
