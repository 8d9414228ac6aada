//! A square of related columns in colours: blue for a positive relation, orange for a negative one,
//! nothing for none.
//!
//! A row of equal cells is one stroke, so that 64 x 64 cells take about 20 kB.
//! The page's style gives the strokes their colours.

use crate::chart::shape::{group_at, inline, put, text};
use crate::chart::text::{fit, printable, width};
use ground::matrix::Matrix;
use maud::{Markup, PreEscaped, html};
use svg::Node;
use svg::node::element::{Group, Path};

/// Steps of colour on each side of 0.
const STEPS: i32 = 10;
/// Pixels of a cell with names beside it.
const CELL: f64 = 13.0;
const MOST_NAME: f64 = 150.0;

/// The step of a value in [-1, 1].
/// Small values get more steps than their share, so that they can be seen.
fn step(value: f64) -> Option<i32> {
    let strength = value.abs().min(1.0).powf(0.7) * f64::from(STEPS);
    value.is_finite().then(|| strength.round() as i32 * value.signum() as i32)
}

/// The map of a square matrix, `columns` pixels on a side before it is scaled.
/// The diagonal stays empty.
pub(super) fn heat_map(values: &Matrix, about: &str) -> Markup {
    let side = values.columns() as f64;
    let picture = inline(side, side, about).add(cells(values, 1.0, (0.0, 0.0)));
    html! { (PreEscaped(picture.to_string())) }
}

/// The same with the names of the columns at its left and at its bottom.
pub(super) fn named_heat_map(values: &Matrix, names: &[String], about: &str) -> Markup {
    assert_eq!(names.len(), values.columns(), "names against columns of the map");
    let names: Vec<String> =
        names.iter().map(|name| fit(&printable(name), 11.0, MOST_NAME)).collect();
    let room = names.iter().map(|name| width(name, 11.0)).fold(20.0, f64::max) + 8.0;
    let extent = CELL * names.len() as f64;
    let mut group = group_at(0.0, 0.0);
    put(&mut group, cells(values, CELL, (room, 4.0)));
    for (place, name) in names.iter().enumerate() {
        let middle = (place as f64 + 0.5) * CELL;
        put(&mut group, text(room - 5.0, middle + 8.0, "end", name));
        put(&mut group, below(name, room + middle, extent + 10.0));
    }
    let size = (room + extent + 4.0, extent + room + 8.0);
    let picture = inline(size.0, size.1, about).set("width", size.0.ceil()).add(group);
    html! { div.scroll.whole tabindex="0" { (PreEscaped(picture.to_string())) } }
}

/// A name that is read from bottom to top.
fn below(name: &str, x: f64, y: f64) -> Group {
    let mut group = group_at(x, y);
    let mut text = text(0.0, 0.0, "end", name);
    text.assign("transform", "rotate(-90) translate(0 4)");
    put(&mut group, text);
    group
}

fn cells(values: &Matrix, side: f64, (left, top): (f64, f64)) -> Group {
    let size = values.columns();
    let mut group = Group::new();
    group.assign("transform", format!("translate({left} {top}) scale({side})"));
    group.assign("class", "cells");
    put(
        &mut group,
        Path::new().set("class", "ground").set("d", format!("M0 0h{size}v{size}h-{size}z")),
    );
    for wanted in (-STEPS..=STEPS).filter(|&step| step != 0).map(Some).chain([None]) {
        let strokes = strokes(values, wanted);
        if !strokes.is_empty() {
            let class = wanted.map_or("unknown".to_owned(), |step| {
                format!("{}{}", if step > 0 { 'p' } else { 'n' }, step.abs())
            });
            put(&mut group, Path::new().set("class", class).set("d", strokes));
        }
    }
    group
}

/// A stroke along the middle of every run of cells with one step. `None` means undefined cells.
fn strokes(values: &Matrix, wanted: Option<i32>) -> String {
    let size = values.columns();
    let mut data = String::new();
    for row in 0..size {
        let is_wanted = |column: usize| column != row && step(values[(row, column)]) == wanted;
        let mut column = 0;
        while column < size {
            let length = (column..size).take_while(|&place| is_wanted(place)).count();
            if length > 0 {
                data.push_str(&format!("M{column} {row}.5h{length}"));
            }
            column += length.max(1);
        }
    }
    data
}

/// The colours from -1 to 1 with their numbers.
pub(super) fn legend() -> Markup {
    let mut group = group_at(0.0, 0.0);
    let mut cells = Group::new();
    cells.assign("class", "cells");
    cells.assign("transform", "translate(8 2) scale(12 10)");
    let width = 2 * STEPS + 1;
    put(
        &mut cells,
        Path::new().set("class", "ground").set("d", format!("M0 0h{width}v1h-{width}z")),
    );
    for step in (-STEPS..=STEPS).filter(|&step| step != 0) {
        let class = format!("{}{}", if step > 0 { 'p' } else { 'n' }, step.abs());
        put(
            &mut cells,
            Path::new().set("class", class).set("d", format!("M{} .5h1", step + STEPS)),
        );
    }
    put(&mut group, cells);
    for value in [-1.0, -0.5, -0.2, 0.0, 0.2, 0.5, 1.0_f64] {
        let place = value.abs().powf(0.7) * value.signum() * f64::from(STEPS);
        let place = if value == 0.0 { 0.0 } else { place };
        let x = 8.0 + 12.0 * (place + f64::from(STEPS) + 0.5);
        put(&mut group, text(x, 24.0, "middle", &format!("{value}").replace('-', "−")));
    }
    let picture = inline(268.0, 28.0, "colours from -1 to 1").set("width", 268).add(group);
    html! { (PreEscaped(picture.to_string())) }
}
