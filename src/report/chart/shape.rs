//! SVG elements with short rounded coordinates. All text of a picture is escaped here.

use super::text::printable;
use svg::node::element::{Group, Line, Path, Rectangle, Style, Text, Title};
use svg::{Document, Node};

/// The real cohort's colour: Okabe and Ito's blue, which everybody can tell from their orange.
pub(crate) const REAL: &str = "#0072B2";
/// The synthetic table's colour (Okabe and Ito's orange).
pub(crate) const SYNTHETIC: &str = "#E69F00";
/// Colours of lines, in order (Okabe and Ito 2008).
/// A grey replaces their yellow, which is too pale on white.
pub(crate) const PALETTE: [&str; 7] =
    ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7A7A7A"];

/// Anchors and strokes of the shapes, without colours.
/// They are part of every picture, and of every page with pictures in it.
pub(crate) const STROKES: &str = "
.middle { text-anchor: middle }
.end { text-anchor: end }
.grid, .axis { stroke-width: 1 }
.rule { stroke-width: 1; stroke-dasharray: 5 4 }
.kept { stroke-width: 1; stroke-dasharray: 2 3 }
.halo { paint-order: stroke; stroke-width: 3px; stroke-linejoin: round }
.curve { fill: none; stroke-width: 1.4; stroke-linejoin: round }";

/// Fonts and colours of a picture that is a file of its own, on white.
const COLOURS: &str = "
text { font: 11px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #555 }
.heading { font-size: 17px; font-weight: 600; fill: #222 }
.title { font-size: 12.5px; font-weight: 600; fill: #222 }
.note { fill: #777 }
.grid { stroke: #e6e6e6 }
.axis { stroke: #999 }
.rule { stroke: #888 }
.kept { stroke: #222 }
.halo { stroke: #fff }
.real { fill: #0072B2 }
.synthetic { fill: #E69F00 }";

/// An empty picture on white, `width x height` pixels, that shrinks with its window.
pub(crate) fn document(width: f64, height: f64) -> Document {
    Document::new()
        .set("viewBox", (0, 0, width.ceil() as i64, height.ceil() as i64))
        .set("width", pixel(width.ceil()))
        .set("style", "max-width: 100%; height: auto; background: #fff")
        .add(Style::new(format!("{COLOURS}{STROKES}{}", series_colours())))
        .add(rectangle(0.0, 0.0, width.ceil(), height.ceil(), "#fff"))
}

/// An empty picture for a page whose style has the colours. A screen reader says `about` instead.
pub(crate) fn inline(width: f64, height: f64, about: &str) -> Document {
    let size = (0, 0, width.ceil() as i64, height.ceil() as i64);
    let picture = Document::new().set("viewBox", size).set("role", "img");
    picture.set("aria-label", printable(about)).set("class", "chart")
}

/// Strokes and fills of the classes `c0`, `c1`, ...: for the curves of a picture and for the keys
/// of its legend.
fn series_colours() -> String {
    let rule = |(place, colour): (usize, &&str)| {
        format!("\n.c{place} {{ stroke: {colour} }} .k{place} {{ fill: {colour} }}")
    };
    PALETTE.iter().enumerate().map(rule).collect()
}

/// Text at its baseline; `class` chooses size and anchor.
/// A character that XML forbids becomes a replacement sign.
pub(crate) fn text(x: f64, y: f64, class: &str, content: &str) -> Text {
    let text = Text::new(printable(content)).set("x", pixel(x)).set("y", pixel(y));
    if class.is_empty() { text } else { text.set("class", class) }
}

/// A straight line.
pub(crate) fn line(x1: f64, y1: f64, x2: f64, y2: f64, class: &str) -> Line {
    Line::new()
        .set("x1", pixel(x1))
        .set("y1", pixel(y1))
        .set("x2", pixel(x2))
        .set("y2", pixel(y2))
        .set("class", class)
}

/// A filled rectangle.
pub(crate) fn rectangle(x: f64, y: f64, width: f64, height: f64, fill: &str) -> Rectangle {
    Rectangle::new()
        .set("x", pixel(x))
        .set("y", pixel(y))
        .set("width", pixel(width))
        .set("height", pixel(height))
        .set("fill", fill)
}

/// A filled rectangle whose colour is that of its class.
pub(crate) fn bar(x: f64, y: f64, width: f64, height: f64, class: &str) -> Rectangle {
    let shape = Rectangle::new().set("x", pixel(x)).set("y", pixel(y));
    shape.set("width", pixel(width)).set("height", pixel(height)).set("class", class)
}

/// The curve of a series from SVG path data, in the colour of the series' place; `opacity` in (0,
/// 1].
pub(crate) fn series_curve(data: String, place: usize, opacity: f64) -> Path {
    let path = Path::new().set("d", data).set("class", format!("curve c{}", place % PALETTE.len()));
    if opacity < 1.0 { path.set("stroke-opacity", opacity) } else { path }
}

/// A curve from SVG path data; `opacity` in (0, 1].
pub(crate) fn curve(data: String, stroke: &str, opacity: f64) -> Path {
    let path = Path::new().set("d", data).set("class", "curve").set("stroke", stroke);
    if opacity < 1.0 { path.set("stroke-opacity", opacity) } else { path }
}

/// A group whose origin is at (x, y).
pub(crate) fn group_at(x: f64, y: f64) -> Group {
    Group::new().set("transform", format!("translate({} {})", pixel(x), pixel(y)))
}

/// What a browser shows when the pointer rests on the element.
pub(crate) fn hint(content: &str) -> Title {
    Title::new(printable(content))
}

/// Appends an element.
pub(crate) fn put(group: &mut Group, element: impl Into<Box<dyn Node>>) {
    group.append(element);
}

/// A coordinate with at most one decimal.
pub(crate) fn pixel(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
