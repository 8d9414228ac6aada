//! The gradient of a dense layer's input fused with that of the normalisation in front of it: twin of `shaders/dense_norm_backward.wgsl`.
//!
//! The gradient between the two never leaves the cache of the thread that owns its columns.

use super::Real;
use super::dense_norm_forward::chunk;
use super::product::{Right, Strip, strips};
use super::strips::Columns;

/// Rows whose sums are taken by themselves, so that rounding does not grow with the number of rows.
const BLOCK: usize = 32;

/// What the forward pass of this layer kept.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a, T> {
    pub(super) dense: &'a [T],
    pub(super) scale: &'a [T],
    pub(super) statistics: &'a [T],
}

/// [`Op::DenseNormBackward`](crate::op::Op::DenseNormBackward) for one model.
pub(super) fn dense_norm_backward<T: Real>(
    [dy, w]: [&[T]; 2],
    kept: Kept<T>,
    dx: &mut [T],
    dscale: &mut [T],
    groups: usize,
    slope: f64,
) {
    let features = kept.scale.len() / 2;
    let outputs = w.len() / features;
    let (dx, dscale) = (Columns::new(dx, features), Columns::new(dscale, features));
    let (arch, slope) = (pulp::Arch::new(), T::from_f64(slope));
    strips(dy, Right::Turned(w), [dy.len() / outputs, outputs, features], |mut strip| {
        arch.dispatch(|| {
            let [wide, whole] = [64, 16].map(|width| strip.width - strip.width % width);
            for column in (0..wide).step_by(64) {
                gradient::<T, 64>(&mut strip, column, kept, [&dx, &dscale], groups, slope);
            }
            for column in (wide..whole).step_by(16) {
                gradient::<T, 16>(&mut strip, column, kept, [&dx, &dscale], groups, slope);
            }
            for column in whole..strip.width {
                gradient::<T, 1>(&mut strip, column, kept, [&dx, &dscale], groups, slope);
            }
        });
    });
}

/// The gradient through the normalisation of W columns of a strip, from this one on.
#[inline(always)]
fn gradient<T: Real, const W: usize>(
    strip: &mut Strip<T>,
    column: usize,
    kept: Kept<T>,
    [dx, dscale]: [&Columns<T>; 2],
    groups: usize,
    slope: T,
) {
    let rows = strip.values.len() / strip.pitch / groups;
    let first = strip.first + column;
    let mut totals = [[T::zero(); W]; 2];
    for group in 0..groups {
        let block = Block { rows: [group * rows, rows], first, column };
        let layer = Scale::<T, W>::of(kept, group, first);
        let sums: [[T; W]; 2] = activation(strip, kept, &block, &layer, slope);
        let means = sums.map(|sums| sums.map(|sum| sum / T::from_f64(rows as f64)));
        normalisation(strip, dx, &block, &layer, means);
        totals = [0, 1].map(|i| std::array::from_fn(|c| totals[i][c] + sums[i][c]));
    }
    // SAFETY: no other strip has these columns.
    unsafe {
        *dscale.block(0, first) = totals[1];
        *dscale.block(1, first) = totals[0];
    }
}

/// Columns of a group of rows: their place in the matrices and in the strip.
struct Block {
    rows: [usize; 2],
    first: usize,
    column: usize,
}

/// What belongs to each of W features.
struct Scale<'a, T, const W: usize> {
    mean: &'a [T; W],
    rstd: &'a [T; W],
    gamma: &'a [T; W],
    beta: &'a [T; W],
}

impl<'a, T: Real, const W: usize> Scale<'a, T, W> {
    #[inline(always)]
    fn of(kept: Kept<'a, T>, group: usize, first: usize) -> Self {
        let features = kept.scale.len() / 2;
        let [mean, rstd] = [0, 1].map(|row| chunk(&kept.statistics[(2 * group + row) * features + first..]));
        let [gamma, beta] = [0, 1].map(|row| chunk(&kept.scale[row * features + first..]));
        Self { mean, rstd, gamma, beta }
    }
}

/// Puts the gradient before the activation in the place of the one behind it and `h` beside it; returns the sums of `da` and of `da h`.
#[inline(always)]
fn activation<T: Real, const W: usize>(
    strip: &mut Strip<T>,
    kept: Kept<T>,
    block: &Block,
    layer: &Scale<T, W>,
    slope: T,
) -> [[T; W]; 2] {
    let features = kept.scale.len() / 2;
    let [start, rows] = block.rows;
    let mut sums = [[T::zero(); W]; 2];
    for piece in (start..start + rows).step_by(BLOCK) {
        let mut part = [[T::zero(); W]; 2];
        for row in piece..(start + rows).min(piece + BLOCK) {
            let x = chunk::<T, W>(&kept.dense[row * features + block.first..]);
            let place = row * strip.pitch + block.column;
            let dy: &mut [T; W] = strip.values[place..].first_chunk_mut().expect("W columns");
            let h: [T; W] = std::array::from_fn(|c| (x[c] - layer.mean[c]) * layer.rstd[c]);
            let da: [T; W] = std::array::from_fn(|c| {
                dy[c] * if layer.gamma[c] * h[c] + layer.beta[c] > T::zero() { T::one() } else { slope }
            });
            *dy = da;
            *strip.spare[place..].first_chunk_mut().expect("W columns") = h;
            part = [std::array::from_fn(|c| part[0][c] + da[c]), std::array::from_fn(|c| part[1][c] + da[c] * h[c])];
        }
        sums = [0, 1].map(|i| std::array::from_fn(|c| sums[i][c] + part[i][c]));
    }
    sums
}

/// Writes `gamma rstd (da - mean(da) - h mean(da h))`.
#[inline(always)]
fn normalisation<T: Real, const W: usize>(
    strip: &Strip<T>,
    dx: &Columns<T>,
    block: &Block,
    layer: &Scale<T, W>,
    [mean_da, mean_dah]: [[T; W]; 2],
) {
    let [start, rows] = block.rows;
    let factor: [T; W] = std::array::from_fn(|c| layer.gamma[c] * layer.rstd[c]);
    for row in start..start + rows {
        let place = row * strip.pitch + block.column;
        let (da, h) = (chunk::<T, W>(&strip.values[place..]), chunk::<T, W>(&strip.spare[place..]));
        let gradient: [T; W] = std::array::from_fn(|c| factor[c] * (da[c] - mean_da[c] - h[c] * mean_dah[c]));
        // SAFETY: no other strip has these columns.
        unsafe { *dx.block(row, block.first) = gradient };
    }
}
