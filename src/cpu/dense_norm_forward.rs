//! A dense layer fused with its batch normalisation: twin of `shaders/dense_norm_forward.wgsl`.
//!
//! A thread owns a strip of features for all rows, so that it finds the statistics of finished columns in its own cache.

use super::Real;
use super::batch_norm::Constants;
use super::product::{Right, Strip, strips};
use super::strips::Columns;

/// Rows whose sum is taken by itself, so that rounding does not grow with the number of rows.
const BLOCK: usize = 32;

/// What a training pass of a layer writes.
pub(super) struct Layer<'a, T> {
    pub(super) running: &'a mut [T],
    pub(super) dense: &'a mut [T],
    pub(super) statistics: &'a mut [T],
    pub(super) y: &'a mut [T],
}

/// [`Layer`], shared out by columns.
struct Shared<'a, T> {
    running: Columns<'a, T>,
    dense: Columns<'a, T>,
    statistics: Columns<'a, T>,
    y: Columns<'a, T>,
}

/// [`Op::DenseNormForward`](crate::op::Op::DenseNormForward) for one model.
pub(super) fn dense_norm_forward<T: Real>(x: &[T], w: &[T], scale: &[T], out: Layer<T>, constants: Constants) {
    let features = scale.len() / 2;
    let inputs = w.len() / features;
    let out = Shared {
        running: Columns::new(out.running, features),
        dense: Columns::new(out.dense, features),
        statistics: Columns::new(out.statistics, features),
        y: Columns::new(out.y, features),
    };
    let arch = pulp::Arch::new();
    strips(x, Right::Plain(w), [x.len() / inputs, inputs, features], |strip| {
        arch.dispatch(|| {
            let [wide, whole] = [64, 16].map(|width| strip.width - strip.width % width);
            for column in (0..wide).step_by(64) {
                normalise::<T, 64>(&strip, column, scale, &out, constants);
            }
            for column in (wide..whole).step_by(16) {
                normalise::<T, 16>(&strip, column, scale, &out, constants);
            }
            for column in whole..strip.width {
                normalise::<T, 1>(&strip, column, scale, &out, constants);
            }
        });
    });
}

/// The normalisation of W columns of a strip, from this one on.
#[inline(always)]
fn normalise<T: Real, const W: usize>(
    strip: &Strip<T>,
    column: usize,
    scale: &[T],
    out: &Shared<T>,
    constants: Constants,
) {
    let rows = strip.values.len() / strip.pitch / constants.groups;
    let first = strip.first + column;
    let (gamma, beta) = scale.split_at(scale.len() / 2);
    let [gamma, beta] = [gamma, beta].map(|values| *chunk::<T, W>(&values[first..]));
    let slope = T::from_f64(constants.slope);
    for group in 0..constants.groups {
        let values = &strip.values[group * rows * strip.pitch..][..rows * strip.pitch];
        let (mean, var) = moments::<T, W>(values, strip.pitch, column);
        let rstd: [T; W] = keep(out, group, first, [mean, var], constants);
        let factor: [T; W] = std::array::from_fn(|c| gamma[c] * rstd[c]);
        for (row, line) in values.chunks_exact(strip.pitch).enumerate() {
            let x = chunk::<T, W>(&line[column..]);
            // SAFETY: no other strip has these columns.
            let (dense, y) = unsafe {
                (out.dense.block::<W>(group * rows + row, first), out.y.block::<W>(group * rows + row, first))
            };
            *dense = *x;
            for c in 0..W {
                let a = (x[c] - mean[c]) * factor[c] + beta[c];
                y[c] = a * if a > T::zero() { T::one() } else { slope };
            }
        }
    }
}

/// Mean and biased variance of W columns. Sums run from a row of the batch, or a mean far from 0 would eat their digits.
#[inline(always)]
fn moments<T: Real, const W: usize>(values: &[T], pitch: usize, column: usize) -> ([T; W], [T; W]) {
    let count = T::from_f64((values.len() / pitch) as f64);
    let origin = *chunk::<T, W>(&values[column..]);
    let zero = [T::zero(); W];
    let mean = sum(values, pitch, column, &origin, |x, _| x, &zero).map(|sum| sum / count);
    let squares = sum(values, pitch, column, &origin, |x, mean| (x - mean) * (x - mean), &mean);
    (std::array::from_fn(|c| mean[c] + origin[c]), squares.map(|sum| sum / count))
}

/// Sums of `term(x - origin, mean)` over rows, block by block.
#[inline(always)]
fn sum<T: Real, const W: usize>(
    values: &[T],
    pitch: usize,
    column: usize,
    origin: &[T; W],
    term: impl Fn(T, T) -> T,
    mean: &[T; W],
) -> [T; W] {
    let mut total = [T::zero(); W];
    for block in values.chunks(BLOCK * pitch) {
        let mut part = [T::zero(); W];
        for line in block.chunks_exact(pitch) {
            let x = chunk::<T, W>(&line[column..]);
            for c in 0..W {
                part[c] += term(x[c] - origin[c], mean[c]);
            }
        }
        for c in 0..W {
            total[c] += part[c];
        }
    }
    total
}

/// Writes a group's statistics, moves the running ones, and returns 1 / standard deviation.
#[inline(always)]
fn keep<T: Real, const W: usize>(
    out: &Shared<T>,
    group: usize,
    first: usize,
    [mean, var]: [[T; W]; 2],
    constants: Constants,
) -> [T; W] {
    let [momentum, rest] = [constants.momentum, 1.0 - constants.momentum].map(T::from_f64);
    let epsilon = T::from_f64(constants.epsilon);
    let rstd = var.map(|var| T::one() / (var + epsilon).sqrt());
    // SAFETY: no other strip has these columns.
    unsafe {
        for (row, batch) in [mean, var].into_iter().enumerate() {
            let running = out.running.block::<W>(row, first);
            *running = std::array::from_fn(|c| momentum * running[c] + rest * batch[c]);
        }
        *out.statistics.block(2 * group, first) = mean;
        *out.statistics.block(2 * group + 1, first) = rstd;
    }
    rstd
}

/// The first W numbers.
#[inline(always)]
pub(super) fn chunk<T, const W: usize>(values: &[T]) -> &[T; W] {
    values.first_chunk().expect("W columns")
}
