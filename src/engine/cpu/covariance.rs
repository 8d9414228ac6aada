//! Covariance of the columns: mirror of `shaders/covariance.wgsl`.

use super::map::PIECE;
use super::{Real, dense};
use rayon::prelude::*;

/// [`Op::Covariance`](crate::op::Op::Covariance) for one model. `scratch` has the size of x.
pub(super) fn covariance<T: Real>(x: &[T], mean: &[T], covariance: &mut [T], scratch: &mut [T]) {
    let features = mean.len();
    let rows = x.len() / features;
    let piece = (PIECE / features).max(1) * features;
    scratch.par_chunks_mut(piece).zip(x.par_chunks(piece)).for_each(|(centred, x)| {
        for (centred, x) in centred.chunks_exact_mut(features).zip(x.chunks_exact(features)) {
            centred
                .iter_mut()
                .zip(x.iter().zip(mean))
                .for_each(|(centred, (x, mean))| *centred = *x - *mean);
        }
    });
    dense::gram(scratch, covariance, features);
    let freedom = T::from_f64((rows - 1) as f64);
    covariance.iter_mut().for_each(|c| *c = *c / freedom);
}
