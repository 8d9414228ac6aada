//! Weight gradients with Adam: mirror of `shaders/dense_update.wgsl`.
//! A gradient is used where it arises, and never stored.

use super::Real;
use super::adam::{Adam, Constants, Update};
use super::finish::Unfinished;
use super::product::turned;
use super::strips::Columns;
use super::vectorise::vectorise;

/// The parameters of a layer with their moments.
pub(super) struct Parameters<'a, T> {
    pub(super) w: &'a mut [T],
    pub(super) m: &'a mut [T],
    pub(super) v: &'a mut [T],
}

/// The sizes of [`Op::DenseUpdate`](crate::op::Op::DenseUpdate).
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) groups: usize,
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) after: usize,
}

/// [`Op::DenseUpdate`](crate::op::Op::DenseUpdate) for one model.
/// `kept` is the layer's dense result and its statistics, where it is normalised; `scratch` has
/// room for two rows of gradients and, where the layer is normalised, for all of them.
pub(super) fn dense_update<T: Real>(
    [x, dy]: [&[T]; 2],
    kept: Option<[&[T]; 2]>,
    parameters: Parameters<T>,
    rate: T,
    scratch: &mut [T],
    Sizes { groups, rows, inputs, outputs, after }: Sizes,
    constants: Constants,
) {
    let adam = Adam::new(rate, constants);
    let (extra, rest) = scratch.split_at_mut(2 * outputs);
    let (totals, finished) = rest.split_at_mut(2 * outputs);
    extra.fill(T::zero());
    let g = match kept {
        Some([dense, statistics]) => {
            let gradient =
                Unfinished { dy, dense, statistics, groups, rows, features: outputs, tile: after };
            for group in 0..groups {
                gradient.totals(group, totals);
                let turned = totals[outputs..].iter().chain(&totals[..outputs]);
                extra.iter_mut().zip(turned).for_each(|(sum, total)| *sum += *total);
            }
            gradient.finish(finished, totals);
            &*finished
        }
        None => {
            for dy in dy.chunks_exact(outputs) {
                extra.iter_mut().zip(dy).for_each(|(sum, dy)| *sum += *dy);
            }
            dy
        }
    };
    let Parameters { w, m, v } = parameters;
    let all = w.len() / outputs;
    let [w, m, v] = [w, m, v].map(|values| Columns::new(values, outputs));
    turned(x, g, [inputs, groups * rows, outputs], |row, tile| {
        for (r, dw) in tile.values.chunks_exact(tile.pitch).enumerate() {
            // SAFETY: tiles do not overlap.
            let [w, m, v] = [&w, &m, &v]
                .map(|p| unsafe { p.row(row + r, tile.first, tile.first + tile.width) });
            vectorise::<Update, _>((&adam, w, &dw[..tile.width], m, v));
        }
    });
    for (row, dw) in (inputs..all).zip(extra.chunks_exact(outputs)) {
        // SAFETY: the weights' tiles are done, and nothing else has these rows.
        let [w, m, v] = [&w, &m, &v].map(|p| unsafe { p.row(row, 0, outputs) });
        vectorise::<Update, _>((&adam, w, dw, m, v));
    }
}
