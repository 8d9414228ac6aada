//! Batch normalisation with leaky ReLU: mirror of `shaders/batch_norm.wgsl`.
//!
//! Rows are worked on in blocks that stay in cache; sums of blocks are put together in their order,
//! whatever thread made them.

use super::Real;
use super::batch_norm_blocks::{BLOCK, Constants, Scale, keep, merge};
use super::batch_norm_loops::{Gradient, Moments, Normalise, Sums};
use super::vectorise::vectorise;
use rayon::prelude::*;

/// What the layer keeps from batch to batch; all of `features` numbers.
pub(super) struct Running<'a, T> {
    pub(super) mean: &'a mut [T],
    pub(super) var: &'a mut [T],
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
    let slope = T::from_f64(constants.slope);
    let of_group = scratch.len() / groups;
    scratch.par_chunks_mut(of_group).zip(x.par_chunks(rows * features)).for_each(|(blocks, x)| {
        let origin = &x[..features];
        blocks.par_chunks_mut(2 * features).zip(x.par_chunks(BLOCK * features)).for_each(
            |(sums, x)| {
                vectorise::<Moments, _>((x.chunks_exact(features), origin, sums));
            },
        );
    });
    let of_groups = scratch.chunks_exact(of_group).zip(x.chunks_exact(rows * features));
    for ((blocks, x), statistics) in of_groups.zip(statistics.chunks_exact_mut(2 * features)) {
        let (mean, rstd) = statistics.split_at_mut(features);
        merge(blocks, rows, &x[..features], mean, rstd);
        keep([mean, rstd], [running.mean, running.var], constants);
    }
    let groups = y.par_chunks_mut(rows * features).zip(x.par_chunks(rows * features));
    groups.zip(statistics.par_chunks(2 * features)).for_each(|((y, x), statistics)| {
        let (mean, rstd) = statistics.split_at(features);
        let scale = Scale { mean, rstd, gamma, beta };
        y.par_chunks_mut(BLOCK * features).zip(x.par_chunks(BLOCK * features)).for_each(
            |(y, x)| {
                vectorise::<Normalise, _>((
                    y.chunks_exact_mut(features).zip(x.chunks_exact(features)),
                    scale,
                    slope,
                ));
            },
        );
    });
}

/// [`Op::BatchNormInference`](crate::op::Op::BatchNormInference) for one model.
/// `rstd` is scratch of `features` numbers; the constants are epsilon and slope.
pub(super) fn inference<T: Real>(
    x: &[T],
    [gamma, beta]: [&[T]; 2],
    [running_mean, running_var]: [&[T]; 2],
    y: &mut [T],
    rstd: &mut [T],
    constants: [f64; 2],
) {
    let features = gamma.len();
    let [epsilon, slope] = constants.map(T::from_f64);
    rstd.iter_mut()
        .zip(running_var)
        .for_each(|(rstd, var)| *rstd = T::one() / (*var + epsilon).sqrt());
    let scale = Scale { mean: running_mean, rstd, gamma, beta };
    y.par_chunks_mut(BLOCK * features).zip(x.par_chunks(BLOCK * features)).for_each(|(y, x)| {
        vectorise::<Normalise, _>((
            y.chunks_exact_mut(features).zip(x.chunks_exact(features)),
            scale,
            slope,
        ));
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

impl<'a, T> Saved<'a, T> {
    /// With a group's statistics.
    fn scale(&self, statistics: &'a [T]) -> Scale<'a, T> {
        let (mean, rstd) = statistics.split_at(self.gamma.len());
        Scale { mean, rstd, gamma: self.gamma, beta: self.beta }
    }
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
    let slope = T::from_f64(slope);
    let of_group = scratch.len() / groups;
    let seen = || {
        saved
            .x
            .par_chunks(group_len)
            .zip(dy.par_chunks(group_len))
            .zip(saved.statistics.par_chunks(2 * features))
    };
    scratch.par_chunks_mut(of_group).zip(seen()).for_each(|(blocks, ((x, dy), statistics))| {
        let pairs = x.par_chunks(BLOCK * features).zip(dy.par_chunks(BLOCK * features));
        let scale = saved.scale(statistics);
        blocks.par_chunks_mut(2 * features).zip(pairs).for_each(|(block, (x, dy))| {
            vectorise::<Sums, _>((
                x.chunks_exact(features).zip(dy.chunks_exact(features)),
                scale,
                block,
                slope,
            ));
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
            let (means, scale) = (&blocks[..2 * features], saved.scale(statistics));
            let pairs = x.par_chunks(BLOCK * features).zip(dy.par_chunks(BLOCK * features));
            dx.par_chunks_mut(BLOCK * features).zip(pairs).for_each(|(dx, (x, dy))| {
                let rows = x.chunks_exact(features).zip(dy.chunks_exact(features));
                vectorise::<Gradient, _>((
                    dx.chunks_exact_mut(features).zip(rows),
                    scale,
                    means,
                    slope,
                ));
            });
        },
    );
}
