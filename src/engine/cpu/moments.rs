//! Column means and variances: mirror of `shaders/moments.wgsl`.

use super::Real;
use super::strips::{Columns, STRIP, for_each_strip};

/// [`Op::Moments`](crate::op::Op::Moments) for one model.
pub(super) fn moments<T: Real>(x: &[T], mean: &mut [T], variance: &mut [T]) {
    let features = mean.len();
    let rows = x.len() / features;
    let [count, freedom] = [rows, rows - 1].map(|n| T::from_f64(n as f64));
    let (mean, variance) = (Columns::new(mean, features), Columns::new(variance, features));
    for_each_strip(features, |first, last| {
        let (mut sum, mut squares) = ([T::zero(); STRIP], [T::zero(); STRIP]);
        // SAFETY: strips are disjoint.
        let (mean, variance) = unsafe { (mean.row(0, first, last), variance.row(0, first, last)) };
        for x in x.chunks_exact(features) {
            sum.iter_mut().zip(&x[first..last]).for_each(|(sum, x)| *sum += *x);
        }
        mean.iter_mut().zip(&sum).for_each(|(mean, sum)| *mean = *sum / count);
        for x in x.chunks_exact(features) {
            for ((square, x), mean) in squares.iter_mut().zip(&x[first..last]).zip(mean.iter()) {
                *square += (*x - *mean) * (*x - *mean);
            }
        }
        variance
            .iter_mut()
            .zip(&squares)
            .for_each(|(variance, square)| *variance = *square / freedom);
    });
}
