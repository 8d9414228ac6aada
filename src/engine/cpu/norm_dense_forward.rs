//! A normalisation, the dense layer behind it and the moments of its tiles: mirror of
//! `shaders/norm_dense_forward.wgsl`.

use super::Real;
use super::dense;
use super::merging::{merge_group, rstd};

/// What a pass keeps of the layer before; nothing where its input is plain.
pub(super) struct Before<'a, T> {
    pub(super) running: Option<&'a mut [T]>,
    pub(super) statistics: Option<&'a mut [T]>,
    pub(super) y: Option<&'a mut [T]>,
}

/// The sizes of [`Op::NormDenseForward`](crate::op::Op::NormDenseForward).
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) groups: usize,
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) before: usize,
    pub(super) tile: usize,
    pub(super) moments: bool,
}

/// The constants of the normalisation.
#[derive(Clone, Copy)]
pub(super) struct Constants {
    pub(super) momentum: f64,
    pub(super) epsilon: f64,
    pub(super) slope: f64,
}

/// [`Op::NormDenseForward`](crate::op::Op::NormDenseForward) for one model.
pub(super) fn norm_dense_forward<T: Real>(
    x: &[T],
    parameters: &[T],
    b: Option<&[T]>,
    kept: Before<T>,
    dense: &mut [T],
    sizes: Sizes,
    constants: Constants,
) {
    let Sizes { groups, rows, inputs, outputs, tile, moments, .. } = sizes;
    let (values, parts) = x.split_at(groups * rows * inputs);
    let (scale, w) = parameters.split_at(if sizes.before > 0 { 2 * inputs } else { 0 });
    let y = match (kept.running, kept.statistics, kept.y) {
        (Some(running), Some(statistics), Some(y)) => {
            keep(parts, running, statistics, sizes, constants);
            normalise([values, scale, statistics], y, sizes, T::from_f64(constants.slope));
            &*y
        }
        _ => values,
    };
    let (results, behind) = dense.split_at_mut(groups * rows * outputs);
    dense::forward(y, w, b, results, [inputs, outputs]);
    if moments {
        let tiles =
            results.chunks_exact(rows * outputs).flat_map(|group| group.chunks(tile * outputs));
        for (tile, part) in tiles.zip(behind.chunks_exact_mut(2 * outputs)) {
            moments_of(tile, part);
        }
    }
}

/// Merges the tiles of every group into its statistics, and those into the running ones.
fn keep<T: Real>(
    parts: &[T],
    running: &mut [T],
    statistics: &mut [T],
    Sizes { rows, inputs, before, .. }: Sizes,
    constants: Constants,
) {
    let [momentum, rest] = [constants.momentum, 1.0 - constants.momentum].map(T::from_f64);
    let epsilon = T::from_f64(constants.epsilon);
    let of_group = 2 * rows.div_ceil(before) * inputs;
    for (parts, both) in parts.chunks_exact(of_group).zip(statistics.chunks_exact_mut(2 * inputs)) {
        let (mean, variance) = both.split_at_mut(inputs);
        merge_group(parts, [mean, variance], [rows, before]);
        for (running, batch) in running.iter_mut().zip(&*both) {
            *running = momentum * *running + rest * *batch;
        }
        both[inputs..].iter_mut().for_each(|variance| *variance = rstd(*variance, epsilon));
    }
}

/// The normalised and activated input.
fn normalise<T: Real>(
    [x, scale, statistics]: [&[T]; 3],
    y: &mut [T],
    Sizes { rows, inputs, .. }: Sizes,
    slope: T,
) {
    let (gamma, beta) = scale.split_at(inputs);
    for (row, (y, x)) in y.chunks_exact_mut(inputs).zip(x.chunks_exact(inputs)).enumerate() {
        let kept = &statistics[2 * (row / rows) * inputs..][..2 * inputs];
        for i in 0..inputs {
            let a = (x[i] - kept[i]) * (gamma[i] * kept[inputs + i]) + beta[i];
            y[i] = a * if a > T::zero() { T::one() } else { slope };
        }
    }
}

/// Mean and M2 of every column of a tile, into one row behind the other.
fn moments_of<T: Real>(tile: &[T], part: &mut [T]) {
    let features = part.len() / 2;
    let (mean, squares) = part.split_at_mut(features);
    mean.fill(T::zero());
    squares.fill(T::zero());
    for row in tile.chunks_exact(features) {
        mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += *value);
    }
    let count = T::from_f64((tile.len() / features) as f64);
    mean.iter_mut().for_each(|mean| *mean = *mean / count);
    for row in tile.chunks_exact(features) {
        for ((square, mean), value) in squares.iter_mut().zip(&*mean).zip(row) {
            *square += (*value - *mean) * (*value - *mean);
        }
    }
}
