//! What may be shown of the survival of real patients.
//!
//! A Kaplan-Meier curve steps down at single patients' times.
//! So for anyone the curve of real patients is known at round times alone, between two of which
//! nobody or at least five patients have the event, and until which at least five patients were
//! followed.
//! Its values have three decimals.

use crate::chart::scale::nice_step;
use crate::disclosure::{Audience, Count, SMALLEST_GROUP};
use judge::evaluation::survival::Group;

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
/// The latter is none where they, or the patients without the event, are one to four.
pub(crate) fn sizes(group: &Group, audience: Audience) -> (Count, Option<usize>) {
    let parts = [group.events, group.patients - group.events];
    let known = parts.iter().all(|&part| audience.count(part).is_exact());
    (audience.count(group.patients), known.then_some(group.events))
}
