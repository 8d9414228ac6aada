//! What noisy releases prove together.
//!
//! Two tables are neighbours if one has one patient more.
//! A release is a vector of sums of integers, to each of which discrete Gaussian noise is added.
//!
//! **Gaussian privacy.**
//! With rounded continuous noise it would be the Gaussian mechanism, followed by rounding, which
//! sees no patient.
//! So it would have Gaussian differential privacy with `mu = sqrt(sum_i (d_i / s_i)^2)`, where
//! `d_i` is what a patient changes of number i and `s_i` the standard deviation of its noise (Dong,
//! Roth and Su 2022).
//! Releases add up their `mu^2`, also where a later one depends on an earlier one.
//!
//! **Discrete noise.**
//! The total variation between discrete Gaussian noise and rounded continuous noise of variance
//! `s^2` is at most `1 / (2 s^2)` for `s >= 2` ([`discreteness`] says why).
//! So `delta` grows by at most `(1 + e^epsilon)` times the sum of that over all numbers.
//! Units are so small that this is below a tenth of `delta`, which is kept back for it.
//!
//! **Concentrated privacy.**
//! Discrete noise also satisfies zCDP with `rho = mu^2 / 2` exactly (Canonne, Kamath and Steinke
//! 2020, theorem 14).
//! For a large `epsilon` that proves more than the way above.

use statrs::distribution::{ContinuousCDF, Normal};

/// The part of `delta` that is kept back for the noise being discrete.
const KEPT_BACK: f64 = 0.1;

/// The smallest `mu` that is of any use: its noise is a thousand patients wide.
const LEAST_MU: f64 = 1e-3;

/// The largest `epsilon` that is proved by Gaussian privacy; larger ones are proved by zCDP.
const MOST_GAUSSIAN: f64 = 12.0;

/// A budget, and how it is proved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// The bound on how much more likely any outcome is with a patient than without, as a
    /// logarithm.
    pub epsilon: f64,
    /// The probability with which that may fail.
    pub delta: f64,
    /// `mu` of all releases together.
    pub mu: f64,
    proof: Proof,
}

/// What proves a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Gaussian,
    Concentrated,
}

impl Budget {
    /// All that may be spent for `epsilon` at `delta`.
    ///
    /// Errors say which of the two makes no sense: `epsilon` must be above 0 and at most 100,
    /// `delta` at least 1e-12 and at most 0.001.
    pub fn new(epsilon: f64, delta: f64) -> Result<Self, String> {
        if !(epsilon > 0.0 && epsilon <= 100.0) {
            return Err(format!("epsilon must be above 0 and at most 100, not {epsilon}"));
        }
        if !(1e-12..=1e-3).contains(&delta) {
            return Err(format!("delta must be at least 1e-12 and at most 0.001, not {delta}"));
        }
        let proof = if epsilon <= MOST_GAUSSIAN { Proof::Gaussian } else { Proof::Concentrated };
        let budget = Self::by(proof, epsilon, delta);
        if budget.mu < LEAST_MU {
            let problem = "the noise would be wider than a thousand patients";
            return Err(format!("epsilon {epsilon} at delta {delta} is too small: {problem}"));
        }
        Ok(budget)
    }

    /// The same budget, proved by zCDP whatever the noise: it allows less of it.
    pub fn concentrated(&self) -> Self {
        Self::by(Proof::Concentrated, self.epsilon, self.delta)
    }

    fn by(proof: Proof, epsilon: f64, delta: f64) -> Self {
        let too_much = |mu: f64| match proof {
            Proof::Gaussian => gaussian_delta(mu, epsilon) > delta * (1.0 - KEPT_BACK),
            Proof::Concentrated => concentrated_delta(mu * mu / 2.0, epsilon) > delta,
        };
        // From below: what is spent proves the budget.
        let mu = bisect(too_much, 0.0, 40.0) * (1.0 - 1e-6);
        Self { epsilon, delta, mu, proof }
    }

    /// `mu` of a release that gets a share of `mu^2`.
    pub fn share(&self, share: f64) -> f64 {
        self.mu * share.sqrt()
    }

    /// Whether noise that is so far from rounded continuous noise in total variation, over all
    /// releases, is covered by what is kept back.
    pub fn covers(&self, apart: f64) -> bool {
        apart <= self.apart()
    }

    /// The largest total variation that is covered.
    fn apart(&self) -> f64 {
        match self.proof {
            Proof::Gaussian => KEPT_BACK * self.delta / (1.0 + self.epsilon.exp()),
            Proof::Concentrated => f64::INFINITY,
        }
    }

    /// The largest area under the curve with which anyone guesses whether a patient was in the
    /// table, who knows all the others.
    ///
    /// By Gaussian privacy it is `Phi(mu / sqrt 2)`, and discrete noise adds its total variation.
    /// Otherwise it follows from `epsilon` and `delta` alone: a test with false positives a misses
    /// at least `1 - delta - e^epsilon a` and `e^-epsilon (1 - delta - a)`.
    pub fn membership_auc(&self) -> f64 {
        match self.proof {
            Proof::Gaussian => Normal::standard().cdf(self.mu / 2f64.sqrt()) + self.apart(),
            Proof::Concentrated => {
                let (times, rest) = (self.epsilon.exp(), 1.0 - self.delta);
                let corner = rest / (1.0 + times);
                let missed = rest * corner - times * corner * corner / 2.0
                    + (rest - corner).powi(2) / times / 2.0;
                1.0 - missed
            }
        }
    }
}

/// What was spent on some patients at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// The epsilon that was proved.
    pub epsilon: f64,
    /// Gaussian privacy of all that was released.
    pub mu: f64,
    /// The total variation between its noise and rounded continuous noise, at most.
    pub apart: f64,
}

/// The epsilon that is proved of all that was spent on the same patients together, at `delta`: no
/// less than the largest of theirs, and 0 for nothing.
pub fn together(spent: &[Spent], delta: f64) -> f64 {
    let mu = spent.iter().map(|spent| spent.mu.powi(2)).sum::<f64>().sqrt();
    if mu == 0.0 {
        return 0.0;
    }
    let apart: f64 = spent.iter().map(|spent| spent.apart).sum();
    let proved =
        |epsilon: &f64| gaussian_delta(mu, *epsilon) + (1.0 + epsilon.exp()) * apart <= delta;
    let gaussian = (0..=20_000).map(|step| f64::from(step) * 1e-3).find(proved);
    let concentrated = concentrated_epsilon(mu * mu / 2.0, delta);
    let largest = spent.iter().map(|spent| spent.epsilon).fold(0.0, f64::max);
    gaussian.map_or(concentrated, |epsilon| epsilon.min(concentrated)).max(largest)
}

/// The most by which discrete Gaussian noise of this variance differs from rounded continuous noise
/// in total variation, for a variance of at least 4.
///
/// Proof: let `a_k = exp(-k^2 / 2 s^2)` and `b_k` its integral over `k - 1/2 .. k + 1/2`.
/// Then `b_k / a_k` is the mean of `exp(-t^2 / 2 s^2) cosh(k t / s^2)` over `t`, so it lies between
/// `1 - 1 / 8 s^2` and `1 + k^2 cosh(k / 2 s^2) / 24 s^4`.
/// Discrete Gaussian noise is subgaussian (Canonne, Kamath and Steinke 2020), so the mean of
/// `k^2 cosh(k / 2 s^2)` is at most `5.3 s^2`, and the mean of `|b_k / a_k - 1|` at most
/// `0.35 / s^2`.
/// The totals of both differ by no more, so the total variation is at most that.
pub fn discreteness(variance: f64) -> f64 {
    0.5 / variance
}

/// `delta` of `mu` at `epsilon`:
/// `Phi(-epsilon / mu + mu / 2) - e^epsilon Phi(-epsilon / mu - mu / 2)`.
pub fn gaussian_delta(mu: f64, epsilon: f64) -> f64 {
    let below = |x: f64| Normal::standard().cdf(x);
    below(-epsilon / mu + mu / 2.0) - epsilon.exp() * below(-epsilon / mu - mu / 2.0)
}

/// Least `epsilon` of `mu` at `delta`.
pub fn gaussian_epsilon(mu: f64, delta: f64) -> f64 {
    if gaussian_delta(mu, 0.0) <= delta {
        return 0.0;
    }
    bisect(|epsilon| gaussian_delta(mu, epsilon) <= delta, 0.0, mu * mu + 20.0 * mu)
}

/// Least `delta` for which zCDP with this `rho` proves (`epsilon`, `delta`).
///
/// It is the infimum over `a > 1` of
/// `exp((a - 1) (a rho - epsilon)) / (a - 1) * (1 - 1 / a)^a`
/// (Canonne, Kamath and Steinke 2020, corollary 13).
pub fn concentrated_delta(rho: f64, epsilon: f64) -> f64 {
    let log_delta = |log_order: f64| {
        let beyond = log_order.exp();
        let order = 1.0 + beyond;
        beyond * (order * rho - epsilon) - beyond.ln() + order * (-1.0 / order).ln_1p()
    };
    least(log_delta, -14.0, 14.0).min(0.0).exp()
}

/// Least `epsilon` that zCDP with this `rho` proves at `delta`.
pub fn concentrated_epsilon(rho: f64, delta: f64) -> f64 {
    if concentrated_delta(rho, 0.0) <= delta {
        return 0.0;
    }
    // The usual bound, rho + 2 sqrt(rho ln(1 / delta)), is never below.
    let bound = rho + 2.0 * (rho * (1.0 / delta).ln()).sqrt();
    bisect(|epsilon| concentrated_delta(rho, epsilon) <= delta, 0.0, bound)
}

/// The least value of a function with one minimum.
fn least(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let (mut a, mut b) = (low, high);
    for _ in 0..120 {
        let width = golden * (b - a);
        let (x, y) = (b - width, a + width);
        if f(x) <= f(y) { b = y } else { a = x }
    }
    f((a + b) / 2.0)
}

/// Where a condition begins to hold, from the side on which it does.
fn bisect(holds: impl Fn(f64) -> bool, low: f64, high: f64) -> f64 {
    let (mut fails, mut holding) = (low, high);
    for _ in 0..200 {
        let middle = (fails + holding) / 2.0;
        if holds(middle) { holding = middle } else { fails = middle }
    }
    holding
}

#[cfg(test)]
mod tests;
