//! A coded column: one line per level with two horizontal bars, so that names of levels are
//! readable.

use super::bars::{Rows, description, is_missing};
use crate::chart::axes::{Frame, vertical_grid};
use crate::chart::scale::{Scale, nice_step};
use crate::chart::shape::{bar, hint, put, text};
use crate::chart::text::fit;
use crate::disclosure::{Audience, Count, Group, Tally};
use judge::metrics::conditional::level_shares;
use svg::node::element::Group as Shapes;
use table::Table;

const FRAME: Frame = Frame { left: 98.0, top: 24.0, right: 250.0, bottom: 160.0 };
/// So many levels have a line of their own; the pool and the missing cells have two more.
const MOST_LEVELS: usize = 8;
const TALLEST_LINE: f64 = 28.0;

/// Draws the bars of a coded column into its panel.
pub(crate) fn draw(
    shapes: &mut Shapes,
    real: &Table,
    synthetic: &Table,
    column: usize,
    rows: Rows,
    audience: Audience,
) {
    let tally = Tally::of_levels(level_shares(real, column), level_shares(synthetic, column));
    let most = if tally.labels.len() <= MOST_LEVELS + 1 { usize::MAX } else { MOST_LEVELS };
    let groups = audience.groups(&tally, rows.real, most);
    let height = ((FRAME.bottom - FRAME.top) / groups.len() as f64).min(TALLEST_LINE);
    let frame = Frame { bottom: FRAME.top + height * groups.len() as f64 + 2.0, ..FRAME };
    let largest = rows.largest(&groups);
    let step = nice_step(largest / 4.0);
    let x = Scale::linear(0.0, (largest / step).ceil() * step, frame.left, frame.right);
    vertical_grid(shapes, frame, &x, 4, " %");
    for (line, group) in groups.iter().enumerate() {
        draw_line(shapes, group, rows, &x, FRAME.top + 1.0 + line as f64 * height, height);
    }
}

fn draw_line(shapes: &mut Shapes, group: &Group, rows: Rows, x: &Scale, top: f64, height: f64) {
    let mut pair = Shapes::new();
    let shares = rows.shares(group);
    put(&mut pair, hint(&description(group, &group.label, shares)));
    let thickness = ((height - 3.0) / 2.0).min(9.0);
    let middle = top + height / 2.0;
    let ends = shares.map(|share| x.at(share).unwrap_or(FRAME.left));
    put(&mut pair, bar(FRAME.left, middle - thickness, ends[0] - FRAME.left, thickness, "real"));
    put(&mut pair, bar(FRAME.left, middle, ends[1] - FRAME.left, thickness, "synthetic"));
    let class = if is_missing(group) { "end note" } else { "end" };
    put(
        &mut pair,
        text(FRAME.left - 6.0, middle + 4.0, class, &fit(&group.label, 11.0, FRAME.left - 12.0)),
    );
    if group.real == Count::Fewer {
        put(&mut pair, text(ends[1] + 4.0, middle + 4.0, "note halo", "<5"));
    }
    put(shapes, pair);
}
