//! Counts of NaN and infinity: mirror of `shaders/finite_check.wgsl`.

use super::Real;
use rayon::prelude::*;

/// [`Op::FiniteCheck`](crate::op::Op::FiniteCheck) for one model.
pub(super) fn finite_check<T: Real>(x: &[T], count: &mut [T]) {
    let part = x.len().div_ceil(count.len());
    count.par_iter_mut().enumerate().for_each(|(index, count)| {
        let x = x.get(index * part..).unwrap_or_default();
        let broken = x[..part.min(x.len())].iter().filter(|x| x.is_broken()).count();
        *count = T::from_f64(broken as f64);
    });
}
