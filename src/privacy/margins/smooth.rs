//! The smooth density that explains a noisy histogram best.
//!
//! The logarithm of the density is penalised where it bends: second differences d cost
//! `sqrt(1 + (d / 0.1)^2) - 1` each, about the square of small ones and the size of large ones, so
//! that a jump is paid once.
//! A density that is exponential on the scale of their places costs nothing.
//! Where logarithms spread evenly, a bend upwards costs [`UPWARDS`] times as much: sizes that vary
//! by factors have one mode, and tails that fall ever faster or as a power.
//! The minimum is found by damped Gauss-Newton steps (Levenberg 1944, Marquardt 1963).

use nalgebra::{DMatrix, DVector};
use std::ops::Range;

/// A second difference of the log density below this counts by its square.
const BEND: f64 = 0.1;

/// The same for the logarithm of a spike over its neighbours.
const LEAP: f64 = 1.0;

/// The same for the difference of that of neighbouring heaps: people round alike everywhere.
const HEAP: f64 = 0.3;

/// A bend upwards costs so many times one downwards, where a density is to be concave.
///
/// Of made-up releases of logarithmic columns at epsilon 3, 5 % had a standard deviation more than
/// 1.6 times too large; so it is 1 %, at the same distance to the truth.
const UPWARDS: f64 = 10.0;

/// Most Gauss-Newton steps; some 20 are usual.
const MOST_STEPS: usize = 100;

/// A step with more damping than that leads nowhere.
const MOST_DAMPING: f64 = 1e9;

/// Where the objective falls by less than this part, it has ended.
const ENDED: f64 = 1e-8;

/// What a release tells of a histogram h (m bins): `sums = B h + noise`.
pub(super) struct Evidence<'a> {
    /// Noisy sums, in patients.
    pub(super) sums: &'a [f64],
    /// First column of B, a lower triangular Toeplitz matrix with a diagonal of ones.
    pub(super) root: &'a [f64],
    /// Standard deviation of the noise.
    pub(super) sd: f64,
    /// Sum of h.
    pub(super) total: f64,
    /// Bins that may hold something.
    pub(super) support: Range<usize>,
    /// The mean number of a bin, from elsewhere, with its standard deviation.
    pub(super) mean: Option<[f64; 2]>,
}

impl Evidence<'_> {
    /// The counts without any knowledge of their shape: `B^-1 sums`.
    pub(super) fn counts(&self) -> Vec<f64> {
        let mut counts: Vec<f64> = Vec::with_capacity(self.sums.len());
        for (k, sum) in self.sums.iter().enumerate() {
            let known: f64 =
                counts.iter().zip(self.root[1..=k].iter().rev()).map(|(h, b)| h * b).sum();
            counts.push(sum - known);
        }
        counts
    }

    /// `B shares`, of shares of the support alone.
    fn roots(&self, shares: &DVector<f64>) -> DVector<f64> {
        let Range { start, end } = self.support;
        let at = |k: usize, j: usize| self.root[k - j] * shares[j - start];
        let below = |k: usize| start..end.min(k + 1);
        DVector::from_fn(self.sums.len(), |k, _| below(k).map(|j| at(k, j)).sum())
    }

    /// What the shares leave unexplained, in standard deviations.
    fn residuals(&self, shares: &DVector<f64>) -> DVector<f64> {
        let mut residuals = self.roots(shares) * self.total;
        residuals.iter_mut().zip(self.sums).for_each(|(r, sum)| *r = (*r - sum) / self.sd);
        if let Some([mean, sd]) = self.mean {
            residuals = residuals.push((self.mean_of(shares) - mean) / sd);
        }
        residuals
    }

    /// Derivatives of the residuals by the logarithms of the shares before they are made to sum
    /// to 1.
    fn jacobian(&self, shares: &DVector<f64>) -> DMatrix<f64> {
        let (rows, roots, mean) = (self.sums.len(), self.roots(shares), self.mean_of(shares));
        let scale = self.total / self.sd;
        let columns = self.support.len();
        let with_mean = usize::from(self.mean.is_some());
        DMatrix::from_fn(rows + with_mean, columns, |i, column| {
            let j = self.support.start + column;
            match self.mean {
                Some([_, sd]) if i == rows => shares[column] * (j as f64 - mean) / sd,
                _ => {
                    let direct = if i >= j { self.root[i - j] } else { 0.0 };
                    scale * shares[column] * (direct - roots[i])
                }
            }
        })
    }

    /// The mean number of a bin.
    fn mean_of(&self, shares: &DVector<f64>) -> f64 {
        let numbers = self.support.clone();
        numbers.zip(shares).map(|(k, share)| k as f64 * share).sum()
    }
}

/// A weighted sum of log densities that should be near zero; above it costs `upwards` as much.
struct Bend {
    at: Vec<(usize, f64)>,
    offset: f64,
    scale: f64,
    upwards: f64,
}

impl Bend {
    fn of(&self, logs: &DVector<f64>) -> f64 {
        let sum: f64 = self.at.iter().map(|(k, weight)| weight * logs[*k]).sum();
        (sum + self.offset) / self.scale
    }

    fn strength(&self, value: f64) -> f64 {
        if value > 0.0 { self.upwards } else { 1.0 }
    }
}

/// What is expected of the shape of a density.
pub(super) struct Shape {
    /// Logarithm of the values in each bin.
    logs_of_values: DVector<f64>,
    bends: Vec<Bend>,
    /// Where the spikes' own ones begin among them.
    spikes: usize,
    strength: f64,
}

impl Shape {
    /// A density that is smooth over the places of the bins (ascending, one apart at the start),
    /// which hold so many values each; spikes stand beside it, and differ from their neighbours'
    /// counts by a factor that costs its logarithm.
    pub(super) fn new(places: &[f64], values: &[f64], spikes: &[bool], strength: f64) -> Self {
        let plain: Vec<usize> = (0..values.len()).filter(|k| !spikes[*k]).collect();
        let second = |w: &[usize]| {
            let [before, after] = [[w[0], w[1]], [w[1], w[2]]].map(|[a, b]| match spikes[a + 1] {
                // A spike is not between its neighbours.
                true => 1.0,
                false => 1.0 / (places[b] - places[a]),
            });
            let at = vec![(w[0], before), (w[1], -before - after), (w[2], after)];
            Bend { at, offset: 0.0, scale: BEND, upwards: 1.0 }
        };
        let mut bends: Vec<Bend> = plain.windows(3).map(second).collect();
        let first_spike = bends.len();
        for k in (0..values.len()).filter(|k| spikes[*k]) {
            let beside: Vec<usize> = [k.checked_sub(1), Some(k + 1)]
                .into_iter()
                .flatten()
                .filter(|b| plain.contains(b))
                .collect();
            let part = -1.0 / beside.len().max(1) as f64;
            let offset =
                beside.iter().map(|b| part * values[*b].ln()).sum::<f64>() + values[k].ln();
            let at = beside.iter().map(|b| (*b, part)).chain([(k, 1.0)]).collect();
            bends.push(Bend { at, offset, scale: LEAP, upwards: 1.0 });
        }
        let logs_of_values = DVector::from_fn(values.len(), |k, _| values[k].ln());
        Self { logs_of_values, bends, spikes: first_spike, strength }
    }

    /// The same for spikes that people's rounding made: each is above its neighbours about as much
    /// as the one before it (digit preference, Camarda, Eilers and Gampe 2008).
    /// Those that are declared beside stand alone.
    pub(super) fn with_heaps(mut self, declared: &[bool]) -> Self {
        let is_heap =
            |bend: &usize| self.bends[*bend].at.last().is_some_and(|(bin, _)| !declared[*bin]);
        let heaps: Vec<usize> = (self.spikes..self.bends.len()).filter(is_heap).collect();
        for pair in heaps.windows(2).rev() {
            let [before, this] = [&self.bends[pair[0]], &self.bends[pair[1]]];
            let minus = before.at.iter().map(|(bin, weight)| (*bin, -weight));
            let at = this.at.iter().copied().chain(minus).collect();
            let offset = this.offset - before.offset;
            self.bends[pair[1]] = Bend { at, offset, scale: HEAP, upwards: 1.0 };
        }
        self
    }

    /// The same for a density whose logarithm bends downwards, but for what the evidence tells.
    pub(super) fn concave(mut self) -> Self {
        self.bends[..self.spikes].iter_mut().for_each(|bend| bend.upwards = UPWARDS);
        self
    }

    fn shares(&self, logs: &DVector<f64>) -> DVector<f64> {
        let logits = logs + &self.logs_of_values;
        let most = logits.max();
        let shares = logits.map(|logit| (logit - most).exp());
        let sum = shares.sum();
        shares / sum
    }

    fn penalty(&self, logs: &DVector<f64>) -> f64 {
        let cost =
            |bend: &Bend| bend.strength(bend.of(logs)) * (1.0_f64.hypot(bend.of(logs)) - 1.0);
        self.strength * self.bends.iter().map(cost).sum::<f64>()
    }

    /// Adds the penalty's gradient, and the Hessian of the parabola that lies above it.
    fn add_to(&self, logs: &DVector<f64>, gradient: &mut DVector<f64>, hessian: &mut DMatrix<f64>) {
        for bend in &self.bends {
            let value = bend.of(logs);
            let strength = self.strength * bend.strength(value);
            let weight = strength / 1.0_f64.hypot(value) / bend.scale;
            for (i, a) in &bend.at {
                gradient[*i] += weight * value * a;
                bend.at.iter().for_each(|(j, b)| hessian[(*i, *j)] += weight * a * b / bend.scale);
            }
        }
    }
}

/// The shares of the support's bins that are most probable, and the objective there.
pub(super) fn density(evidence: &Evidence, shape: &Shape) -> (Vec<f64>, f64) {
    let mut logs = start(evidence) - &shape.logs_of_values;
    let mut least = objective(evidence, shape, &logs);
    let mut damping = 1e-3;
    for _ in 0..MOST_STEPS {
        let Some((next, value)) = step(evidence, shape, (&logs, least), &mut damping) else {
            break;
        };
        let fall = least - value;
        (logs, least) = (next, value);
        if fall < ENDED * (1.0 + least) {
            break;
        }
    }
    (shape.shares(&logs).iter().copied().collect(), least)
}

/// Half the squared residuals and the penalty.
fn objective(evidence: &Evidence, shape: &Shape, logs: &DVector<f64>) -> f64 {
    0.5 * evidence.residuals(&shape.shares(logs)).norm_squared() + shape.penalty(logs)
}

/// Log densities with a lower objective, and that; `None` where no step leads to any.
fn step(
    evidence: &Evidence,
    shape: &Shape,
    (logs, least): (&DVector<f64>, f64),
    damping: &mut f64,
) -> Option<(DVector<f64>, f64)> {
    let shares = shape.shares(logs);
    let jacobian = evidence.jacobian(&shares);
    let mut gradient = jacobian.tr_mul(&evidence.residuals(&shares));
    let mut hessian = jacobian.tr_mul(&jacobian);
    shape.add_to(logs, &mut gradient, &mut hessian);
    while *damping < MOST_DAMPING {
        let next = damped(&hessian, *damping, &gradient).map(|step| logs - step);
        let found = next.map(|next| (objective(evidence, shape, &next), next));
        match found {
            Some((value, next)) if value < least => {
                *damping = (*damping * 0.2).max(1e-9);
                return Some((next, value));
            }
            _ => *damping *= 5.0,
        }
    }
    None
}

/// The step of a damped Hessian; `None` where rounding left it without a factor.
fn damped(hessian: &DMatrix<f64>, damping: f64, gradient: &DVector<f64>) -> Option<DVector<f64>> {
    let mut hessian = hessian.clone();
    let scale = hessian.diagonal().mean().max(1e-9);
    hessian
        .iter_mut()
        .step_by(gradient.len() + 1)
        .for_each(|diagonal| *diagonal += damping * scale);
    hessian.cholesky().map(|factor| factor.solve(gradient))
}

/// Log shares of the normal distribution with the moments of the counts that are clearly above the
/// noise.
fn start(evidence: &Evidence) -> DVector<f64> {
    let counts = &evidence.counts()[evidence.support.clone()];
    let counts: Vec<f64> =
        counts.iter().map(|count| (count - evidence.sd).max(0.0) + 1e-3).collect();
    let sum: f64 = counts.iter().sum();
    let moment = |of: &dyn Fn(f64) -> f64| {
        counts.iter().enumerate().map(|(k, count)| of(k as f64) * count).sum::<f64>() / sum
    };
    let mean = moment(&|k| k);
    let sd = moment(&|k| (k - mean).powi(2)).sqrt().max(0.7);
    DVector::from_fn(counts.len(), |k, _| -0.5 * ((k as f64 - mean) / sd).powi(2))
}

#[cfg(test)]
#[path = "smooth_tests.rs"]
mod tests;
