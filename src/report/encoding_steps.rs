//! The paper's Figures 4 and 5: one feature before and after each step of its encoding.
//! The pictures count single patients, so they are not for `share/`.

use crate::chart::axes::{Frame, horizontal_grid};
use crate::chart::scale::{Scale, nice_step};
use crate::chart::shape::{REAL, SYNTHETIC, document, group_at, hint, line, put, rectangle, text};
use crate::chart::text::{fit, width};
use svg::node::element::Group;

const PANEL: (f64, f64) = (400.0, 280.0);
const FRAME: Frame = Frame { left: 52.0, top: 50.0, right: 384.0, bottom: 226.0 };
const HEADER: f64 = 66.0;
/// Bars of a histogram.
const BARS: usize = 44;

/// A feature after one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What was done.
    pub title: String,
    /// The same in numbers.
    pub note: String,
    /// The values of the patients who have one.
    pub values: Vec<f64>,
    /// The number of the patients who have none.
    pub missing: usize,
    /// The number of a missing value; before the first step it has none.
    pub missing_at: Option<f64>,
    /// The axis.
    pub range: [f64; 2],
}

/// One panel per step, two side by side.
pub fn encoding_steps_svg(heading: &str, note: &str, steps: &[Step]) -> String {
    let lines = steps.len().div_ceil(2);
    let page = (2.0 * PANEL.0 + 24.0, HEADER + lines as f64 * PANEL.1);
    let mut group = group_at(0.0, 0.0);
    put(&mut group, text(16.0, 28.0, "heading", &fit(heading, 19.0, page.0 - 32.0)));
    put(&mut group, text(16.0, 48.0, "note", &fit(note, 11.0, page.0 - 32.0)));
    for (place, step) in steps.iter().enumerate() {
        let mut panel =
            group_at(8.0 + (place % 2) as f64 * PANEL.0, HEADER + (place / 2) as f64 * PANEL.1);
        draw(&mut panel, step);
        put(&mut group, panel);
    }
    document(page.0, page.1).add(group).to_string()
}

fn draw(group: &mut Group, step: &Step) {
    let bars = bars(step);
    let largest = bars.iter().map(|bar| bar.2).chain([step.missing, 1]).max().unwrap_or(1) as f64;
    let tick = nice_step(largest / 4.0).max(1.0);
    let y = Scale::linear(0.0, (largest / tick).ceil() * tick, FRAME.bottom, FRAME.top);
    // Missing values without a number are drawn left of the axis.
    let left = if step.missing_at.is_none() && step.missing > 0 {
        FRAME.left + 44.0
    } else {
        FRAME.left + 6.0
    };
    let x = Scale::linear(step.range[0], step.range[1], left, FRAME.right - 6.0);
    put(group, text(8.0, 16.0, "title", &fit(&step.title, 13.8, PANEL.0 - 16.0)));
    put(group, text(8.0, 32.0, "note", &fit(&step.note, 11.0, PANEL.0 - 16.0)));
    horizontal_grid(group, FRAME, &y, 4, "");
    for (from, to, count) in bars {
        let text = format!("{count} patients from {from:.4} to {to:.4}");
        bar(group, x.at(from).unwrap_or(left), x.at(to).unwrap_or(left), &y, count, REAL, &text);
    }
    ticks(group, &x, left);
    missing(group, step, &x, &y, left);
    put(group, text(FRAME.right, FRAME.bottom + 34.0, "end note", "value"));
    put(group, text(8.0, FRAME.bottom + 34.0, "note", "patients"));
}

/// Ranges of equal width with their counts.
/// Where there are few distinct values, each has a narrow bar.
fn bars(step: &Step) -> Vec<(f64, f64, usize)> {
    let mut sorted = step.values.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let distinct: Vec<&[f64]> = sorted.chunk_by(|a, b| a == b).collect();
    let [low, high] = step.range;
    if distinct.len() <= BARS / 2 {
        let half = (high - low) / 90.0;
        return distinct
            .iter()
            .map(|equal| (equal[0] - half, equal[0] + half, equal.len()))
            .collect();
    }
    let (first, last) = (sorted[0], sorted[sorted.len() - 1]);
    // As many bars over the values as over the whole axis of a panel, so that the steps can be
    // compared.
    let number = BARS;
    let width = (last - first) / number as f64;
    let mut counts = vec![0; number];
    for value in &sorted {
        counts[(((value - first) / width) as usize).min(number - 1)] += 1;
    }
    let edge = |place: usize| first + place as f64 * width;
    let bars =
        counts.into_iter().enumerate().map(|(place, count)| (edge(place), edge(place + 1), count));
    bars.filter(|(.., count)| *count > 0).collect()
}

fn bar(group: &mut Group, from: f64, to: f64, y: &Scale, count: usize, colour: &str, about: &str) {
    let top = y.at(count as f64).unwrap_or(FRAME.bottom);
    let mut bar = Group::new();
    put(&mut bar, hint(about));
    put(&mut bar, rectangle(from, top, (to - from - 0.4).max(0.6), FRAME.bottom - top, colour));
    put(group, bar);
}

fn ticks(group: &mut Group, x: &Scale, left: f64) {
    put(group, line(left - 6.0, FRAME.bottom, FRAME.right, FRAME.bottom, "axis"));
    let mut free_from = f64::NEG_INFINITY;
    for (value, label) in x.ticks(7) {
        let half = width(&label, 11.0) / 2.0;
        if let Some(at) = x.at(value).filter(|at| at - half >= free_from) {
            put(group, line(at, FRAME.bottom, at, FRAME.bottom + 4.0, "axis"));
            put(group, text(at, FRAME.bottom + 17.0, "middle", &label));
            free_from = at + half + 6.0;
        }
    }
}

fn missing(group: &mut Group, step: &Step, x: &Scale, y: &Scale, left: f64) {
    if step.missing == 0 {
        return;
    }
    let middle = step.missing_at.and_then(|value| x.at(value)).unwrap_or(left - 28.0);
    let about = format!("{} patients without a value", step.missing);
    bar(group, middle - 3.5, middle + 3.5, y, step.missing, SYNTHETIC, &about);
    let top = y.at(step.missing as f64).unwrap_or(FRAME.bottom);
    let label = format!("{} missing", step.missing);
    put(group, text(middle - 3.5, (top - 5.0).max(FRAME.top + 8.0), "halo", &label));
}
