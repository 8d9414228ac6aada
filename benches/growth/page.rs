//! Curves as Markdown, and their place in the page of figures.

use crate::curves::{Curve, LINEAR, Line};
use mellizo::bench::exponent;

/// Points of the upper range, by which growth is judged: below it fixed costs hide it.
const UPPER: usize = 3;

const BEGIN: &str = "<!-- growth: begin -->";
const END: &str = "<!-- growth: end -->";

/// The whole section.
pub fn table(machine: &str, curves: &[Curve], seconds: u64) -> String {
    let mut text = format!("Measured on {machine}, in {seconds} s.\n");
    for curve in curves {
        text += "\n";
        text += &lines(curve);
    }
    text
}

/// One table: a line for each quantity, a column for each size, the exponent of the upper range and
/// the verdict.
pub fn lines(curve: &Curve) -> String {
    let sizes: Vec<String> =
        curve.lines[0].points.iter().map(|(size, _)| size.to_string()).collect();
    let mut text = format!(
        "| {} ({}) | {} | exponent | verdict |\n",
        curve.axis,
        curve.fixed,
        sizes.join(" | ")
    );
    text += &format!("|---|{}---|---|\n", "---|".repeat(sizes.len()));
    for line in &curve.lines {
        let unit = if line.memory { "MiB" } else { "ms" };
        let values: Vec<String> = line.points.iter().map(|(_, value)| short(*value)).collect();
        let slope = exponent(&line.points[line.points.len().saturating_sub(UPPER)..]);
        text += &format!(
            "| {}, {unit} | {} | {slope:.2} | {} |\n",
            line.name,
            values.join(" | "),
            verdict(line, slope)
        );
    }
    text
}

fn verdict(line: &Line, slope: f64) -> &'static str {
    match slope {
        slope if slope.is_nan() => "not measured",
        slope if slope <= LINEAR => "no worse than linear",
        _ => line.excuse.unwrap_or("WORSE THAN LINEAR"),
    }
}

/// Three digits.
fn short(value: f64) -> String {
    match value {
        value if value.is_nan() => "-".into(),
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

/// The page with the section between its marks; none when it lacks them.
pub fn put(page: &str, section: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{section}{END}{after}"))
}
