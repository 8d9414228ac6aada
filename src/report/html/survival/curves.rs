//! The Kaplan-Meier curves in one picture.

use super::super::words::{name, number};
use crate::chart::axes::{Frame, horizontal_grid, vertical_grid};
use crate::chart::line::{Run, path, runs};
use crate::chart::scale::Scale;
use crate::chart::shape::{group_at, inline, line, put, series_curve, text};
use crate::disclosure::Audience;
use crate::survival::{Point, coarse_curve, exact_curve};
use judge::evaluation::survival::{Group, Strata, Survival};
use maud::{Markup, PreEscaped, html};
use svg::node::element::Path;

const SIZE: (f64, f64) = (680.0, 300.0);
const FRAME: Frame = Frame { left: 44.0, top: 12.0, right: 668.0, bottom: 254.0 };
/// Places of the colours of real, synthetic and kept back patients.
const COLOURS: [usize; 3] = [0, 5, 2];
const COARSE: &str = "For real patients the curves are drawn between round times, with nobody or at \
    least five patients with the event from one to the next and at least five patients followed \
    until then.";

/// The picture of all patients, with a key and what it leaves out.
pub(super) fn picture(survival: &Survival, audience: Audience) -> Markup {
    let groups = [&survival.real, &survival.synthetic];
    let title = "Share of patients without the event";
    let kept_back = survival.holdout.as_ref();
    html! {
        p.keys {
            span.key { i.swatch.real {} "real patients, with the 95 % interval" }
            span.key { i.swatch.synthetic {} "synthetic patients" }
            @if kept_back.is_some() { span.key { i.swatch.kept-back {} "patients kept back" } }
        }
        (panel(survival, groups, kept_back, title, audience))
        @if audience == Audience::Anyone { p.note { (COARSE) } }
    }
}

/// The pictures of the levels of a column, with how far their curves are apart.
pub(super) fn pictures(strata: &Strata, survival: &Survival, audience: Audience) -> Markup {
    html! {
        h3 { "By " (name(&strata.column)) }
        @if strata.levels.is_empty() { p { "No level has five real patients." } }
        @for one in &strata.levels {
            (panel(survival, [&one.real, &one.synthetic], None, &one.level, audience))
        }
        @if !strata.levels.is_empty() {
            table {
                caption { "Largest difference of the curves of real and synthetic patients" }
                tbody {
                    @for one in &strata.levels {
                        tr { th scope="row" { (name(&one.level)) } td.figure { (number(one.difference)) } }
                    }
                }
            }
            p.note { "Levels of fewer than five real patients are left out." }
        }
    }
}

/// The curves of real, synthetic and, if there are some, kept back patients.
fn panel(
    survival: &Survival,
    [of_real, of_synthetic]: [&Group; 2],
    kept_back: Option<&Group>,
    title: &str,
    audience: Audience,
) -> Markup {
    let real = |group: &Group| match audience {
        Audience::Anyone => coarse_curve(group),
        Audience::Owner => exact_curve(group),
    };
    let curves = [Some(real(of_real)), None, kept_back.map(real)];
    let ends = curves.iter().flatten().filter_map(|points| points.last()).map(|point| point.time);
    let end = ends.chain([of_synthetic.curve.last]).fold(0.0, f64::max);
    let x = Scale::linear(0.0, end, FRAME.left, FRAME.right);
    let y = Scale::linear(0.0, 1.0, FRAME.bottom, FRAME.top);
    let mut group = group_at(0.0, 0.0);
    horizontal_grid(&mut group, FRAME, &y, 5, "");
    vertical_grid(&mut group, FRAME, &x, 8, "");
    put(&mut group, line(FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom, "axis"));
    let unit = survival.unit.as_ref().map_or(String::new(), |unit| format!(" ({unit})"));
    let words = format!("{}{unit}", survival.time);
    put(&mut group, text((FRAME.left + FRAME.right) / 2.0, FRAME.bottom + 36.0, "middle", &words));
    let stairs = audience == Audience::Owner;
    if let Some(points) = &curves[0] {
        put(&mut group, band(points, stairs, &x, &y));
    }
    for (points, colour) in curves.iter().zip(COLOURS) {
        if let Some(points) = points {
            let line = points.iter().map(|point| (point.time, point.survival));
            put(&mut group, drawn(line, stairs, &x, &y, colour));
        }
    }
    let synthetic = at_pixels(of_synthetic, end);
    put(&mut group, drawn(synthetic.into_iter(), true, &x, &y, COLOURS[1]));
    let about = "Kaplan-Meier curves of real and synthetic patients";
    let none = curves[0].as_ref().is_some_and(Vec::is_empty);
    html! {
        figure.panel.survival {
            figcaption { (name(title)) }
            (PreEscaped(inline(SIZE.0, SIZE.1, about).add(group).to_string()))
        }
        @if none {
            p.note { "The curve of real patients is not shown: too few have the event." }
        }
    }
}

/// A curve of synthetic patients at every pixel: it may have a step per patient.
fn at_pixels(group: &Group, end: f64) -> Vec<(f64, f64)> {
    let last = group.curve.last.min(end);
    let pixels = (FRAME.right - FRAME.left) as usize;
    let times = (0..=pixels).map(|pixel| end * pixel as f64 / pixels as f64);
    times.filter(|time| *time <= last).map(|time| (time, group.curve.at(time))).collect()
}

fn drawn(
    points: impl Iterator<Item = (f64, f64)>,
    stairs: bool,
    x: &Scale,
    y: &Scale,
    colour: usize,
) -> Path {
    let line = if stairs { steps(points) } else { points.collect() };
    series_curve(path(&runs(line, x, y)), colour, 1.0)
}

/// A line that keeps each height until the next point.
fn steps(points: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut line: Vec<(f64, f64)> = Vec::new();
    for point in points {
        if let Some(&(_, height)) = line.last() {
            line.push((point.0, height));
        }
        line.push(point);
    }
    line
}

/// The area between the ends of the intervals.
fn band(points: &[Point], stairs: bool, x: &Scale, y: &Scale) -> Path {
    let side = |end: usize| -> Vec<(f64, f64)> {
        let known = points.iter().map(|point| {
            let at_start = [point.survival; 2];
            (point.time, point.interval.map_or(at_start, |ends| ends)[end])
        });
        if stairs { steps(known) } else { known.collect() }
    };
    let around = side(0).into_iter().chain(side(1).into_iter().rev());
    let pixels: Run = around.filter_map(|(time, s)| Some((x.at(time)?, y.at(s)?))).collect();
    Path::new().set("d", path(&[pixels])).set("class", "k0").set("fill-opacity", 0.15)
}
