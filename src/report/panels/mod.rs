//! One small picture per column: a title, bars of real and synthetic shares side by side, and a bar
//! for missing cells.

mod bars;
mod histogram;
mod levels;

use crate::chart::axes::Frame;
use crate::chart::shape::{group_at, hint, inline, put, text};
use crate::chart::text::{fit, width};
use crate::disclosure::Audience;
use bars::Rows;
use svg::node::element::Group as Shapes;
use table::{Column, Table};

/// Width and height of a panel in pixels.
pub(crate) const PANEL: (f64, f64) = (264.0, 196.0);

/// With this size the estimated width of bold titles of 12.5 pixels is right.
const BOLD: f64 = 13.8;

/// Height of a panel's title. A page prints the title itself.
const TITLE: f64 = 18.0;
/// A page's picture of a number of missing cells, wider than a panel.
const COUNTS: (f64, f64) = (340.0, 200.0);
const COUNTS_FRAME: Frame = Frame { left: 40.0, top: 12.0, right: 332.0, bottom: 164.0 };

/// Draws the column of index `column`, at (x, y).
pub(crate) fn panel(real: &Table, synthetic: &Table, column: usize, x: f64, y: f64) -> Shapes {
    let mut shapes = group_at(x, y);
    put(&mut shapes, title(&real.schema.columns[column]));
    draw(&mut shapes, real, synthetic, column, Audience::Anyone);
    shapes
}

/// The panel of a column for a page, without its title.
pub(crate) fn panel_picture(
    real: &Table,
    synthetic: &Table,
    column: usize,
    audience: Audience,
) -> String {
    let mut shapes = group_at(0.0, -TITLE);
    draw(&mut shapes, real, synthetic, column, audience);
    let about = format!("{}, real and synthetic", real.schema.columns[column].name);
    inline(PANEL.0, PANEL.1 - TITLE, &about).add(shapes).to_string()
}

/// A page's picture of a count per patient (such as missing cells): two bars per range.
pub(crate) fn counts_picture(
    (real, patients): (&[usize], Option<&[usize]>),
    synthetic: &[usize],
    about: &str,
    audience: Audience,
) -> String {
    let values = |counts: &[usize]| counts.iter().map(|&count| count as f64).collect::<Vec<_>>();
    let mut shapes = group_at(0.0, 0.0);
    let rows = Rows { real: audience.count(real.len()), synthetic: synthetic.len() };
    histogram::draw_counts(
        &mut shapes,
        (&values(real), patients),
        &values(synthetic),
        rows,
        COUNTS_FRAME,
        audience,
    );
    inline(COUNTS.0, COUNTS.1, about).add(shapes).to_string()
}

fn draw(shapes: &mut Shapes, real: &Table, synthetic: &Table, column: usize, audience: Audience) {
    let rows = Rows { real: audience.count(real.cells.rows()), synthetic: synthetic.cells.rows() };
    if real.schema.columns[column].kind.is_coded() {
        levels::draw(shapes, real, synthetic, column, rows, audience);
    } else {
        histogram::draw(shapes, real, synthetic, column, rows, audience);
    }
}

fn title(column: &Column) -> svg::node::element::Text {
    let name = column.label.as_ref().unwrap_or(&column.name);
    let unit = column.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
    let room = PANEL.0 - 18.0 - width(&unit, BOLD);
    let shown = if room > 90.0 {
        format!("{}{unit}", fit(name, BOLD, room))
    } else {
        fit(&format!("{name}{unit}"), BOLD, PANEL.0 - 18.0)
    };
    let full = if *name == column.name {
        format!("{name}{unit}")
    } else {
        format!("{name}{unit}, column {}", column.name)
    };
    let mut text = text(4.0, 14.0, "title", &shown);
    svg::Node::append(&mut text, hint(&full));
    text
}
