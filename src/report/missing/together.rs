//! A heat map of the features that are missing together.

use crate::chart::shape::{document, group_at, hint, put, rectangle, text};
use crate::chart::text::{fit, width};
use svg::Node;
use svg::node::element::Group;

const TOP: f64 = 84.0;
const MARGIN: f64 = 16.0;
/// Names take so many pixels at most.
const NAMES: f64 = 190.0;
const LARGEST: f64 = 22.0;
const SMALLEST: f64 = 13.0;

/// A square for every pair of features, with `phi` row by row.
/// Features that are missing together are neighbours; `left_out` of them are not shown.
pub fn together_svg(names: &[String], phi: &[f64], left_out: usize) -> String {
    assert_eq!(phi.len(), names.len() * names.len(), "a square of {} features", names.len());
    let side = (760.0 / names.len().max(1) as f64).clamp(SMALLEST, LARGEST);
    let room = names.iter().map(|name| width(name, 11.0) + 10.0).fold(40.0, f64::max).min(NAMES);
    let extent = side * names.len() as f64;
    let right = MARGIN + room + extent;
    let page = ((right + 110.0).max(560.0), TOP + extent + room + MARGIN);
    let mut group = group_at(0.0, 0.0);
    put(&mut group, text(MARGIN, 28.0, "heading", "Missing together"));
    put(
        &mut group,
        text(
            MARGIN,
            48.0,
            "note",
            "phi: the correlation of \"is missing\" between two features, over all patients",
        ),
    );
    put(&mut group, text(MARGIN, 64.0, "note", &shown_note(names.len(), left_out)));
    let left = MARGIN + room;
    for (row, name) in names.iter().enumerate() {
        let middle = TOP + (row as f64 + 0.5) * side;
        put(&mut group, text(left - 6.0, middle + 4.0, "end", &fit(name, 11.0, room - 8.0)));
        put(
            &mut group,
            below(
                &fit(name, 11.0, room - 8.0),
                left + (row as f64 + 0.5) * side,
                TOP + extent + 6.0,
            ),
        );
        for (column, other) in names.iter().enumerate() {
            let value = phi[row * names.len() + column];
            let (x, y) = (left + column as f64 * side, TOP + row as f64 * side);
            let mut square = rectangle(x, y, side - 0.5, side - 0.5, &colour(value));
            square.append(hint(&format!("{name} and {other}: phi {value:.2}")));
            put(&mut group, square);
        }
    }
    if !names.is_empty() {
        put(&mut group, key(right + 24.0));
    }
    document(page.0, page.1).add(group).to_string()
}

/// Which features the picture shows.
fn shown_note(shown: usize, left_out: usize) -> String {
    match (shown, left_out) {
        (0, _) => "no feature is missing of some patients and known of others".to_owned(),
        (_, 0) => {
            "features that stand together are missing together; those that are always or never \
             known are left out"
                .to_owned()
        }
        (shown, more) => format!("the {shown} features that miss most; {more} more are left out"),
    }
}

/// A name that is read from bottom to top.
fn below(name: &str, x: f64, y: f64) -> Group {
    let mut group = group_at(x, y);
    let mut text = text(0.0, 0.0, "end", name);
    text.assign("transform", "rotate(-90) translate(0 4)");
    put(&mut group, text);
    group
}

/// The colours of phi from 1 to -1.
fn key(x: f64) -> Group {
    let mut group = group_at(x, TOP);
    put(&mut group, text(0.0, -6.0, "note", "phi"));
    for step in 0..=20 {
        let value = 1.0 - f64::from(step) / 10.0;
        put(&mut group, rectangle(0.0, f64::from(step) * 7.0, 16.0, 7.0, &colour(value)));
        if step % 5 == 0 {
            put(
                &mut group,
                text(
                    22.0,
                    f64::from(step) * 7.0 + 8.0,
                    "",
                    &format!("{value:.1}").replace('-', "−"),
                ),
            );
        }
    }
    group
}

/// White at 0, blue towards 1, orange towards -1. Small values can be seen, too.
fn colour(phi: f64) -> String {
    let [r, g, b] = if phi >= 0.0 { [0.0, 114.0, 178.0] } else { [230.0, 159.0, 0.0] };
    let strength = phi.abs().min(1.0).powf(0.8);
    let mix = |end: f64| (246.0 + (end - 246.0) * strength).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(r), mix(g), mix(b))
}
