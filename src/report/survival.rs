//! What may be shown of the survival of real patients.
//!
//! A Kaplan-Meier curve steps down at single patients' times.
//! So for anyone the curve of real patients is known at round times alone, between two of which
//! nobody or at least five patients have the event, and until which at least five patients were
//! followed.
//! Its values have three decimals.

use crate::chart::scale::nice_step;
use crate::disclosure::{Audience, Count, SMALLEST_GROUP};
use judge::evaluation::survival::{Group, Hazards};

/// Round times that are tried.
const TIMES: f64 = 60.0;

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The time.
    pub time: f64,
    /// S(t).
    pub survival: f64,
    /// The ends of its 95 % interval, where there is one.
    pub interval: Option<[f64; 2]>,
}

/// The curve of real patients for anyone, from time 0 on; empty where too few have the event.
/// Between its points nothing is known.
pub fn coarse_curve(group: &Group) -> Vec<Point> {
    let curve = &group.curve;
    let step = nice_step(curve.last / TIMES);
    if !(step > 0.0 && step.is_finite() && group.five > 0.0) {
        return Vec::new();
    }
    let events = |from: f64, to: f64| -> usize {
        let steps = curve.steps.iter().filter(|step| from < step.time && step.time <= to);
        steps.map(|step| step.events).sum()
    };
    let allowed = |count: usize| Count::of(count) == Count::Exact(count);
    // Events at time 0 belong to the first step.
    let mut shown = vec![(f64::NEG_INFINITY, 0)];
    for round in (1..).map(|place| f64::from(place) * step).take_while(|time| *time <= group.five) {
        let since = events(shown.last().map_or(f64::NEG_INFINITY, |last| last.0), round);
        if allowed(since) {
            shown.push((round, since));
        }
    }
    if shown.iter().map(|(_, events)| events).sum::<usize>() < SMALLEST_GROUP {
        return Vec::new();
    }
    let start = Point { time: 0.0, survival: 1.0, interval: None };
    let points = shown[1..].iter().map(|&(time, _)| point(group, time, thousandths));
    std::iter::once(start).chain(points).collect()
}

/// The points where a curve steps down, from time 0 on; for the owner of the table.
pub fn exact_curve(group: &Group) -> Vec<Point> {
    let start = Point { time: 0.0, survival: 1.0, interval: None };
    let steps = group.curve.steps.iter().map(|step| point(group, step.time, |value| value));
    let end = point(group, group.curve.last, |value| value);
    std::iter::once(start).chain(steps).chain(end.time.is_finite().then_some(end)).collect()
}

fn point(group: &Group, time: f64, rounded: fn(f64) -> f64) -> Point {
    let step = group.curve.step(time);
    let ends = step.map(|step| [step.low, step.high]);
    let interval = ends.filter(|ends| ends.iter().all(|end| end.is_finite()));
    Point {
        time,
        survival: rounded(group.curve.at(time)),
        interval: interval.map(|ends| ends.map(rounded)),
    }
}

/// Three decimals, or what is no number as it is.
pub(crate) fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The real patients and those of them with the event, for an audience.
/// The former is a bound where one to four are left out, because the number of rows is known.
/// The latter is none where they, or the patients without the event, are one to four.
pub(crate) fn sizes(group: &Group, audience: Audience) -> (Count, Option<usize>) {
    let exact = |patients: usize| audience.count(patients).is_exact();
    let patients = match exact(group.left_out) {
        true => audience.count(group.patients),
        false => {
            let rows = group.patients + group.left_out;
            Count::AtLeast(rows.saturating_sub(SMALLEST_GROUP - 1))
        }
    };
    let known = exact(group.events) && exact(group.patients - group.events);
    (patients, known.then_some(group.events))
}

/// Whether anyone may know how many patients, and how many with the event, miss no covariate: with
/// the numbers of all it says how many miss one.
pub(crate) fn shows_complete(hazards: &Hazards, group: &Group, audience: Audience) -> bool {
    let events = group.events.saturating_sub(hazards.events);
    let all = group.patients.saturating_sub(hazards.patients);
    let parts = [group.left_out, events, all, all.saturating_sub(events)];
    parts.iter().all(|&part| audience.count(part).is_exact())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(patients: usize, events: usize, left_out: usize) -> Group {
        Group { patients, events, left_out, curve: Default::default(), five: f64::NAN }
    }

    #[test]
    fn no_subtraction_gives_one_to_four_patients_away() {
        let of = |patients, events, left_out| {
            let group = group(patients, events, left_out);
            sizes(&group, Audience::Anyone)
        };
        assert_eq!(of(90, 40, 10), (Count::Exact(90), Some(40)));
        // Of 100 rows 97 or 98 are shown alike.
        assert_eq!(of(97, 40, 3), (Count::AtLeast(96), Some(40)));
        assert_eq!(of(98, 40, 2), (Count::AtLeast(96), Some(40)));
        assert_eq!(of(90, 4, 10).1, None);
        assert_eq!(of(90, 88, 10).1, None);
        assert_eq!(sizes(&group(97, 2, 3), Audience::Owner), (Count::Exact(97), Some(2)));
    }
}
