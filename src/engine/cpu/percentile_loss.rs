//! Mean squared error of percentiles, the generator's loss:
//! mirror of `shaders/percentile_loss.wgsl`.

use super::Real;
use super::strips::{Columns, for_each_strip};

/// The sorted batches and where each fake row stands in them; all of the same shape.
#[derive(Clone, Copy)]
pub(super) struct Order<'a, T> {
    pub(super) real: &'a [T],
    pub(super) fake: &'a [T],
    pub(super) rank: &'a [T],
}

/// [`Op::PercentileLoss`](crate::op::Op::PercentileLoss) for one model.
/// `scratch` has the size of dx plus one row.
pub(super) fn percentile_loss<T: Real>(
    order: Order<T>,
    levels: &[T],
    loss: &mut [T],
    dx: &mut [T],
    scratch: &mut [T],
    features: usize,
    weight: f64,
) {
    let rows = dx.len() / features;
    let terms = T::from_f64((levels.len() / 2 * features) as f64);
    let factor = T::from_f64(2.0 * weight) / terms;
    let (gradients, errors) = scratch.split_at_mut(dx.len());
    let errors = &mut errors[..features];
    {
        let (dx, gradients, errors) = (
            Columns::new(dx, features),
            Columns::new(gradients, rows),
            Columns::new(errors, features),
        );
        for_each_strip(features, |first, last| {
            for column in first..last {
                // SAFETY: strips are disjoint; the gradients of a column are a row of their own.
                let (gradient, error) =
                    unsafe { (gradients.row(column, 0, rows), errors.row(0, column, column + 1)) };
                error[0] = order_gradient(order, levels, gradient, [column, features], factor);
                for row in 0..rows {
                    let place = order.rank[row * features + column].widen() as usize;
                    // SAFETY: as above.
                    unsafe { dx.row(row, column, column + 1)[0] = gradient[place] };
                }
            }
        });
    }
    loss[0] = errors.iter().copied().sum::<T>() / terms;
}

/// The gradient of the order statistics of one column, and its squared errors.
fn order_gradient<T: Real>(
    order: Order<T>,
    levels: &[T],
    gradient: &mut [T],
    [column, features]: [usize; 2],
    factor: T,
) -> T {
    let last = gradient.len() - 1;
    let value = |sorted: &[T], k: usize, t: T| {
        let low = sorted[k * features + column];
        low + t * (sorted[(k + 1).min(last) * features + column] - low)
    };
    gradient.fill(T::zero());
    let mut error = T::zero();
    for level in levels.chunks_exact(2) {
        let (k, t) = (level[0].widen() as usize, level[1]);
        let difference = value(order.fake, k, t) - value(order.real, k, t);
        error += difference * difference;
        gradient[k] += factor * difference * (T::one() - t);
        gradient[(k + 1).min(last)] += factor * difference * t;
    }
    error
}
