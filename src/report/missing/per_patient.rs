//! The paper's Figure 1: how many patients have how many missing values.

use crate::chart::axes::{Frame, horizontal_grid};
use crate::chart::scale::{Scale, nice_step};
use crate::chart::shape::{REAL, document, group_at, hint, line, put, rectangle, text};
use crate::chart::text::width;
use svg::node::element::Group;

const PAGE: (f64, f64) = (860.0, 420.0);
const FRAME: Frame = Frame { left: 64.0, top: 84.0, right: 836.0, bottom: 360.0 };

/// A bar for every number of missing cells: `patients[k]` patients have k of them.
/// `threshold` is marked.
pub fn per_patient_svg(patients: &[usize], threshold: usize) -> String {
    let mut group = group_at(0.0, 0.0);
    let largest = patients.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = nice_step(largest / 5.0).max(1.0);
    let y = Scale::linear(0.0, (largest / step).ceil() * step, FRAME.bottom, FRAME.top);
    let x = Scale::linear(-0.5, patients.len() as f64 - 0.5, FRAME.left, FRAME.right);
    put(&mut group, text(16.0, 28.0, "heading", "Missing values per patient"));
    put(&mut group, text(16.0, 48.0, "note", &subtitle(patients)));
    horizontal_grid(&mut group, FRAME, &y, 5, "");
    bars(&mut group, patients, &x, &y);
    ticks(&mut group, patients.len(), &x);
    put(&mut group, text(FRAME.left - 48.0, FRAME.top - 8.0, "note", "patients"));
    put(&mut group, text(FRAME.right, FRAME.bottom + 36.0, "end note", "missing values"));
    mark(&mut group, threshold, &x);
    document(PAGE.0, PAGE.1).add(group).to_string()
}

fn subtitle(patients: &[usize]) -> String {
    let most = patients.iter().rposition(|count| *count > 0).unwrap_or(0);
    let all: usize = patients.iter().sum();
    format!(
        "{all} patients, {} features; {} patients miss nothing, {} miss {most}, the most",
        patients.len() - 1,
        patients[0],
        patients[most]
    )
}

fn bars(group: &mut Group, patients: &[usize], x: &Scale, y: &Scale) {
    for (missing, &count) in patients.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (Some(left), Some(right)) = (x.at(missing as f64 - 0.42), x.at(missing as f64 + 0.42))
        else {
            continue;
        };
        let top = y.at(count as f64).unwrap_or(FRAME.bottom);
        let mut bar = Group::new();
        put(&mut bar, hint(&format!("{count} patients with {missing} missing values")));
        put(&mut bar, rectangle(left, top, (right - left).max(0.3), FRAME.bottom - top, REAL));
        put(group, bar);
    }
}

fn ticks(group: &mut Group, numbers: usize, x: &Scale) {
    put(group, line(FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom, "axis"));
    let step = nice_step(numbers as f64 / 16.0).max(1.0) as usize;
    for number in (0..numbers).step_by(step) {
        if let Some(at) = x.at(number as f64) {
            put(group, text(at, FRAME.bottom + 17.0, "middle", &number.to_string()));
        }
    }
}

/// A dashed line after the last bar that the threshold keeps.
fn mark(group: &mut Group, threshold: usize, x: &Scale) {
    let Some(at) = x.at(threshold as f64 + 0.5) else { return };
    put(group, line(at, FRAME.top, at, FRAME.bottom, "rule"));
    let label = format!("at most {threshold}");
    let room = at + 6.0 + width(&label, 11.0) < FRAME.right;
    let (at, class) = if room { (at + 6.0, "halo") } else { (at - 6.0, "end halo") };
    put(group, text(at, FRAME.top + 12.0, class, &label));
}
