//! How far a covariance is from what it should be, and the dense layer that is its gradient:
//! mirror of `shaders/covariance_loss.wgsl`.

use super::Real;
use super::vectorise::{Loop, vectorise};

/// [`Op::CovarianceLoss`](crate::op::Op::CovarianceLoss) for one model: covariance, real and mean
/// give loss, w and b.
/// `squares` has the size of mean.
pub(super) fn covariance_loss<T: Real>(
    [covariance, real, mean]: [&[T]; 3],
    [loss, w, b]: [&mut [T]; 3],
    squares: &mut [T],
    [scale, factor]: [f64; 2],
) {
    vectorise::<Rows, _>(([covariance, real, mean], [w, b, &mut *squares], T::from_f64(factor)));
    loss[0] = T::from_f64(scale) * squares.iter().copied().sum::<T>();
}

struct Rows;

impl<T: Real> Loop<([&[T]; 3], [&mut [T]; 3], T)> for Rows {
    #[inline(always)]
    fn run(([covariance, real, mean], [w, b, squares], factor): ([&[T]; 3], [&mut [T]; 3], T)) {
        let features = mean.len();
        b.fill(T::zero());
        squares.fill(T::zero());
        let given = covariance.chunks_exact(features).zip(real.chunks_exact(features)).zip(mean);
        for (w, ((covariance, real), mean)) in w.chunks_exact_mut(features).zip(given) {
            for ((w, (b, square)), (covariance, real)) in w
                .iter_mut()
                .zip(b.iter_mut().zip(squares.iter_mut()))
                .zip(covariance.iter().zip(real))
            {
                let apart = *covariance - *real;
                *square += apart * apart;
                *w = factor * apart;
                *b = *b - *mean * *w;
            }
        }
    }
}
