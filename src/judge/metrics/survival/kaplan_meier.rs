//! The survival curve (Kaplan and Meier 1958).

use super::{Followed, NORMAL_975};

/// What happens to the curve at a time with events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The time.
    pub time: f64,
    /// Patients followed until this time or longer.
    pub at_risk: usize,
    /// Events at this time.
    pub events: usize,
    /// S(t) from this time on, in [0, 1].
    pub survival: f64,
    /// Greenwood's variance of it: `S(t)² sum d / (n (n - d))`; NaN where nobody is left.
    pub variance: f64,
    /// Lower end of the 95 % interval, on the scale of log(-log S); NaN where nobody is left.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The product limit estimate `S(t) = prod (1 - d / n)` over the times with events until t.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KaplanMeier {
    /// One per time with events, in ascending order.
    pub steps: Vec<Step>,
    /// The longest time that anybody was followed; NaN without patients.
    pub last: f64,
}

impl KaplanMeier {
    /// The estimate of some patients. Whoever is censored at a time is at risk at this time.
    pub fn of(followed: &Followed) -> Self {
        let mut order: Vec<usize> = (0..followed.patients()).collect();
        order.sort_by(|&a, &b| followed.times[a].total_cmp(&followed.times[b]));
        let (mut at_risk, mut survival, mut sum) = (order.len(), 1.0, 0.0);
        let mut steps = Vec::new();
        for same in order.chunk_by(|&a, &b| followed.times[a] == followed.times[b]) {
            let events = same.iter().filter(|&&patient| followed.events[patient]).count();
            if events > 0 {
                let (d, n) = (events as f64, at_risk as f64);
                survival *= 1.0 - d / n;
                sum += d / (n * (n - d));
                let [low, high] = interval(survival, sum);
                let (time, variance) = (followed.times[same[0]], survival * survival * sum);
                steps.push(Step { time, at_risk, events, survival, variance, low, high });
            }
            at_risk -= same.len();
        }
        let last = order.last().map_or(f64::NAN, |&patient| followed.times[patient]);
        Self { steps, last }
    }

    /// The last step until a time.
    pub fn step(&self, time: f64) -> Option<&Step> {
        let after = self.steps.partition_point(|step| step.time <= time);
        after.checked_sub(1).map(|place| &self.steps[place])
    }

    /// S(t): 1 before the first event.
    pub fn at(&self, time: f64) -> f64 {
        self.step(time).map_or(1.0, |step| step.survival)
    }

    /// The first time at which S is at most 1/2, if it is reached.
    pub fn median(&self) -> Option<f64> {
        self.steps.iter().find(|step| step.survival <= 0.5).map(|step| step.time)
    }

    /// The largest |S_a(t) - S_b(t)| over the times until which patients of both tables were
    /// followed, and the first time at which it is reached; none where a table has no patient.
    pub fn largest_difference(&self, other: &Self) -> Option<(f64, f64)> {
        // `f64::min` would take the number of a NaN.
        if self.last.is_nan() || other.last.is_nan() {
            return None;
        }
        let end = self.last.min(other.last);
        let times = self.steps.iter().chain(&other.steps).map(|step| step.time);
        let mut times: Vec<f64> = times.filter(|&time| time <= end).collect();
        times.sort_by(f64::total_cmp);
        let far = |time: f64| ((self.at(time) - other.at(time)).abs(), time);
        let first = (0.0, 0.0);
        Some(times.into_iter().map(far).fold(first, |a, b| if b.0 > a.0 { b } else { a }))
    }
}

/// `S^exp(± z sqrt(sum) / log S)`.
fn interval(survival: f64, sum: f64) -> [f64; 2] {
    if survival <= 0.0 {
        return [f64::NAN; 2];
    }
    let log = survival.ln();
    [-1.0, 1.0].map(|sign: f64| (log * (sign * NORMAL_975 * sum.sqrt() / log).exp()).exp())
}
