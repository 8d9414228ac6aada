//! Real and synthetic values of every column on one page.

use crate::chart::shape::{bar, document, group_at, put, text};
use crate::chart::text::width;
use crate::disclosure::Count;
use crate::panels::{PANEL, panel};
use svg::node::element::Group;
use table::Table;

const COLUMNS: usize = 4;
const MARGIN: f64 = 16.0;
const HEADER: f64 = 92.0;
const GAP: f64 = 14.0;

/// Draws a panel per column as one SVG document; the tables must have the same columns.
///
/// Levels and ranges with fewer than five real patients are pooled, and smaller counts are never
/// drawn ([`crate::disclosure`]).
pub fn distributions_svg(real: &Table, synthetic: &Table) -> String {
    let names = |table: &Table| {
        table.schema.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(real), names(synthetic), "real and synthetic columns differ");
    let count = real.schema.columns.len();
    let lines = count.div_ceil(COLUMNS);
    let page_width = 2.0 * MARGIN + COLUMNS as f64 * PANEL.0 + (COLUMNS - 1) as f64 * GAP;
    let mut page =
        document(page_width, HEADER + lines as f64 * (PANEL.1 + GAP)).add(header(real, synthetic));
    for column in 0..count {
        let x = MARGIN + (column % COLUMNS) as f64 * (PANEL.0 + GAP);
        let y = HEADER + (column / COLUMNS) as f64 * (PANEL.1 + GAP);
        page = page.add(panel(real, synthetic, column, x, y));
    }
    page.to_string()
}

fn header(real: &Table, synthetic: &Table) -> Group {
    let mut group = group_at(MARGIN + 4.0, 0.0);
    put(&mut group, text(0.0, 30.0, "heading", "Real and synthetic patients, column by column"));
    let mut x = 0.0;
    let keys = [
        ("real", format!("real ({} patients)", Count::of(real.cells.rows()))),
        ("synthetic", format!("synthetic ({})", synthetic.cells.rows())),
    ];
    for (colour, label) in keys {
        put(&mut group, bar(x, 42.0, 11.0, 11.0, colour));
        put(&mut group, text(x + 16.0, 52.0, "", &label));
        x += 36.0 + width(&label, 11.0);
    }
    put(&mut group, text(x, 52.0, "note", "share of all patients in percent"));
    let note = "Levels and ranges with fewer than five real patients are pooled; \
                <5 stands for one to four patients and is drawn as 0.";
    put(&mut group, text(0.0, 72.0, "note", note));
    group
}
