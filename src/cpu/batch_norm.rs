//! Batch normalisation with leaky ReLU in one pass over strips of columns: twin of `shaders/batch_norm.wgsl`.

use super::Real;
use super::strips::{Columns, STRIP, for_each_strip};

/// The constants of a layer.
#[derive(Clone, Copy)]
pub(super) struct Constants {
    pub(super) momentum: f64,
    pub(super) epsilon: f64,
    pub(super) slope: f64,
}

/// What the layer keeps from batch to batch; all of `features` numbers.
pub(super) struct Running<'a, T> {
    pub(super) mean: &'a mut [T],
    pub(super) var: &'a mut [T],
}

/// Adds `f(row)` of the rows of a strip to `sum`.
fn accumulate<T: Real>(
    x: &[T],
    features: usize,
    [first, last]: [usize; 2],
    sum: &mut [T; STRIP],
    f: impl Fn(usize, T) -> T,
) {
    for x in x.chunks_exact(features) {
        for (j, (sum, x)) in sum.iter_mut().zip(&x[first..last]).enumerate() {
            *sum += f(j, *x);
        }
    }
}

/// [`Op::BatchNormForward`](crate::op::Op::BatchNormForward) for one model.
pub(super) fn forward<T: Real>(
    x: &[T],
    [gamma, beta]: [&[T]; 2],
    running: Running<T>,
    statistics: &mut [T],
    y: &mut [T],
    groups: usize,
    constants: Constants,
) {
    let features = gamma.len();
    let group_len = x.len() / groups;
    let count = T::from_f64((group_len / features) as f64);
    let [momentum, epsilon, slope] = [constants.momentum, constants.epsilon, constants.slope].map(T::from_f64);
    let keep = T::from_f64(1.0 - constants.momentum);
    let (y, statistics) = (Columns::new(y, features), Columns::new(statistics, features));
    let (running_mean, running_var) = (Columns::new(running.mean, features), Columns::new(running.var, features));
    for_each_strip(features, |first, last| {
        // SAFETY: strips are disjoint, and one strip takes each row range once at a time.
        let (run_mean, run_var) = unsafe { (running_mean.row(0, first, last), running_var.row(0, first, last)) };
        for (group, x) in x.chunks_exact(group_len).enumerate() {
            let (mut mean, mut var) = ([T::zero(); STRIP], [T::zero(); STRIP]);
            accumulate(x, features, [first, last], &mut mean, |_, x| x);
            mean.iter_mut().for_each(|m| *m = *m / count);
            accumulate(x, features, [first, last], &mut var, |j, x| (x - mean[j]) * (x - mean[j]));
            // SAFETY: as above; the two rows of the group's statistics differ.
            let (kept_mean, kept_rstd) =
                unsafe { (statistics.row(2 * group, first, last), statistics.row(2 * group + 1, first, last)) };
            let (mut scale, mut shift) = ([T::zero(); STRIP], [T::zero(); STRIP]);
            for j in 0..last - first {
                let variance = var[j] / count;
                kept_mean[j] = mean[j];
                kept_rstd[j] = T::one() / (variance + epsilon).sqrt();
                scale[j] = gamma[first + j] * kept_rstd[j];
                shift[j] = beta[first + j];
                run_mean[j] = momentum * run_mean[j] + keep * mean[j];
                run_var[j] = momentum * run_var[j] + keep * variance;
            }
            for (row, x) in x.chunks_exact(features).enumerate() {
                // SAFETY: as above.
                let y = unsafe { y.row(group * group_len / features + row, first, last) };
                for (j, (y, x)) in y.iter_mut().zip(&x[first..last]).enumerate() {
                    *y = leaky((*x - mean[j]) * scale[j] + shift[j], slope);
                }
            }
        }
    });
}

fn leaky<T: Real>(a: T, slope: T) -> T {
    if a > T::zero() { a } else { slope * a }
}

/// [`Op::BatchNormInference`](crate::op::Op::BatchNormInference) for one model.
pub(super) fn inference<T: Real>(
    x: &[T],
    [gamma, beta]: [&[T]; 2],
    [running_mean, running_var]: [&[T]; 2],
    y: &mut [T],
    constants: Constants,
) {
    let features = gamma.len();
    let [epsilon, slope] = [constants.epsilon, constants.slope].map(T::from_f64);
    let y = Columns::new(y, features);
    for_each_strip(features, |first, last| {
        let mut scale = [T::zero(); STRIP];
        for j in first..last {
            scale[j - first] = gamma[j] / (running_var[j] + epsilon).sqrt();
        }
        let (mean, shift) = (&running_mean[first..last], &beta[first..last]);
        for (row, x) in x.chunks_exact(features).enumerate() {
            // SAFETY: strips are disjoint.
            let y = unsafe { y.row(row, first, last) };
            for (j, (y, x)) in y.iter_mut().zip(&x[first..last]).enumerate() {
                *y = leaky((*x - mean[j]) * scale[j] + shift[j], slope);
            }
        }
    });
}

/// What the forward pass saw and kept.
#[derive(Clone, Copy)]
pub(super) struct Saved<'a, T> {
    pub(super) x: &'a [T],
    pub(super) gamma: &'a [T],
    pub(super) beta: &'a [T],
    pub(super) statistics: &'a [T],
}

/// [`Op::BatchNormBackward`](crate::op::Op::BatchNormBackward) for one model.
pub(super) fn backward<T: Real>(
    saved: Saved<T>,
    dy: &[T],
    dx: &mut [T],
    [dgamma, dbeta]: [&mut [T]; 2],
    groups: usize,
    slope: f64,
) {
    let features = saved.gamma.len();
    let group_len = dy.len() / groups;
    let dx = Columns::new(dx, features);
    let (dgamma, dbeta) = (Columns::new(dgamma, features), Columns::new(dbeta, features));
    for_each_strip(features, |first, last| {
        // SAFETY: strips are disjoint, here and below.
        let (dgamma, dbeta) = unsafe { (dgamma.row(0, first, last), dbeta.row(0, first, last)) };
        dgamma.fill(T::zero());
        dbeta.fill(T::zero());
        for group in 0..groups {
            let strip = Strip::new(saved, [first, last], group, T::from_f64(slope));
            let rows = group * group_len..(group + 1) * group_len;
            let pairs = || saved.x[rows.clone()].chunks_exact(features).zip(dy[rows.clone()].chunks_exact(features));
            let (mut sum, mut sum_h) = ([T::zero(); STRIP], [T::zero(); STRIP]);
            for (x, dy) in pairs() {
                strip.add(&x[first..last], &dy[first..last], &mut sum, &mut sum_h);
            }
            dgamma.iter_mut().zip(&sum_h).for_each(|(d, s)| *d += *s);
            dbeta.iter_mut().zip(&sum).for_each(|(d, s)| *d += *s);
            let count = T::from_f64((group_len / features) as f64);
            let means = [sum.map(|s| s / count), sum_h.map(|s| s / count)];
            for (row, (x, dy)) in pairs().enumerate() {
                // SAFETY: as above.
                let dx = unsafe { dx.row(group * group_len / features + row, first, last) };
                strip.gradient(&x[first..last], &dy[first..last], &means, dx);
            }
        }
    });
}

/// The constants of a strip of columns within one group of rows. Loops over its columns run over plain arrays of known length, so that
/// they become vector instructions.
struct Strip<T> {
    mean: [T; STRIP],
    rstd: [T; STRIP],
    gamma: [T; STRIP],
    beta: [T; STRIP],
    slope: T,
}

impl<T: Real> Strip<T> {
    fn new(saved: Saved<T>, [first, last]: [usize; 2], group: usize, slope: T) -> Self {
        let features = saved.gamma.len();
        let take = |values: &[T]| {
            let mut strip = [T::zero(); STRIP];
            strip[..last - first].copy_from_slice(&values[first..last]);
            strip
        };
        Self {
            mean: take(&saved.statistics[2 * group * features..]),
            rstd: take(&saved.statistics[(2 * group + 1) * features..]),
            gamma: take(saved.gamma),
            beta: take(saved.beta),
            slope,
        }
    }

    /// `(x - mean) rstd` and the gradient before the activation.
    #[inline(always)]
    fn inner(&self, j: usize, x: T, dy: T) -> (T, T) {
        let h = (x - self.mean[j]) * self.rstd[j];
        let factor = if self.gamma[j] * h + self.beta[j] > T::zero() { T::one() } else { self.slope };
        (h, factor * dy)
    }

    fn add(&self, x: &[T], dy: &[T], sum: &mut [T; STRIP], sum_h: &mut [T; STRIP]) {
        let width = x.len().min(dy.len()).min(STRIP);
        for j in 0..width {
            let (h, da) = self.inner(j, x[j], dy[j]);
            sum[j] += da;
            sum_h[j] += da * h;
        }
    }

    fn gradient(&self, x: &[T], dy: &[T], [mean, mean_h]: &[[T; STRIP]; 2], dx: &mut [T]) {
        let width = x.len().min(dy.len()).min(dx.len()).min(STRIP);
        for j in 0..width {
            let (h, da) = self.inner(j, x[j], dy[j]);
            dx[j] = self.gamma[j] * self.rstd[j] * (da - mean[j] - h * mean_h[j]);
        }
    }
}
