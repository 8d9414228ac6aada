//! Batch normalisation with leaky ReLU: twin of `shaders/batch_norm.wgsl`.
//!
//! Rows are worked on in blocks that stay in cache; sums of blocks are put together in their order, whatever thread made them.

use super::Real;
use rayon::prelude::*;

/// Rows of a block.
const BLOCK: usize = 32;

/// The constants of a layer.
#[derive(Clone, Copy)]
pub(super) struct Constants {
    pub(super) groups: usize,
    pub(super) momentum: f64,
    pub(super) epsilon: f64,
    pub(super) slope: f64,
}

/// What the layer keeps from batch to batch; all of `features` numbers.
pub(super) struct Running<'a, T> {
    pub(super) mean: &'a mut [T],
    pub(super) var: &'a mut [T],
}

/// Scratch numbers that a training pass over `rows` rows in `groups` groups needs: two sums per block and feature.
pub(super) fn scratch_len(rows: usize, features: usize, groups: usize) -> usize {
    groups * (rows / groups).div_ceil(BLOCK) * 2 * features
}

#[inline(always)]
fn leaky<T: Real>(a: T, slope: T) -> T {
    a * if a > T::zero() { T::one() } else { slope }
}

/// Sum of `x - origin` and squared deviations from its mean, of a block of rows. The origin is a row of the group: without it the
/// rounding of a mean far from 0 would pass into the differences between the means of blocks.
#[inline(always)]
fn block_moments<T: Real>(x: &[T], origin: &[T], sum: &mut [T], squares: &mut [T]) {
    let features = sum.len();
    let share = T::from_f64(features as f64 / x.len() as f64);
    sum.fill(T::zero());
    squares.fill(T::zero());
    for x in x.chunks_exact(features) {
        sum.iter_mut().zip(x.iter().zip(origin)).for_each(|(sum, (x, origin))| *sum += *x - *origin);
    }
    for x in x.chunks_exact(features) {
        for ((square, sum), (x, origin)) in squares.iter_mut().zip(&*sum).zip(x.iter().zip(origin)) {
            let deviation = *x - *origin - *sum * share;
            *square += deviation * deviation;
        }
    }
}

/// Puts the blocks of a group together (Chan, Golub and LeVeque 1979): the group's mean and biased variance.
fn merge<T: Real>(blocks: &[T], rows: usize, origin: &[T], mean: &mut [T], var: &mut [T]) {
    let features = mean.len();
    let total = T::from_f64(rows as f64);
    mean.fill(T::zero());
    var.fill(T::zero());
    for parts in blocks.chunks_exact(2 * features) {
        mean.iter_mut().zip(&parts[..features]).for_each(|(mean, sum)| *mean += *sum);
    }
    mean.iter_mut().for_each(|mean| *mean = *mean / total);
    for (block, parts) in blocks.chunks_exact(2 * features).enumerate() {
        let count = T::from_f64(BLOCK.min(rows - block * BLOCK) as f64);
        let (sums, squares) = parts.split_at(features);
        for ((var, mean), (sum, square)) in var.iter_mut().zip(&*mean).zip(sums.iter().zip(squares)) {
            let apart = *sum / count - *mean;
            *var += *square + count * apart * apart;
        }
    }
    mean.iter_mut().zip(origin).for_each(|(mean, origin)| *mean += *origin);
    var.iter_mut().for_each(|var| *var = *var / total);
}

/// [`Op::BatchNormForward`](crate::op::Op::BatchNormForward) for one model.
pub(super) fn forward<T: Real>(
    x: &[T],
    [gamma, beta]: [&[T]; 2],
    running: Running<T>,
    statistics: &mut [T],
    y: &mut [T],
    scratch: &mut [T],
    constants: Constants,
) {
    let (features, groups) = (gamma.len(), constants.groups);
    let rows = x.len() / features / groups;
    let [momentum, epsilon, slope] = [constants.momentum, constants.epsilon, constants.slope].map(T::from_f64);
    let keep = T::from_f64(1.0 - constants.momentum);
    let arch = pulp::Arch::new();
    let of_group = scratch.len() / groups;
    scratch.par_chunks_mut(of_group).zip(x.par_chunks(rows * features)).for_each(|(blocks, x)| {
        let origin = &x[..features];
        blocks.par_chunks_mut(2 * features).zip(x.par_chunks(BLOCK * features)).for_each(|(sums, x)| {
            let (sum, squares) = sums.split_at_mut(features);
            arch.dispatch(|| block_moments(x, origin, sum, squares));
        });
    });
    let of_groups = scratch.chunks_exact(of_group).zip(x.chunks_exact(rows * features));
    for ((blocks, x), statistics) in of_groups.zip(statistics.chunks_exact_mut(2 * features)) {
        let (mean, rstd) = statistics.split_at_mut(features);
        merge(blocks, rows, &x[..features], mean, rstd);
        let kept = running.mean.iter_mut().zip(running.var.iter_mut());
        for ((mean, var), (run_mean, run_var)) in mean.iter().zip(rstd).zip(kept) {
            *run_mean = momentum * *run_mean + keep * *mean;
            *run_var = momentum * *run_var + keep * *var;
            *var = T::one() / (*var + epsilon).sqrt();
        }
    }
    let groups = y.par_chunks_mut(rows * features).zip(x.par_chunks(rows * features));
    groups.zip(statistics.par_chunks(2 * features)).for_each(|((y, x), statistics)| {
        let (mean, rstd) = statistics.split_at(features);
        y.par_chunks_mut(BLOCK * features).zip(x.par_chunks(BLOCK * features)).for_each(|(y, x)| {
            arch.dispatch(|| normalise(x, [mean, rstd, gamma, beta], y, slope));
        });
    });
}

#[inline(always)]
fn normalise<T: Real>(x: &[T], [mean, rstd, gamma, beta]: [&[T]; 4], y: &mut [T], slope: T) {
    let features = mean.len();
    for (y, x) in y.chunks_exact_mut(features).zip(x.chunks_exact(features)) {
        let scale = mean.iter().zip(rstd).zip(gamma.iter().zip(beta));
        for ((y, x), ((mean, rstd), (gamma, beta))) in y.iter_mut().zip(x).zip(scale) {
            *y = leaky((*x - *mean) * (*gamma * *rstd) + *beta, slope);
        }
    }
}

/// [`Op::BatchNormInference`](crate::op::Op::BatchNormInference) for one model. `rstd` is scratch of `features` numbers.
pub(super) fn inference<T: Real>(
    x: &[T],
    [gamma, beta]: [&[T]; 2],
    [running_mean, running_var]: [&[T]; 2],
    y: &mut [T],
    rstd: &mut [T],
    constants: Constants,
) {
    let features = gamma.len();
    let [epsilon, slope] = [constants.epsilon, constants.slope].map(T::from_f64);
    rstd.iter_mut().zip(running_var).for_each(|(rstd, var)| *rstd = T::one() / (*var + epsilon).sqrt());
    let (rstd, arch) = (&*rstd, pulp::Arch::new());
    y.par_chunks_mut(BLOCK * features).zip(x.par_chunks(BLOCK * features)).for_each(|(y, x)| {
        arch.dispatch(|| normalise(x, [running_mean, rstd, gamma, beta], y, slope));
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

/// `(x - mean) rstd` and the gradient before the activation.
#[inline(always)]
fn inner<T: Real>([x, dy]: [T; 2], [mean, rstd]: [T; 2], [gamma, beta]: [T; 2], slope: T) -> [T; 2] {
    let h = (x - mean) * rstd;
    [h, dy * if gamma * h + beta > T::zero() { T::one() } else { slope }]
}

/// [`Op::BatchNormBackward`](crate::op::Op::BatchNormBackward) for one model.
pub(super) fn backward<T: Real>(
    saved: Saved<T>,
    dy: &[T],
    dx: &mut [T],
    [dgamma, dbeta]: [&mut [T]; 2],
    scratch: &mut [T],
    groups: usize,
    slope: f64,
) {
    let features = saved.gamma.len();
    let group_len = dy.len() / groups;
    let (slope, arch) = (T::from_f64(slope), pulp::Arch::new());
    let of_group = scratch.len() / groups;
    let seen =
        || saved.x.par_chunks(group_len).zip(dy.par_chunks(group_len)).zip(saved.statistics.par_chunks(2 * features));
    scratch.par_chunks_mut(of_group).zip(seen()).for_each(|(blocks, ((x, dy), statistics))| {
        let pairs = x.par_chunks(BLOCK * features).zip(dy.par_chunks(BLOCK * features));
        blocks.par_chunks_mut(2 * features).zip(pairs).for_each(|(sums, (x, dy))| {
            arch.dispatch(|| block_sums([x, dy], statistics, [saved.gamma, saved.beta], sums, slope));
        });
    });
    dgamma.fill(T::zero());
    dbeta.fill(T::zero());
    let count = T::from_f64((group_len / features) as f64);
    for blocks in scratch.chunks_exact_mut(of_group) {
        let (totals, others) = blocks.split_at_mut(2 * features);
        for sums in others.chunks_exact(2 * features) {
            totals.iter_mut().zip(sums).for_each(|(total, sum)| *total += *sum);
        }
        dbeta.iter_mut().zip(&totals[..features]).for_each(|(d, sum)| *d += *sum);
        dgamma.iter_mut().zip(&totals[features..]).for_each(|(d, sum)| *d += *sum);
        totals.iter_mut().for_each(|total| *total = *total / count);
    }
    let scratch = &*scratch;
    dx.par_chunks_mut(group_len).zip(seen()).zip(scratch.par_chunks(of_group)).for_each(
        |((dx, ((x, dy), statistics)), blocks)| {
            let means = &blocks[..2 * features];
            let pairs = x.par_chunks(BLOCK * features).zip(dy.par_chunks(BLOCK * features));
            dx.par_chunks_mut(BLOCK * features).zip(pairs).for_each(|(dx, (x, dy))| {
                arch.dispatch(|| gradient([x, dy], statistics, [saved.gamma, saved.beta], means, dx, slope));
            });
        },
    );
}

/// Sums of `da` and `da h` over a block of rows.
#[inline(always)]
fn block_sums<T: Real>([x, dy]: [&[T]; 2], statistics: &[T], [gamma, beta]: [&[T]; 2], sums: &mut [T], slope: T) {
    let features = gamma.len();
    let (mean, rstd) = statistics.split_at(features);
    sums.fill(T::zero());
    let (sum, sum_h) = sums.split_at_mut(features);
    for (x, dy) in x.chunks_exact(features).zip(dy.chunks_exact(features)) {
        let values = x.iter().zip(dy).zip(mean.iter().zip(rstd)).zip(gamma.iter().zip(beta));
        for ((sum, sum_h), (((x, dy), (mean, rstd)), (gamma, beta))) in sum.iter_mut().zip(&mut *sum_h).zip(values) {
            let [h, da] = inner([*x, *dy], [*mean, *rstd], [*gamma, *beta], slope);
            *sum += da;
            *sum_h += da * h;
        }
    }
}

/// The gradient of a block of rows; `means` holds the group's means of `da` and of `da h`.
#[inline(always)]
fn gradient<T: Real>(
    [x, dy]: [&[T]; 2],
    statistics: &[T],
    [gamma, beta]: [&[T]; 2],
    means: &[T],
    dx: &mut [T],
    slope: T,
) {
    let features = gamma.len();
    let (mean, rstd) = statistics.split_at(features);
    let (mean_da, mean_dah) = means.split_at(features);
    let rows = x.chunks_exact(features).zip(dy.chunks_exact(features));
    for (dx, (x, dy)) in dx.chunks_exact_mut(features).zip(rows) {
        let values = x.iter().zip(dy).zip(mean.iter().zip(rstd)).zip(gamma.iter().zip(beta));
        let means = mean_da.iter().zip(mean_dah);
        for ((dx, (mean_da, mean_dah)), (((x, dy), (mean, rstd)), (gamma, beta))) in
            dx.iter_mut().zip(means).zip(values)
        {
            let [h, da] = inner([*x, *dy], [*mean, *rstd], [*gamma, *beta], slope);
            *dx = *gamma * *rstd * (da - *mean_da - h * *mean_dah);
        }
    }
}
