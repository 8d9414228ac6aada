//! The paper's Figures 2 and 3: how many rows or columns have at most so many missing values, and
//! the flat stretch after the threshold.

use crate::chart::axes::{Frame, horizontal_grid, vertical_grid};
use crate::chart::scale::Scale;
use crate::chart::shape::{
    REAL, SYNTHETIC, curve, document, group_at, line, pixel, put, rectangle, text,
};
use crate::chart::text::{fit, width};
use svg::Node;
use svg::node::element::Group;

const PAGE: (f64, f64) = (860.0, 440.0);
const FRAME: Frame = Frame { left: 64.0, top: 84.0, right: 826.0, bottom: 380.0 };

/// A cumulative curve and its point of flattening.
#[derive(Clone, Debug, PartialEq)]
pub struct Cumulative<'a> {
    /// `patients` or `features`.
    pub whose: &'a str,
    /// What the missing values are counted in: `features` or `patients left`.
    pub of: &'a str,
    /// Missing values of each of them.
    pub counts: &'a [usize],
    /// The most missing values that one of them can have.
    pub size: usize,
    /// The threshold.
    pub at: usize,
    /// Where the flat stretch after it ends.
    pub until: usize,
}

/// Draws the curve as steps.
pub fn cumulative_svg(of: &Cumulative) -> String {
    let mut sorted = of.counts.to_vec();
    sorted.sort_unstable();
    let rows = sorted.len();
    let kept = sorted.partition_point(|count| *count <= of.at);
    let x = Scale::linear(0.0, of.size as f64, FRAME.left, FRAME.right);
    let y = Scale::linear(0.0, rows as f64, FRAME.bottom, FRAME.top);
    let mut group = group_at(0.0, 0.0);
    put(
        &mut group,
        text(16.0, 28.0, "heading", &format!("Missing values of {}, cumulative", of.whose)),
    );
    let note = format!(
        "the longest flat stretch of the curve is from {} to {} missing values: {kept} of {rows} \
         {} kept, {} not",
        of.at,
        of.until,
        of.whose,
        rows - kept
    );
    put(&mut group, text(16.0, 48.0, "note", &fit(&note, 11.0, PAGE.0 - 32.0)));
    flat(&mut group, of, &x);
    horizontal_grid(&mut group, FRAME, &y, 6, "");
    vertical_grid(&mut group, FRAME, &x, 12, "");
    put(&mut group, curve(steps(&sorted, of.size, &x, &y), REAL, 1.0).set("stroke-width", 2));
    put(&mut group, line(FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom, "axis"));
    put(
        &mut group,
        text(16.0, FRAME.top - 12.0, "note", &format!("{} with at most so many", of.whose)),
    );
    let axis = format!("missing values, of {} {}", of.size, of.of);
    put(&mut group, text(FRAME.right, FRAME.bottom + 36.0, "end note", &axis));
    mark(&mut group, of, kept, &x, &y);
    document(PAGE.0, PAGE.1).add(group).to_string()
}

/// The flat stretch as a pale band.
fn flat(group: &mut Group, of: &Cumulative, x: &Scale) {
    if let (Some(from), Some(to)) = (x.at(of.at as f64), x.at(of.until as f64)) {
        let mut band = rectangle(from, FRAME.top, to - from, FRAME.bottom - FRAME.top, SYNTHETIC);
        band.assign("fill-opacity", 0.18);
        put(group, band);
    }
}

fn mark(group: &mut Group, of: &Cumulative, kept: usize, x: &Scale, y: &Scale) {
    let (Some(at), Some(height)) = (x.at(of.at as f64), y.at(kept as f64)) else { return };
    put(group, line(at, height, at, FRAME.bottom, "rule"));
    let label = format!("at most {}: {kept} {}", of.at, of.whose);
    let room = at + 8.0 + width(&label, 11.0) < FRAME.right;
    let (at, class) = if room { (at + 8.0, "halo") } else { (at - 8.0, "end halo") };
    put(group, text(at, (height + 24.0).min(FRAME.bottom - 12.0), class, &label));
}

/// A step up at every count.
fn steps(sorted: &[usize], size: usize, x: &Scale, y: &Scale) -> String {
    let point = |count: usize, rows: usize| {
        let at = |scale: &Scale, value: usize| pixel(scale.at(value as f64).unwrap_or(0.0));
        (at(x, count), at(y, rows))
    };
    let (left, bottom) = point(0, 0);
    let mut path = format!("M{left} {bottom}");
    let mut rows = 0;
    for equal in sorted.chunk_by(|a, b| a == b) {
        rows += equal.len();
        let (at, height) = point(equal[0], rows);
        path.push_str(&format!("H{at}V{height}"));
    }
    path.push_str(&format!("H{}", point(size, rows).0));
    path
}
