//! One panel of the training picture: curves, their legend, the threshold and the kept epoch.

use super::curves::{Series, TrainingCurves};
use crate::chart::axes::{Frame, horizontal_grid, whole_axis};
use crate::chart::line::{centre, envelope, path, runs};
use crate::chart::scale::{Scale, nice_step};
use crate::chart::shape::{PALETTE, bar, line, put, series_curve, text};
use crate::chart::text::{fit, width};
use svg::node::element::Group;

/// A positive quantity that spans more than this factor has a logarithmic axis.
const WIDE: f64 = 100.0;
/// A curve with more points than this is drawn pale, with its local mean on top.
const DENSE: usize = 250;

/// What the vertical axis shows.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Axis {
    Fitting,
    Probability,
    Decades,
}

/// Draws a panel into `frame`, with its legend above, and returns its title.
/// A panel without series says so.
pub(super) fn draw_panel(
    group: &mut Group,
    frame: Frame,
    curves: &TrainingCurves,
    title: &str,
    series: &[Series],
    axis: Axis,
) -> String {
    for one in series {
        assert_eq!(
            one.values.len(),
            curves.epochs.len(),
            "values of {:?} against epochs",
            one.label
        );
    }
    let threshold = curves.threshold.filter(|_| axis == Axis::Decades);
    let drawn: Vec<f64> =
        series.iter().flat_map(|one| &one.values).copied().chain(threshold).collect();
    let (y, is_logarithmic) = vertical(frame, &drawn, axis);
    let title = if is_logarithmic { format!("{title} (logarithmic)") } else { title.to_owned() };
    let any = series.iter().flat_map(|one| &one.values).any(|&value| y.at(value).is_some());
    if !any {
        let middle = ((frame.left + frame.right) / 2.0, (frame.top + frame.bottom) / 2.0);
        put(group, line(frame.left, frame.bottom, frame.right, frame.bottom, "axis"));
        put(group, text(middle.0, middle.1, "middle", "not part of this run"));
        return title;
    }
    let x = horizontal(frame, &curves.epochs);
    horizontal_grid(group, frame, &y, 5, "");
    whole_axis(group, frame, &x, 6);
    put(group, text(frame.right, frame.bottom + 32.0, "end note", "epoch"));
    legend(group, frame, series);
    for (place, one) in series.iter().enumerate() {
        let runs = runs(curves.epochs.iter().copied().zip(one.values.iter().copied()), &x, &y);
        let is_dense = runs.iter().map(Vec::len).max() > Some(DENSE);
        put(group, series_curve(path(&envelope(&runs)), place, if is_dense { 0.3 } else { 1.0 }));
        if is_dense {
            put(group, series_curve(path(&centre(&runs)), place, 1.0));
        }
    }
    // Drawn after the curves, which would cover the words.
    rules(group, frame, curves, axis, threshold, &x, &y);
    title
}

fn rules(
    group: &mut Group,
    frame: Frame,
    curves: &TrainingCurves,
    axis: Axis,
    threshold: Option<f64>,
    x: &Scale,
    y: &Scale,
) {
    let even = (axis == Axis::Probability).then_some(0.5);
    if let Some(at) = even.or(threshold).and_then(|value| y.at(value)) {
        put(group, line(frame.left, at, frame.right, at, "rule"));
        if let Some(threshold) = threshold {
            put(
                group,
                text(frame.left + 6.0, at - 5.0, "halo", &format!("stop below {threshold}")),
            );
        }
    }
    if let Some(at) = curves.kept_epoch.and_then(|kept| x.at(kept)) {
        put(group, line(at, frame.top, at, frame.bottom, "kept"));
    }
}

/// Names of the curves above them, in a second line when the first one is full.
fn legend(group: &mut Group, frame: Frame, series: &[Series]) {
    let (mut x, mut y) = (frame.left, frame.top - 18.0);
    for (place, one) in series.iter().enumerate() {
        let label = fit(&one.label, 11.0, 150.0);
        if x + 22.0 + width(&label, 11.0) > frame.right {
            (x, y) = (frame.left, y + 12.0);
            if y > frame.top {
                break;
            }
        }
        put(group, bar(x, y, 14.0, 3.0, &format!("k{}", place % PALETTE.len())));
        put(group, text(x + 19.0, y + 5.5, "", &label));
        x += 34.0 + width(&label, 11.0);
    }
}

fn horizontal(frame: Frame, epochs: &[f64]) -> Scale {
    let (low, high) = extent(epochs).unwrap_or((0.0, 1.0));
    if low < high {
        Scale::linear(low, high, frame.left, frame.right)
    } else {
        Scale::linear(low - 0.9, high + 0.9, frame.left, frame.right)
    }
}

/// The vertical scale, and whether it is logarithmic.
fn vertical(frame: Frame, values: &[f64], axis: Axis) -> (Scale, bool) {
    let (top, bottom) = (frame.top, frame.bottom);
    let positive: Vec<f64> = values.iter().copied().filter(|&value| value > 0.0).collect();
    let all = extent(values);
    match (axis, all, extent(&positive)) {
        (Axis::Probability, ..) => (Scale::linear(0.0, 1.0, bottom, top), false),
        (Axis::Decades, _, Some((low, high))) => {
            (Scale::logarithmic(low / 1.15, high * 1.15, bottom, top), true)
        }
        (Axis::Fitting, Some((least, _)), Some((low, high)))
            if least > 0.0 && high > WIDE * low =>
        {
            (Scale::logarithmic(low / 1.15, high * 1.15, bottom, top), true)
        }
        (_, Some((low, high)), _) => (fitting(frame, low, high), false),
        (_, None, _) => (Scale::linear(0.0, 1.0, bottom, top), false),
    }
}

/// From a tick to a tick, and from 0 if 0 is near.
fn fitting(frame: Frame, low: f64, high: f64) -> Scale {
    let low = if low > 0.0 && low < 0.4 * high { 0.0 } else { low };
    let span = if high > low { high - low } else { high.abs().max(1e-3) };
    let step = nice_step(span / 5.0);
    Scale::linear((low / step).floor() * step, (high / step).ceil() * step, frame.bottom, frame.top)
}

fn extent(values: &[f64]) -> Option<(f64, f64)> {
    values.iter().copied().filter(|value| value.is_finite()).fold(
        None,
        |extent, value| match extent {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        },
    )
}
