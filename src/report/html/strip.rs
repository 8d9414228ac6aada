//! A score on a scale between its floor and its ceiling, better always to the right: what a number is worth, at a glance.

use crate::evaluation::{Better, Score, ScoreName};
use crate::report::chart::scale::Scale;
use crate::report::chart::shape::{bar, group_at, inline, line, pixel, put};
use maud::{Markup, PreEscaped, html};
use svg::node::element::{Circle, Group, Path};

const SIZE: (f64, f64) = (240.0, 34.0);
const LEFT: f64 = 10.0;
const RIGHT: f64 = 230.0;
const MIDDLE: f64 = 17.0;
/// The narrowest stretch of values that is shown, so that noise does not look like a difference.
const NARROWEST: f64 = 0.05;

/// What stands on a scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks {
    /// The value, a diamond.
    pub value: f64,
    /// Its interval, a line.
    pub interval: Option<(f64, f64)>,
    /// Left end of the band.
    pub floor: Option<f64>,
    /// Right end of the band.
    pub ceiling: Option<f64>,
    /// A ring: what the training patients score against the hold-out.
    pub ring: Option<f64>,
    /// A dashed line: where an alarm begins.
    pub alarm: Option<f64>,
    /// Which way is better.
    pub better: Better,
}

impl Marks {
    /// Of a score.
    pub(super) fn of(score: &Score) -> Self {
        Self {
            value: score.value,
            interval: score.low.zip(score.high),
            floor: score.floor,
            ceiling: score.ceiling,
            ring: score.holdout,
            alarm: None,
            better: score.name.better(),
        }
    }

    fn all(&self) -> Vec<f64> {
        let ends = self.interval.map(|(low, high)| [low, high]).into_iter().flatten();
        let marks = [Some(self.value), self.floor, self.ceiling, self.ring, self.alarm];
        marks.into_iter().flatten().chain(ends).filter(|value| value.is_finite()).collect()
    }

    /// Whether smaller values are better here; 0.5 is best on the side where the marks are.
    fn falls(&self) -> bool {
        match self.better {
            Better::Higher => false,
            Better::Lower => true,
            Better::Half => {
                let furthest = self.all().into_iter().max_by(|a, b| (a - 0.5).abs().total_cmp(&(b - 0.5).abs()));
                furthest.is_some_and(|value| value > 0.5)
            }
        }
    }
}

/// The scale as a picture; nothing when the value is not known.
pub(super) fn strip(marks: &Marks, about: &str) -> Markup {
    let values = marks.all();
    if !marks.value.is_finite() || values.len() < 2 {
        return html! {};
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let room = (0.06 * (high - low)).max((NARROWEST - (high - low)) / 2.0);
    let (start, end) = if marks.falls() { (RIGHT, LEFT) } else { (LEFT, RIGHT) };
    let x = Scale::linear(low - room, high + room, start, end);
    let mut group = group_at(0.0, 0.0);
    draw(&mut group, marks, &x);
    html! { (PreEscaped(inline(SIZE.0, SIZE.1, about).add(group).to_string())) }
}

fn draw(group: &mut Group, marks: &Marks, x: &Scale) {
    let at = |value: Option<f64>| value.and_then(|value| x.at(value));
    put(group, line(LEFT, MIDDLE, RIGHT, MIDDLE, "axis"));
    if let (Some(floor), Some(ceiling)) = (at(marks.floor), at(marks.ceiling)) {
        put(group, bar(floor.min(ceiling), MIDDLE - 5.0, (ceiling - floor).abs(), 10.0, "band"));
    }
    for (value, class) in [(marks.floor, "floor"), (marks.ceiling, "ceiling"), (marks.alarm, "alarm")] {
        if let Some(value) = at(value) {
            put(group, line(value, MIDDLE - 9.0, value, MIDDLE + 9.0, class));
        }
    }
    if let Some((low, high)) = marks.interval
        && let (Some(low), Some(high)) = (x.at(low), x.at(high))
    {
        put(group, line(low, MIDDLE, high, MIDDLE, "whisker"));
    }
    if let Some(value) = at(Some(marks.value)) {
        let diamond = format!("M{} {}l7 7l-7 7l-7 -7z", pixel(value), pixel(MIDDLE - 7.0));
        put(group, Path::new().set("d", diamond).set("class", "value"));
    }
    // Last, and hollow: a good value lies on it.
    if let Some(ring) = at(marks.ring) {
        let circle = Circle::new().set("cx", pixel(ring)).set("cy", pixel(MIDDLE)).set("r", 4.5);
        put(group, circle.set("class", "ring"));
    }
}

/// The key to all scales of a page.
pub(super) fn key() -> Markup {
    let entry = |marks: Marks, text: &str| html! { span.key { (strip(&marks, text)) (text) } };
    let none = Marks {
        value: 0.5,
        interval: None,
        floor: None,
        ceiling: None,
        ring: None,
        alarm: None,
        better: Better::Higher,
    };
    html! {
        p.keys {
            (entry(Marks { interval: Some((0.3, 0.7)), ..none }, "synthetic patients, with the 95 % interval"))
            (entry(Marks { value: 0.8, floor: Some(0.1), ceiling: Some(0.9), ..none },
                "the band: from shuffled columns (floor, left) to one half of the real patients against the other (ceiling, right)"))
            (entry(Marks { value: 0.2, ring: Some(0.6), ..none }, "ring: training patients against the hold-out"))
        }
    }
}

/// What a screen reader says of a score.
pub(super) fn about(name: ScoreName) -> String {
    format!("{} between its floor and its ceiling", name.label())
}
