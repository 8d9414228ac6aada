//! One small picture per column: a title, bars of real and synthetic shares side by side, and "missing" as a bar of its own.

mod histogram;
mod levels;

use crate::report::chart::shape::{group_at, hint, put, text};
use crate::report::chart::text::{fit, width};
use crate::report::disclosure::{Count, Group, Part};
use crate::table::{Column, Table};
use svg::node::element::Group as Shapes;

/// Width and height of a panel in pixels.
pub const PANEL: (f64, f64) = (264.0, 196.0);

/// Size by which bold titles of 12.5 pixels are as wide as they look.
const BOLD: f64 = 13.8;

/// Draws the column of index `column`, at (x, y).
pub fn panel(real: &Table, synthetic: &Table, column: usize, x: f64, y: f64) -> Shapes {
    let mut shapes = group_at(x, y);
    let described = &real.schema.columns[column];
    put(&mut shapes, title(described));
    let rows = Rows { real: Count::of(real.cells.rows()), synthetic: synthetic.cells.rows() };
    if described.kind.is_coded() {
        levels::draw(&mut shapes, real, synthetic, column, rows);
    } else {
        histogram::draw(&mut shapes, real, synthetic, column, rows);
    }
    shapes
}

/// Rows of the two tables: what shares are shares of.
#[derive(Clone, Copy)]
struct Rows {
    real: Count,
    synthetic: usize,
}

impl Rows {
    /// Shares in percent of what may be shown.
    fn shares(self, group: &Group) -> [f64; 2] {
        let percent = |part: usize, of: usize| if of == 0 { 0.0 } else { 100.0 * part as f64 / of as f64 };
        [percent(group.real.shown(), self.real.shown()), percent(group.synthetic, self.synthetic)]
    }

    /// The largest share of any group, in percent.
    fn largest(self, groups: &[Group]) -> f64 {
        groups.iter().flat_map(|group| self.shares(group)).fold(1.0, f64::max)
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
    let full =
        if *name == column.name { format!("{name}{unit}") } else { format!("{name}{unit}, column {}", column.name) };
    let mut text = text(4.0, 14.0, "title", &shown);
    svg::Node::append(&mut text, hint(&full));
    text
}

/// What the pointer shows over a pair of bars.
fn description(group: &Group, label: &str, [real, synthetic]: [f64; 2]) -> String {
    let real = match group.real {
        Count::Exact(_) => format!("{real:.1} %"),
        Count::AtLeast(_) => format!("at least {real:.1} %"),
        Count::Fewer => "fewer than 5 patients".to_owned(),
    };
    format!("{label}: real {real}, synthetic {synthetic:.1} %")
}

fn is_missing(group: &Group) -> bool {
    group.part == Part::Missing
}
