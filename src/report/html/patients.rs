//! Patients as grey pictures, as in the paper: synthetic ones for everybody, real ones for the
//! owner alone.

use super::section::Section;
use crate::contact_sheet::{ContactSheet, side};
use crate::disclosure::Audience;
use crate::pair::Tables;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ground::matrix::Matrix;
use maud::{Markup, html};
use table::Table;
use table::encode::Encoder;
use table::pixels::Pixels;

/// Patients on a sheet.
const MOST: usize = 64;
/// Of them side by side.
const ACROSS: usize = 8;

/// The sheets; none when no column has two different values, because they would show nothing.
pub(super) fn section(tables: Tables, audience: Audience) -> Option<Section> {
    // From known numbers and their greys the extremes of the table that was measured follow.
    let measured = match audience {
        Audience::Anyone => tables.synthetic,
        Audience::Owner => tables.real,
    };
    let encoder = Encoder::fit(measured, Pixels::Levels256).ok()?;
    let side = side(encoder.features());
    let picture = |table: &Table, whose: &str| {
        let first = first_rows(table);
        let about =
            format!("The first {} {whose} patients, each as {side} x {side} pixels", first.rows());
        html! { figure.sheet { figcaption { (whose) } (image(&encoder.encode(&first), &about)) } }
    };
    let body = html! {
        p.note {
            "Each square is a patient, each of its " (side) " x " (side) " pixels a column: "
            "black is missing, dark grey the smallest value, white the largest. The first " (MOST)
            " patients of the table, as in the paper."
        }
        div.sheets {
            (picture(tables.synthetic, "synthetic"))
            @if audience == Audience::Owner { (picture(tables.real, "real")) }
        }
    };
    Some(Section { id: "patients", title: "Patients as pictures", body })
}

fn first_rows(table: &Table) -> Table {
    let rows = table.rows().min(MOST);
    let cells =
        Matrix::from_fn(rows, table.cells.columns(), |row, column| table.cells[(row, column)]);
    Table { schema: table.schema.clone(), cells, patients: None }
}

fn image(encoded: &Matrix, about: &str) -> Markup {
    let sheet = ContactSheet::of(encoded, ACROSS);
    let data = format!("data:image/png;base64,{}", STANDARD.encode(sheet.png()));
    html! { img src=(data) width=(sheet.size[0]) height=(sheet.size[1]) alt=(about); }
}
