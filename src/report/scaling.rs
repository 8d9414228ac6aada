//! The picture of scaling: time and memory against size.
//!
//! Both axes are logarithmic, so that a power is a straight line and its slope is the exponent.

use crate::chart::axes::{Frame, horizontal_grid, vertical_grid};
use crate::chart::line::{path, runs};
use crate::chart::scale::Scale;
use crate::chart::shape::{PALETTE, curve, document, group_at, line, put, text};
use svg::Node;
use svg::node::element::Group;

const PANEL: (f64, f64) = (430.0, 250.0);
const FRAME: Frame = Frame { left: 60.0, top: 58.0, right: 405.0, bottom: 205.0 };
const HEADER: f64 = 44.0;

/// One panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What is shown, with its unit.
    pub title: String,
    /// Name of the size on the horizontal axis.
    pub axis: String,
    /// Names and points `(size, value)` in ascending sizes.
    /// Values that are not positive are left out.
    pub lines: Vec<(String, Vec<(f64, f64)>)>,
}

/// Two panels in a row, as one SVG document; a grey line through each panel's largest value is
/// linear.
pub fn scaling_svg(panels: &[Panel]) -> String {
    let height = HEADER + panels.len().max(1).div_ceil(2) as f64 * PANEL.1;
    let mut picture = document(2.0 * PANEL.0 + 16.0, height);
    picture.append(text(16.0, 26.0, "heading", "Growth of time and memory"));
    picture.append(text(2.0 * PANEL.0, 26.0, "end note", "dashed: linear"));
    for (i, panel) in panels.iter().enumerate() {
        let mut group = group_at(8.0 + (i % 2) as f64 * PANEL.0, HEADER + (i / 2) as f64 * PANEL.1);
        draw(&mut group, panel);
        picture.append(group);
    }
    picture.to_string()
}

fn draw(group: &mut Group, panel: &Panel) {
    put(group, text(4.0, 16.0, "title", &panel.title));
    let points: Vec<(f64, f64)> = panel
        .lines
        .iter()
        .flat_map(|(_, points)| points.iter().copied())
        .filter(|(x, y)| *x > 0.0 && *y > 0.0)
        .collect();
    let extent = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::MAX, 0.0f64), |(a, b), v| (a.min(v), b.max(v)))
    };
    let (left, right) = extent(&mut points.iter().map(|(x, _)| *x));
    let (low, high) = extent(&mut points.iter().map(|(_, y)| *y));
    if points.is_empty() {
        return put(group, text(4.0, 40.0, "note", "nothing was measured"));
    }
    let x = Scale::logarithmic(left / 1.2, right * 1.2, FRAME.left, FRAME.right);
    let y = Scale::logarithmic(low / 1.5, high * 1.5, FRAME.bottom, FRAME.top);
    horizontal_grid(group, FRAME, &y, 5, "");
    vertical_grid(group, FRAME, &x, 6, "");
    put(group, line(FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom, "axis"));
    put(group, text(FRAME.right, FRAME.bottom + 32.0, "end note", &panel.axis));
    // From the largest value down to the floor of the panel, or to its left edge.
    let start = left.max(right * low / high);
    if let [Some(x1), Some(x2), Some(y1), Some(y2)] =
        [x.at(start), x.at(right), y.at(high * start / right), y.at(high)]
    {
        put(group, line(x1, y1, x2, y2, "rule"));
    }
    for (place, (name, points)) in panel.lines.iter().enumerate() {
        let colour = PALETTE[place % PALETTE.len()];
        put(group, curve(path(&runs(points.iter().copied(), &x, &y)), colour, 1.0));
        let at = FRAME.left + 118.0 * place as f64;
        put(
            group,
            line(at, 34.0, at + 14.0, 34.0, "axis")
                .set("style", format!("stroke: {colour}; stroke-width: 2")),
        );
        put(group, text(at + 19.0, 38.0, "", name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_drawn_and_named() {
        let lines = vec![
            ("step <a>".to_owned(), vec![(1.0, 2.0), (10.0, 20.0)]),
            ("b".to_owned(), vec![(1.0, 5.0), (10.0, 0.0)]),
        ];
        let panel = Panel { title: "time & ms".into(), axis: "rows".into(), lines };
        let svg = scaling_svg(&[panel.clone(), panel]);
        assert_eq!(svg.matches("class=\"curve\"").count(), 4);
        assert_eq!(svg.matches("class=\"rule\"").count(), 2, "linear growth");
        assert!(
            svg.contains("step &lt;a&gt;") && svg.contains("time &amp; ms") && !svg.contains("NaN")
        );
    }

    #[test]
    fn nothing_to_draw_is_still_a_picture() {
        let panel =
            Panel { title: String::new(), axis: String::new(), lines: vec![("a".into(), vec![])] };
        assert!(scaling_svg(&[panel]).contains("nothing was measured"));
    }
}
