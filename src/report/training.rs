//! The paper's Figure 7 as one picture: both losses, what the discriminator believes, and the Fréchet distances, epoch by epoch.

use crate::report::chart::axes::{Frame, horizontal_grid, whole_axis};
use crate::report::chart::line::{centre, envelope, path, runs};
use crate::report::chart::scale::{Scale, nice_step};
use crate::report::chart::shape::{PALETTE, curve, document, group_at, line, put, rectangle, text};
use crate::report::chart::text::{fit, width};
use svg::node::element::Group;

const PANEL: (f64, f64) = (500.0, 268.0);
const FRAME: Frame = Frame { left: 58.0, top: 48.0, right: 484.0, bottom: 228.0 };
const HEADER: f64 = 66.0;
/// A positive quantity that spans more than this factor is drawn on decades.
const WIDE: f64 = 100.0;

/// One curve: a value per epoch; NaN and infinity leave a gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub label: String,
    /// A value per epoch.
    pub values: Vec<f64>,
}

/// Everything that Figure 7 shows; a panel without series says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingCurves {
    /// The epochs, ascending; every series has as many values.
    pub epochs: Vec<f64>,
    /// Generator loss and its terms.
    pub generator: Vec<Series>,
    /// Discriminator loss.
    pub discriminator: Vec<Series>,
    /// Mean probability of being real that the discriminator gives to real and to synthetic patients, 0 to 1.
    pub probabilities: Vec<Series>,
    /// Marginal and joint Fréchet distance.
    pub frechet: Vec<Series>,
    /// The marginal distance below which training stops, if that is the rule.
    pub threshold: Option<f64>,
    /// The epoch whose model was kept.
    pub kept_epoch: Option<f64>,
}

/// With more points than this in a curve the noise is drawn pale and its local mean over it.
const DENSE: usize = 250;

#[derive(Clone, Copy, PartialEq)]
enum Axis {
    Fitting,
    Probability,
    Decades,
}

/// Draws four panels as one SVG document, at any number of epochs less than 300 kB.
pub fn training_svg(curves: &TrainingCurves) -> String {
    let picture = document(2.0 * PANEL.0 + 24.0, HEADER + 2.0 * PANEL.1 + 8.0);
    let panel = |title, series, axis, column: f64, row: f64| {
        let mut group = group_at(12.0 + column * PANEL.0, HEADER + row * PANEL.1);
        draw_panel(&mut group, curves, title, series, axis);
        group
    };
    picture
        .add(header(curves))
        .add(panel("Generator loss", &curves.generator, Axis::Fitting, 0.0, 0.0))
        .add(panel("Discriminator loss", &curves.discriminator, Axis::Fitting, 1.0, 0.0))
        .add(panel(
            "Discriminator: probability of being real (0.5: cannot tell)",
            &curves.probabilities,
            Axis::Probability,
            0.0,
            1.0,
        ))
        .add(panel("Fréchet distance, real to synthetic", &curves.frechet, Axis::Decades, 1.0, 1.0))
        .to_string()
}

fn header(curves: &TrainingCurves) -> Group {
    let mut group = group_at(16.0, 0.0);
    put(&mut group, text(0.0, 26.0, "heading", "Training, epoch by epoch"));
    let epochs = match curves.epochs.len() {
        1 => "1 epoch".to_owned(),
        count => format!("{count} epochs"),
    };
    put(&mut group, text(0.0, 47.0, "", &epochs));
    if let Some(kept) = curves.kept_epoch {
        let x = width(&epochs, 11.0) + 24.0;
        put(&mut group, line(x, 37.0, x, 49.0, "kept"));
        put(&mut group, text(x + 8.0, 47.0, "", &format!("epoch {kept}, whose model was kept")));
    }
    group
}

fn draw_panel(group: &mut Group, curves: &TrainingCurves, title: &str, series: &[Series], axis: Axis) {
    for one in series {
        assert_eq!(one.values.len(), curves.epochs.len(), "values of {:?} against epochs", one.label);
    }
    let threshold = curves.threshold.filter(|_| axis == Axis::Decades);
    let drawn: Vec<f64> = series.iter().flat_map(|one| &one.values).copied().chain(threshold).collect();
    let (y, is_logarithmic) = vertical(&drawn, axis);
    let title = if is_logarithmic { format!("{title} (logarithmic)") } else { title.to_owned() };
    put(group, text(4.0, 16.0, "title", &title));
    let any = series.iter().flat_map(|one| &one.values).any(|&value| y.at(value).is_some());
    if !any {
        let middle = ((FRAME.left + FRAME.right) / 2.0, (FRAME.top + FRAME.bottom) / 2.0);
        put(group, line(FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom, "axis"));
        put(group, text(middle.0, middle.1, "middle", "not part of this run"));
        return;
    }
    let x = horizontal(&curves.epochs);
    horizontal_grid(group, FRAME, &y, 5, "");
    whole_axis(group, FRAME, &x, 6);
    put(group, text(FRAME.right, FRAME.bottom + 32.0, "end note", "epoch"));
    legend(group, series);
    for (one, colour) in series.iter().zip(PALETTE.iter().cycle()) {
        let runs = runs(curves.epochs.iter().copied().zip(one.values.iter().copied()), &x, &y);
        let is_dense = runs.iter().map(Vec::len).max() > Some(DENSE);
        put(group, curve(path(&envelope(&runs)), colour, if is_dense { 0.3 } else { 1.0 }));
        if is_dense {
            put(group, curve(path(&centre(&runs)), colour, 1.0));
        }
    }
    // After the curves, whose noise would cover the words.
    rules(group, curves, axis, threshold, &x, &y);
}

fn rules(group: &mut Group, curves: &TrainingCurves, axis: Axis, threshold: Option<f64>, x: &Scale, y: &Scale) {
    let even = (axis == Axis::Probability).then_some(0.5);
    if let Some(at) = even.or(threshold).and_then(|value| y.at(value)) {
        put(group, line(FRAME.left, at, FRAME.right, at, "rule"));
        if let Some(threshold) = threshold {
            put(group, text(FRAME.left + 6.0, at - 5.0, "halo", &format!("stop below {threshold}")));
        }
    }
    if let Some(at) = curves.kept_epoch.and_then(|kept| x.at(kept)) {
        put(group, line(at, FRAME.top, at, FRAME.bottom, "kept"));
    }
}

fn legend(group: &mut Group, series: &[Series]) {
    let mut x = FRAME.left;
    for (one, colour) in series.iter().zip(PALETTE.iter().cycle()) {
        let label = fit(&one.label, 11.0, 150.0);
        if x + 22.0 + width(&label, 11.0) > FRAME.right {
            break;
        }
        put(group, rectangle(x, 30.0, 14.0, 3.0, colour));
        put(group, text(x + 19.0, 35.5, "", &label));
        x += 34.0 + width(&label, 11.0);
    }
}

fn horizontal(epochs: &[f64]) -> Scale {
    let (low, high) = extent(epochs).unwrap_or((0.0, 1.0));
    if low < high {
        Scale::linear(low, high, FRAME.left, FRAME.right)
    } else {
        Scale::linear(low - 0.9, high + 0.9, FRAME.left, FRAME.right)
    }
}

/// The vertical scale, and whether it has decades although the panel did not ask for them.
fn vertical(values: &[f64], axis: Axis) -> (Scale, bool) {
    let (top, bottom) = (FRAME.top, FRAME.bottom);
    let positive: Vec<f64> = values.iter().copied().filter(|&value| value > 0.0).collect();
    let all = extent(values);
    match (axis, all, extent(&positive)) {
        (Axis::Probability, ..) => (Scale::linear(0.0, 1.0, bottom, top), false),
        (Axis::Decades, _, Some((low, high))) => (Scale::logarithmic(low / 1.15, high * 1.15, bottom, top), true),
        (Axis::Fitting, Some((least, _)), Some((low, high))) if least > 0.0 && high > WIDE * low => {
            (Scale::logarithmic(low / 1.15, high * 1.15, bottom, top), true)
        }
        (_, Some((low, high)), _) => (fitting(low, high), false),
        (_, None, _) => (Scale::linear(0.0, 1.0, bottom, top), false),
    }
}

/// From a tick to a tick, and from 0 when 0 is near.
fn fitting(low: f64, high: f64) -> Scale {
    let low = if low > 0.0 && low < 0.4 * high { 0.0 } else { low };
    let span = if high > low { high - low } else { high.abs().max(1e-3) };
    let step = nice_step(span / 5.0);
    Scale::linear((low / step).floor() * step, (high / step).ceil() * step, FRAME.bottom, FRAME.top)
}

fn extent(values: &[f64]) -> Option<(f64, f64)> {
    values.iter().copied().filter(|value| value.is_finite()).fold(None, |extent, value| match extent {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}
