//! Squared differences of order statistics by sets of columns:
//! mirror of `shaders/sorted_loss.wgsl`.

use super::Real;
use super::percentile_loss::Order;
use super::strips::{Columns, STRIP, for_each_strip};
use super::vectorise::{Loop, vectorise};

/// Numbers of scratch for [`sorted_loss`]: a strip of differences for every strip, and the squared
/// errors of every column.
pub(super) fn scratch_len(rows: usize, features: usize) -> usize {
    (rows + 1) * features.next_multiple_of(STRIP)
}

/// [`Op::SortedLoss`](crate::op::Op::SortedLoss) for one model. `scratch` has [`scratch_len`].
pub(super) fn sorted_loss<T: Real>(
    order: Order<T>,
    sets: &[T],
    loss: &mut [T],
    dx: &mut [T],
    scratch: &mut [T],
    features: usize,
) {
    let rows = dx.len() / features;
    let wide = features.next_multiple_of(STRIP);
    let (differences, errors) = scratch.split_at_mut(rows * wide);
    {
        let (dx, differences) =
            (Columns::new(dx, features), Columns::new(differences, rows * STRIP));
        let strips = Columns::new(&mut *errors, STRIP);
        for_each_strip(features, |first, last| {
            // SAFETY: strips are disjoint, and each has its own row of both.
            let (differences, errors) = unsafe {
                (
                    differences.row(first / STRIP, 0, rows * STRIP),
                    strips.row(first / STRIP, 0, last - first),
                )
            };
            vectorise::<Differences, _>((
                order,
                sets,
                differences,
                errors,
                [first, last, features],
            ));
            for (row, rank) in order.rank.chunks_exact(features).enumerate() {
                // SAFETY: strips are disjoint.
                let dx = unsafe { dx.row(row, first, last) };
                for (column, (dx, rank)) in dx.iter_mut().zip(&rank[first..last]).enumerate() {
                    *dx = differences[rank.widen() as usize * STRIP + column];
                }
            }
        });
    }
    for (loss, set) in loss.iter_mut().zip(sets.chunks_exact(4)) {
        let (first, len) = (set[0].widen() as usize, set[1].widen() as usize);
        *loss = set[2] * errors[first..first + len].iter().copied().sum::<T>();
    }
}

/// The factors of the columns `first..last`.
fn factors<T: Real>(sets: &[T], first: usize, last: usize) -> [T; STRIP] {
    let mut factors = [T::zero(); STRIP];
    for set in sets.chunks_exact(4) {
        let (from, len) = (set[0].widen() as usize, set[1].widen() as usize);
        (from.max(first)..(from + len).min(last))
            .for_each(|column| factors[column - first] = set[3]);
    }
    factors
}

struct Differences;

impl<T: Real> Loop<(Order<'_, T>, &[T], &mut [T], &mut [T], [usize; 3])> for Differences {
    /// The gradient of every order statistic of some columns, row by row with a strip's pitch, and
    /// the squared errors of the columns.
    #[inline(always)]
    fn run(operands: (Order<'_, T>, &[T], &mut [T], &mut [T], [usize; 3])) {
        let (order, sets, differences, errors, [first, last, features]) = operands;
        let factors = factors(sets, first, last);
        errors.fill(T::zero());
        let rows = order.real.chunks_exact(features).zip(order.fake.chunks_exact(features));
        for (differences, (real, fake)) in differences.chunks_exact_mut(STRIP).zip(rows) {
            let pairs = fake[first..last].iter().zip(&real[first..last]);
            let sums = errors.iter_mut().zip(&factors);
            for ((difference, (fake, real)), (error, factor)) in
                differences.iter_mut().zip(pairs).zip(sums)
            {
                let apart = *fake - *real;
                *error += apart * apart;
                *difference = *factor * apart;
            }
        }
    }
}
