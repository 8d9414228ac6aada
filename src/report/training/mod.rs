//! The paper's Figure 7 as one picture: both losses, the probabilities of the discriminator, and
//! the Fréchet distances, epoch by epoch.

mod curves;
mod panel;

pub use curves::{Series, TrainingCurves};

use crate::chart::axes::Frame;
use crate::chart::shape::{document, group_at, inline, line, put, text};
use crate::chart::text::width;
use panel::{Axis, draw_panel};
use svg::node::element::Group;

const PANEL: (f64, f64) = (500.0, 268.0);
const FRAME: Frame = Frame { left: 58.0, top: 48.0, right: 484.0, bottom: 228.0 };
/// A panel on a page, small enough for a telephone.
const NARROW: (f64, f64) = (340.0, 200.0);
const NARROW_FRAME: Frame = Frame { left: 46.0, top: 26.0, right: 332.0, bottom: 162.0 };
const HEADER: f64 = 66.0;

type Picture<'a> = (&'static str, &'a [Series], Axis);

/// Title, series and axis of every panel.
fn pictures(curves: &TrainingCurves) -> [Picture<'_>; 4] {
    [
        ("Generator loss", &curves.generator, Axis::Fitting),
        ("Discriminator loss", &curves.discriminator, Axis::Fitting),
        (
            "Discriminator: probability of being real (0.5: cannot tell)",
            &curves.probabilities,
            Axis::Probability,
        ),
        ("Fréchet distance, real to synthetic", &curves.frechet, Axis::Decades),
    ]
}

/// Draws four panels as one SVG document of less than 300 kB, for any number of epochs.
pub fn training_svg(curves: &TrainingCurves) -> String {
    let mut picture =
        document(2.0 * PANEL.0 + 24.0, HEADER + 2.0 * PANEL.1 + 8.0).add(header(curves));
    for (place, (title, series, axis)) in pictures(curves).into_iter().enumerate() {
        let (column, row) = ((place % 2) as f64, (place / 2) as f64);
        let mut group = group_at(12.0 + column * PANEL.0, HEADER + row * PANEL.1);
        let title = draw_panel(&mut group, FRAME, curves, title, series, axis);
        put(&mut group, text(4.0, 16.0, "title", &title));
        picture = picture.add(group);
    }
    picture.to_string()
}

/// The panels that have something to show, for a page: the title of each and its picture.
pub(super) fn training_panels(curves: &TrainingCurves) -> Vec<(String, String)> {
    let drawn = |series: &[Series]| {
        series.iter().flat_map(|one| &one.values).any(|value| value.is_finite())
    };
    let panels = pictures(curves).into_iter().filter(|(_, series, _)| drawn(series));
    panels
        .map(|(title, series, axis)| {
            let mut group = group_at(0.0, 0.0);
            let title = draw_panel(&mut group, NARROW_FRAME, curves, title, series, axis);
            let picture = inline(NARROW.0, NARROW.1, &title).add(group).to_string();
            (title, picture)
        })
        .collect()
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
