//! Grid lines and tick labels around a rectangle.

use crate::chart::scale::Scale;
use crate::chart::shape::{line, put, text};
use crate::chart::text::width;
use svg::node::element::Group;

/// The inside of a panel, in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

/// Horizontal grid lines with labels left of them; `suffix` follows every number.
pub(crate) fn horizontal_grid(
    group: &mut Group,
    frame: Frame,
    y: &Scale,
    target: usize,
    suffix: &str,
) {
    for (value, label) in y.ticks(target) {
        if let Some(at) = y.at(value) {
            put(group, line(frame.left, at, frame.right, at, "grid"));
            put(group, text(frame.left - 6.0, at + 4.0, "end", &format!("{label}{suffix}")));
        }
    }
}

/// The axis at the bottom, with as many whole numbers as do not touch each other.
pub(crate) fn whole_axis(group: &mut Group, frame: Frame, x: &Scale, target: usize) {
    put(group, line(frame.left, frame.bottom, frame.right, frame.bottom, "axis"));
    let mut free_from = f64::NEG_INFINITY;
    for value in
        x.ticks(target).into_iter().map(|(value, _)| value).filter(|value| value.fract() == 0.0)
    {
        let label = value.to_string();
        let half = width(&label, 11.0) / 2.0;
        if let Some(at) = x.at(value).filter(|at| at - half >= free_from) {
            put(group, line(at, frame.bottom, at, frame.bottom + 4.0, "axis"));
            put(group, text(at, frame.bottom + 17.0, "middle", &label));
            free_from = at + half + 6.0;
        }
    }
}

/// Vertical grid lines with labels below them; `suffix` follows every number.
pub(crate) fn vertical_grid(
    group: &mut Group,
    frame: Frame,
    x: &Scale,
    target: usize,
    suffix: &str,
) {
    let mut free_from = f64::NEG_INFINITY;
    for (value, label) in x.ticks(target) {
        if let Some(at) = x.at(value) {
            put(group, line(at, frame.top, at, frame.bottom, "grid"));
            let half = width(&format!("{label}{suffix}"), 11.0) / 2.0;
            if at - half >= free_from {
                put(group, text(at, frame.bottom + 15.0, "middle", &format!("{label}{suffix}")));
                free_from = at + half + 6.0;
            }
        }
    }
}
