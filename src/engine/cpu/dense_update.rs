//! Weight gradients with Adam: mirror of `shaders/dense_update.wgsl`.
//! A gradient is used where it arises, and never stored.

use super::Real;
use super::adam::{Adam, Constants, Update};
use super::product::turned;
use super::strips::Columns;
use super::vectorise::vectorise;

/// The parameters of a layer with their moments.
pub(super) struct Parameters<'a, T> {
    pub(super) w: &'a mut [T],
    pub(super) m: &'a mut [T],
    pub(super) v: &'a mut [T],
}

/// [`Op::DenseUpdate`](crate::op::Op::DenseUpdate) for one model.
/// `db` is scratch of the size of a bias.
pub(super) fn dense_update<T: Real>(
    [x, dy]: [&[T]; 2],
    dscale: Option<&[T]>,
    parameters: Parameters<T>,
    rate: T,
    db: &mut [T],
    [inputs, outputs]: [usize; 2],
    constants: Constants,
) {
    let adam = Adam::new(rate, constants);
    let Parameters { w, m, v } = parameters;
    let rows = w.len() / outputs;
    let [w, m, v] = [w, m, v].map(|values| Columns::new(values, outputs));
    turned(x, dy, [inputs, x.len() / inputs, outputs], |row, tile| {
        for (r, dw) in tile.values.chunks_exact(tile.pitch).enumerate() {
            // SAFETY: tiles do not overlap.
            let [w, m, v] = [&w, &m, &v]
                .map(|p| unsafe { p.row(row + r, tile.first, tile.first + tile.width) });
            vectorise::<Update, _>((&adam, w, &dw[..tile.width], m, v));
        }
    });
    let extra = match dscale {
        Some(dscale) => dscale,
        None => {
            db.fill(T::zero());
            for dy in dy.chunks_exact(outputs) {
                db.iter_mut().zip(dy).for_each(|(db, dy)| *db += *dy);
            }
            db
        }
    };
    for (row, dw) in (inputs..rows).zip(extra.chunks_exact(outputs)) {
        // SAFETY: the weights' tiles are done, and nothing else has these rows.
        let [w, m, v] = [&w, &m, &v].map(|p| unsafe { p.row(row, 0, outputs) });
        vectorise::<Update, _>((&adam, w, dw, m, v));
    }
}
