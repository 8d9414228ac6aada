//! A score on a scale between its floor and its ceiling; better is always to the right.

use crate::chart::scale::Scale;
use crate::chart::shape::{bar, group_at, inline, line, pixel, put};
use judge::evaluation::{Better, Score, ScoreName};
use maud::{Markup, PreEscaped, html};
use svg::node::element::{Circle, Group, Path};

const SIZE: (f64, f64) = (240.0, 34.0);
const LEFT: f64 = 10.0;
const RIGHT: f64 = 230.0;
const MIDDLE: f64 = 17.0;
/// At least so wide a range of values is shown, so that noise does not look like a difference.
const NARROWEST: f64 = 0.05;

/// Which way values get better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Upwards.
    Up,
    /// Downwards.
    Down,
    /// Towards 0.5 from both sides: the scale shows the distance from it.
    ToHalf,
}

impl From<Better> for Direction {
    fn from(better: Better) -> Self {
        match better {
            Better::Higher => Self::Up,
            Better::Lower => Self::Down,
            Better::Half => Self::ToHalf,
        }
    }
}

/// The marks on a scale.
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
    pub direction: Direction,
}

impl Marks {
    /// The marks of a score.
    /// Shuffled columns are no worse for privacy than real ones, so scores of privacy have no band.
    pub(super) fn of(score: &Score) -> Self {
        Self {
            value: score.value,
            interval: score.low.zip(score.high),
            floor: score.floor.filter(|_| !score.name.is_privacy()),
            ceiling: score.ceiling,
            ring: score.holdout,
            alarm: None,
            direction: score.name.better().into(),
        }
    }

    /// The marks as distances from 0.5 where that counts, without values that are not finite.
    fn placed(self) -> Self {
        let to_half = self.direction == Direction::ToHalf;
        let place = |value: f64| if to_half { (value - 0.5).abs() } else { value };
        let optional = |value: Option<f64>| value.filter(|value| value.is_finite()).map(place);
        let interval = self.interval.filter(|(low, high)| low.is_finite() && high.is_finite()).map(
            |(low, high)| {
                let (a, b) = (place(low), place(high));
                let spans = to_half && low < 0.5 && high > 0.5;
                (if spans { 0.0 } else { a.min(b) }, a.max(b))
            },
        );
        Self {
            value: place(self.value),
            interval,
            floor: optional(self.floor),
            ceiling: optional(self.ceiling),
            ring: optional(self.ring),
            alarm: optional(self.alarm),
            direction: if to_half { Direction::Down } else { self.direction },
        }
    }

    fn all(&self) -> Vec<f64> {
        let ends = self.interval.map(|(low, high)| [low, high]).into_iter().flatten();
        let marks = [Some(self.value), self.floor, self.ceiling, self.ring, self.alarm];
        marks.into_iter().flatten().chain(ends).collect()
    }
}

/// The scale as a picture; nothing when the value is not known.
pub(super) fn strip(marks: &Marks, about: &str) -> Markup {
    let marks = &marks.placed();
    let values = marks.all();
    if !marks.value.is_finite() || values.len() < 2 {
        return html! {};
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let room = (0.06 * (high - low)).max((NARROWEST - (high - low)) / 2.0);
    let (start, end) =
        if marks.direction == Direction::Down { (RIGHT, LEFT) } else { (LEFT, RIGHT) };
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
    for (value, class) in
        [(marks.floor, "floor"), (marks.ceiling, "ceiling"), (marks.alarm, "alarm")]
    {
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
    // The ring is drawn last, and hollow, because a good value lies on it.
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
        direction: Direction::Up,
    };
    html! {
        p.keys {
            (entry(Marks { interval: Some((0.3, 0.7)), ..none },
                "synthetic patients, with the 95 % interval"))
            (entry(Marks { value: 0.8, floor: Some(0.1), ceiling: Some(0.9), ..none },
                "the band: from shuffled columns (floor, left) to one half of the real patients \
                 against the other (ceiling, right)"))
            (entry(Marks { value: 0.2, ring: Some(0.6), ..none },
                "ring: training patients against the hold-out"))
        }
    }
}

/// What a screen reader says of a score.
pub(super) fn about(name: ScoreName) -> String {
    format!("{} between its floor and its ceiling", name.label())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(value: f64, direction: Direction) -> Marks {
        let interval = Some((0.46, 0.58));
        Marks {
            value,
            interval,
            floor: Some(0.74),
            ceiling: Some(0.499),
            ring: None,
            alarm: None,
            direction,
        }
    }

    #[test]
    fn towards_one_half_both_sides_count_the_same() {
        let placed = marks(0.343, Direction::ToHalf).placed();
        assert_eq!(placed.direction, Direction::Down);
        assert!((placed.value - 0.157).abs() < 1e-12 && placed.value > placed.ceiling.unwrap());
        // An interval around 0.5 begins at a distance of 0 and ends at its farther end.
        let (low, high) = placed.interval.unwrap();
        assert!(low == 0.0 && (high - 0.08).abs() < 1e-12);
    }

    #[test]
    fn other_directions_leave_the_values() {
        let placed = marks(0.343, Direction::Up).placed();
        assert_eq!(
            (placed.value, placed.floor, placed.direction),
            (0.343, Some(0.74), Direction::Up)
        );
    }

    #[test]
    fn what_is_not_known_has_no_scale() {
        let nothing = Marks { floor: Some(f64::NAN), ..marks(f64::NAN, Direction::Up) };
        assert_eq!(strip(&nothing, "").into_string(), "");
        assert_eq!(nothing.placed().floor, None);
    }
}
