//! The roofline picture (Williams, Waterman, Patterson 2009): the rate of every kernel under the
//! limits of the machine.

use crate::chart::axes::{Frame, horizontal_grid, vertical_grid};
use crate::chart::scale::Scale;
use crate::chart::shape::{PALETTE, curve, document, group_at, hint, line, put, text};
use crate::chart::text::fit;
use svg::Node;
use svg::node::element::{Circle, Group};

const PANEL: (f64, f64) = (860.0, 430.0);
const FRAME: Frame = Frame { left: 72.0, top: 44.0, right: 620.0, bottom: 370.0 };
const HEADER: f64 = 56.0;

/// One kernel as a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// Its kind, for the legend.
    pub name: String,
    /// What the pointer shows.
    pub note: String,
    /// Floating-point operations per byte.
    pub intensity: f64,
    /// Its rate, in GFLOP/s.
    pub gflops: f64,
}

/// One machine and its kernels.
#[derive(Clone, Debug, PartialEq)]
pub struct Roofline {
    /// The machine's name.
    pub title: String,
    /// Its largest arithmetic rate, in GFLOP/s.
    pub gflops: f64,
    /// Its bandwidth, in GB/s.
    pub gbs: f64,
    /// The kernels. Those without arithmetic are counted and not drawn.
    pub kernels: Vec<Kernel>,
}

/// One panel below the other, as one SVG document.
pub fn roofline_svg(machines: &[Roofline]) -> String {
    let mut picture = document(PANEL.0, HEADER + machines.len().max(1) as f64 * PANEL.1);
    picture.append(text(16.0, 26.0, "heading", "Kernels under the roofline"));
    for (i, machine) in machines.iter().enumerate() {
        let mut group = group_at(8.0, HEADER + i as f64 * PANEL.1);
        panel(&mut group, machine);
        picture.append(group);
    }
    picture.to_string()
}

fn panel(group: &mut Group, machine: &Roofline) {
    if !(machine.gflops > 0.0 && machine.gbs > 0.0) {
        put(group, text(4.0, 16.0, "title", &fit(&machine.title, 12.5, PANEL.0 - 30.0)));
        put(group, text(4.0, 40.0, "note", "the roof was not measured"));
        return;
    }
    let drawn: Vec<&Kernel> =
        machine.kernels.iter().filter(|k| k.intensity > 0.0 && k.gflops > 0.0).collect();
    let ridge = machine.gflops / machine.gbs;
    let extent = |values: Vec<f64>| {
        values.iter().fold((f64::MAX, 0.0f64), |(a, b), v| (a.min(*v), b.max(*v)))
    };
    let (left, right) =
        extent(drawn.iter().map(|k| k.intensity).chain([ridge / 4.0, ridge * 4.0]).collect());
    let (low, high) = extent(
        drawn.iter().map(|k| k.gflops).chain([machine.gflops, left * machine.gbs]).collect(),
    );
    let x = Scale::logarithmic(left / 1.3, right * 1.3, FRAME.left, FRAME.right);
    let y = Scale::logarithmic(low / 1.5, high * 1.5, FRAME.bottom, FRAME.top);
    let silent = machine.kernels.len() - drawn.len();
    let title =
        format!("{} · {:.0} GFLOP/s, {:.1} GB/s", machine.title, machine.gflops, machine.gbs);
    put(group, text(4.0, 16.0, "title", &fit(&title, 12.5, PANEL.0 - 30.0)));
    put(group, text(4.0, 34.0, "note", "GFLOP/s"));
    put(group, text(FRAME.right, FRAME.bottom + 36.0, "end note", "operations per byte"));
    if silent > 0 {
        let plural = if silent == 1 { " is" } else { "s are" };
        let note = format!("{silent} kernel{plural} not drawn: no arithmetic");
        put(group, text(FRAME.left, FRAME.bottom + 36.0, "note", &note));
    }
    horizontal_grid(group, FRAME, &y, 6, "");
    vertical_grid(group, FRAME, &x, 7, "");
    put(group, line(FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom, "axis"));
    roof(group, machine, ridge, [left / 1.3, right * 1.3], &x, &y);
    points(group, &drawn, &x, &y);
}

/// Bandwidth times intensity up to the ridge, and the arithmetic rate after it.
fn roof(
    group: &mut Group,
    machine: &Roofline,
    ridge: f64,
    [left, right]: [f64; 2],
    x: &Scale,
    y: &Scale,
) {
    let corners = [(left, left * machine.gbs), (ridge, machine.gflops), (right, machine.gflops)];
    let pixels: Vec<_> =
        corners.iter().filter_map(|(px, py)| Some((x.at(*px)?, y.at(*py)?))).collect();
    if let [a, b, c] = pixels[..] {
        let data = format!(
            "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}",
            a.0,
            a.1.min(FRAME.bottom),
            b.0,
            b.1,
            c.0,
            c.1
        );
        put(group, curve(data, "#222", 1.0));
    }
}

fn points(group: &mut Group, kernels: &[&Kernel], x: &Scale, y: &Scale) {
    let mut names: Vec<&str> = Vec::new();
    for kernel in kernels {
        if !names.contains(&kernel.name.as_str()) {
            names.push(&kernel.name);
        }
    }
    // After the whole palette its colours are used again, as rings.
    let look = |place: usize| {
        (PALETTE[place % PALETTE.len()], if place < PALETTE.len() { 0.75 } else { 0.0 })
    };
    for kernel in kernels {
        let place = names.iter().position(|name| *name == kernel.name).expect("collected above");
        if let (Some(px), Some(py)) = (x.at(kernel.intensity), y.at(kernel.gflops)) {
            let mut dot = circle(px, py, look(place));
            dot.append(hint(&kernel.note));
            put(group, dot);
        }
    }
    for (place, name) in names.iter().enumerate() {
        let at = FRAME.top + 6.0 + 18.0 * place as f64;
        put(group, circle(FRAME.right + 22.0, at - 4.0, look(place)));
        put(
            group,
            text(FRAME.right + 34.0, at, "", &fit(name, 11.0, PANEL.0 - FRAME.right - 50.0)),
        );
    }
}

fn circle(x: f64, y: f64, (colour, opacity): (&str, f64)) -> Circle {
    let place = Circle::new().set("cx", format!("{x:.1}")).set("cy", format!("{y:.1}")).set("r", 4);
    place
        .set("fill", colour)
        .set("fill-opacity", opacity)
        .set("stroke", colour)
        .set("stroke-width", 1.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_with_arithmetic_is_a_point() {
        let kernel = |name: &str, intensity, gflops| Kernel {
            name: name.into(),
            note: "<note>".into(),
            intensity,
            gflops,
        };
        let kernels = vec![
            kernel("dense_forward", 20.0, 400.0),
            kernel("adam", 0.5, 8.0),
            kernel("copy", 0.0, 0.0),
        ];
        let machine = Roofline { title: "A & B".into(), gflops: 1000.0, gbs: 50.0, kernels };
        let svg = roofline_svg(&[machine.clone(), machine]);
        assert_eq!(
            svg.matches("<circle").count(),
            2 * (2 + 2),
            "two points and two keys a machine"
        );
        assert!(svg.contains("1 kernel is not drawn: no arithmetic"));
        assert!(svg.contains("A &amp; B") && !svg.contains("NaN") && !svg.contains("<note>"));
    }

    #[test]
    fn nothing_to_draw_is_still_a_picture() {
        let nothing =
            Roofline { title: String::new(), gflops: f64::NAN, gbs: 0.0, kernels: Vec::new() };
        assert!(!roofline_svg(&[nothing]).contains("NaN"));
    }
}
