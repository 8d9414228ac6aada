//! A gradient through a dense layer and the activation before it, with the sums of its tiles:
//! mirror of `shaders/norm_dense_backward.wgsl`.

use super::Real;
use super::dense;
use super::finish::Unfinished;

/// The sizes and the slope of [`Op::NormDenseBackward`](crate::op::Op::NormDenseBackward).
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) groups: usize,
    pub(super) rows: usize,
    pub(super) features: usize,
    pub(super) outputs: usize,
    pub(super) after: usize,
    pub(super) tile: usize,
    pub(super) slope: f64,
}

/// [`Op::NormDenseBackward`](crate::op::Op::NormDenseBackward) for one model.
/// `above` is the dense result of the layer behind and its statistics; `scratch` has room for the
/// gradient at that result, and for two rows of it.
pub(super) fn norm_dense_backward<T: Real>(
    dy: &[T],
    above: Option<[&[T]; 2]>,
    parameters: &[T],
    kept: [&[T]; 2],
    dx: &mut [T],
    scratch: &mut [T],
    sizes: Sizes,
) {
    let Sizes { groups, rows, features, outputs, after, slope, .. } = sizes;
    let (scale, w) = parameters.split_at(2 * features);
    let (finished, totals) = scratch.split_at_mut(groups * rows * outputs);
    let g = match above {
        Some([dense, statistics]) => {
            let gradient =
                Unfinished { dy, dense, statistics, groups, rows, features: outputs, tile: after };
            gradient.finish(finished, totals);
            &*finished
        }
        None => dy,
    };
    let (da, behind) = dx.split_at_mut(groups * rows * features);
    dense::backward_input(g, w, da, [features, outputs]);
    activate(da, behind, [scale, kept[0], kept[1]], sizes, T::from_f64(slope));
}

/// Passes the gradient through the activation and writes the sums of its tiles, and gamma rstd.
fn activate<T: Real>(
    da: &mut [T],
    behind: &mut [T],
    [scale, dense, statistics]: [&[T]; 3],
    Sizes { groups, rows, features, tile, .. }: Sizes,
    slope: T,
) {
    let (gamma, beta) = scale.split_at(features);
    let tiles = rows.div_ceil(tile);
    let (parts, factors) = behind.split_at_mut(2 * groups * tiles * features);
    parts.fill(T::zero());
    for (row, da) in da.chunks_exact_mut(features).enumerate() {
        let (group, in_group) = (row / rows, row % rows);
        let kept = &statistics[2 * group * features..][..2 * features];
        let x = &dense[row * features..][..features];
        let part = &mut parts[2 * (group * tiles + in_group / tile) * features..][..2 * features];
        for f in 0..features {
            let h = (x[f] - kept[f]) * kept[features + f];
            da[f] *= if gamma[f] * h + beta[f] > T::zero() { T::one() } else { slope };
            part[f] += da[f];
            part[features + f] += da[f] * h;
        }
    }
    for (group, factor) in factors.chunks_exact_mut(features).enumerate() {
        let rstd = &statistics[(2 * group + 1) * features..][..features];
        for (factor, (gamma, rstd)) in factor.iter_mut().zip(gamma.iter().zip(rstd)) {
            *factor = *gamma * *rstd;
        }
    }
}
