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
    let Saved { x, gamma, beta, statistics } = saved;
    let features = gamma.len();
    let group_len = x.len() / groups;
    let count = T::from_f64((group_len / features) as f64);
    let slope = T::from_f64(slope);
    let dx = Columns::new(dx, features);
    let (dgamma, dbeta) = (Columns::new(dgamma, features), Columns::new(dbeta, features));
    for_each_strip(features, |first, last| {
        // SAFETY: strips are disjoint, here and below.
        let (dgamma, dbeta) = unsafe { (dgamma.row(0, first, last), dbeta.row(0, first, last)) };
        dgamma.fill(T::zero());
        dbeta.fill(T::zero());
        let (gamma, beta) = (&gamma[first..last], &beta[first..last]);
        for group in 0..groups {
            let mean = &statistics[2 * group * features..][first..last];
            let rstd = &statistics[(2 * group + 1) * features..][first..last];
            let rows = group * group_len..(group + 1) * group_len;
            let pairs = || x[rows.clone()].chunks_exact(features).zip(dy[rows.clone()].chunks_exact(features));
            // (x - mean) rstd and the gradient before the activation.
            let inner = |j: usize, x: T, dy: T| {
                let h = (x - mean[j]) * rstd[j];
                (h, if gamma[j] * h + beta[j] > T::zero() { dy } else { slope * dy })
            };
            let (mut sum, mut sum_h) = ([T::zero(); STRIP], [T::zero(); STRIP]);
            for (x, dy) in pairs() {
                for (j, (x, dy)) in x[first..last].iter().zip(&dy[first..last]).enumerate() {
                    let (h, da) = inner(j, *x, *dy);
                    sum[j] += da;
                    sum_h[j] += da * h;
                }
            }
            for (row, (x, dy)) in pairs().enumerate() {
                // SAFETY: as above.
                let dx = unsafe { dx.row(group * group_len / features + row, first, last) };
                for (j, (x, dy)) in x[first..last].iter().zip(&dy[first..last]).enumerate() {
                    let (h, da) = inner(j, *x, *dy);
                    dx[j] = gamma[j] * rstd[j] * (da - sum[j] / count - h * (sum_h[j] / count));
                }
            }
            dgamma.iter_mut().zip(&sum_h).for_each(|(d, s)| *d += *s);
            dbeta.iter_mut().zip(&sum).for_each(|(d, s)| *d += *s);
        }
    });
}
