//! A numerical column: two bars per range. Both ends are open ranges, and only edges are printed.

use super::bars::{Rows, description, is_missing};
use crate::bins::Bins;
use crate::chart::axes::{Frame, horizontal_grid};
use crate::chart::scale::{Scale, nice_step};
use crate::chart::shape::{bar, hint, line, put, text};
use crate::chart::text::width;
use crate::disclosure::{Audience, Count, Group, Part, Tally};
use svg::node::element::Group as Shapes;
use table::Table;

const FRAME: Frame = Frame { left: 40.0, top: 26.0, right: 250.0, bottom: 160.0 };
/// The right part of the frame, for the missing cells.
const MISSING: f64 = 48.0;
const WIDEST_BAR: f64 = 16.0;

/// Draws the histograms of a numerical column into its panel.
pub(crate) fn draw(
    shapes: &mut Shapes,
    real: &Table,
    synthetic: &Table,
    column: usize,
    rows: Rows,
    audience: Audience,
) {
    let values = |table: &Table| table.cells.column(column).collect::<Vec<_>>();
    let bins = bins_of(real, column);
    let tally = tally(&bins, &values(real), real.patients(), &values(synthetic));
    let groups = audience.groups(&tally, rows.real, usize::MAX);
    let ranges = Frame { right: FRAME.right - MISSING, ..FRAME };
    draw_groups(shapes, ranges, &bins, &groups, rows);
    let end = ranges.right;
    put(shapes, line(end + 6.0, FRAME.bottom, FRAME.right, FRAME.bottom, "axis"));
    put(shapes, text(end + MISSING / 2.0 + 2.0, FRAME.bottom + 16.0, "middle note", "missing"));
}

/// Draws histograms of whole numbers, none of them missing, into `frame`.
pub(crate) fn draw_counts(
    shapes: &mut Shapes,
    (real, patients): (&[f64], Option<&[usize]>),
    synthetic: &[f64],
    rows: Rows,
    frame: Frame,
    audience: Audience,
) {
    let bins = Bins::of(real, true).of_patients(real, patients);
    let tally = tally(&bins, real, patients, synthetic);
    let mut groups = audience.groups(&tally, rows.real, usize::MAX);
    groups.retain(|group| !is_missing(group));
    draw_groups(shapes, frame, &bins, &groups, rows);
}

/// Two bars per range. Those of the missing cells are to the right of `frame`.
fn draw_groups(shapes: &mut Shapes, frame: Frame, bins: &Bins, groups: &[Group], rows: Rows) {
    let largest = rows.largest(groups);
    let step = nice_step(largest / 4.0);
    let y = Scale::linear(0.0, (largest / step).ceil() * step, frame.bottom, frame.top);
    let has_missing = groups.iter().any(is_missing);
    let grid =
        Frame { right: if has_missing { frame.right + MISSING } else { frame.right }, ..frame };
    horizontal_grid(shapes, grid, &y, 4, " %");
    let slot = (frame.right - frame.left) / bins.len() as f64;
    for group in groups {
        let (middle, label) = match group.part {
            Part::Level(range) => (frame.left + (range as f64 + 0.5) * slot, bins.label(range)),
            Part::Pooled => ((frame.left + frame.right) / 2.0, "all values".to_owned()),
            Part::Missing => (frame.right + MISSING / 2.0 + 2.0, group.label.clone()),
        };
        draw_pair(shapes, group, rows, &y, middle, slot.min(2.0 * WIDEST_BAR), &label);
    }
    put(shapes, line(frame.left, frame.bottom, frame.right, frame.bottom, "axis"));
    for (at, label) in range_labels(bins, frame, slot) {
        put(shapes, text(at, frame.bottom + 16.0, "middle", &label));
    }
}

fn bins_of(real: &Table, column: usize) -> Bins {
    let values: Vec<f64> = real.cells.column(column).collect();
    Bins::of_column(&values, &real.schema.columns[column]).of_patients(&values, real.patients())
}

fn tally(bins: &Bins, real: &[f64], patients: Option<&[usize]>, synthetic: &[f64]) -> Tally {
    let missing = |values: &[f64]| values.iter().filter(|value| value.is_nan()).count();
    Tally {
        labels: (0..bins.len()).map(|range| bins.label(range)).collect(),
        real: bins.count(real),
        synthetic: bins.count(synthetic),
        real_missing: missing(real),
        synthetic_missing: missing(synthetic),
        behind: bins.behind(real, patients),
    }
}

fn draw_pair(
    shapes: &mut Shapes,
    group: &Group,
    rows: Rows,
    y: &Scale,
    middle: f64,
    slot: f64,
    label: &str,
) {
    let mut pair = Shapes::new();
    let shares = rows.shares(group);
    put(&mut pair, hint(&description(group, label, shares)));
    let thickness = (0.44 * slot).min(WIDEST_BAR);
    let bottom = y.at(0.0).unwrap_or(FRAME.bottom);
    let tops = shares.map(|share| y.at(share).unwrap_or(bottom));
    put(&mut pair, bar(middle - thickness, tops[0], thickness, bottom - tops[0], "real"));
    put(&mut pair, bar(middle, tops[1], thickness, bottom - tops[1], "synthetic"));
    if group.real == Count::Fewer {
        let at = if is_missing(group) { middle } else { middle - thickness };
        put(&mut pair, text(at, tops[1] - 4.0, "middle note halo", "<5"));
    }
    put(shapes, pair);
}

/// Texts under the axis: both open ends first, then as many edges (or whole numbers) between them
/// as fit without touching.
fn range_labels(bins: &Bins, frame: Frame, slot: f64) -> Vec<(f64, String)> {
    let centre = |range: usize| frame.left + (range as f64 + 0.5) * slot;
    let half = |label: &str| width(label, 11.0) / 2.0;
    let last = bins.len() - 1;
    let first_label = bins.label(0);
    if last == 0 {
        return vec![(centre(0), first_label)];
    }
    let last_label = bins.label(last);
    let first_at = centre(0).max(8.0 + half(&first_label));
    let last_at = centre(last).min(frame.right - 6.0 - half(&last_label));
    let mut free_from = first_at + half(&first_label) + 6.0;
    let free_to = last_at - half(&last_label) - 6.0;
    let mut labels = vec![(first_at, first_label), (last_at, last_label)];
    // The text of the open range before it names the first edge already.
    for range in (if bins.unit { 1 } else { 2 })..last {
        let (at, label) = if bins.unit {
            (centre(range), bins.label(range))
        } else {
            (centre(range) - slot / 2.0, bins.edge(bins.edges[range - 1]))
        };
        if at - half(&label) >= free_from && at + half(&label) <= free_to {
            free_from = at + half(&label) + 8.0;
            labels.push((at, label));
        }
    }
    labels
}
