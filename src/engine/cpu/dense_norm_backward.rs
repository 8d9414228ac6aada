//! The gradient of a dense layer's input fused with that of the normalisation in front of it:
//! mirror of `shaders/dense_norm_backward.wgsl`.
//!
//! The gradient between the two never leaves the cache of the thread that owns its columns.

use super::Real;
use super::batch_norm_blocks::{BLOCK, Scale, gradient, sums};
use super::product::{Right, Strip, strips};
use super::strips::Columns;
use super::vectorise::{Loop, vectorise};

/// What the forward pass of this layer kept.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a, T> {
    pub(super) dense: &'a [T],
    pub(super) scale: &'a [T],
    pub(super) statistics: &'a [T],
}

impl<'a, T: Real> Kept<'a, T> {
    /// What belongs to columns `first..first + width`, with the statistics of a group.
    fn columns(&self, group: usize, first: usize, width: usize) -> Scale<'a, T> {
        let features = self.scale.len() / 2;
        let [mean, rstd] =
            [0, 1].map(|row| &self.statistics[(2 * group + row) * features + first..][..width]);
        let [gamma, beta] = [0, 1].map(|row| &self.scale[row * features + first..][..width]);
        Scale { mean, rstd, gamma, beta }
    }
}

/// [`Op::DenseNormBackward`](crate::op::Op::DenseNormBackward) for one model.
pub(super) fn dense_norm_backward<T: Real>(
    [dy, w]: [&[T]; 2],
    kept: Kept<T>,
    dx: &mut [T],
    dscale: &mut [T],
    groups: usize,
    slope: f64,
) {
    let features = kept.scale.len() / 2;
    let outputs = w.len() / features;
    let (dx, dscale) = (Columns::new(dx, features), Columns::new(dscale, features));
    let slope = T::from_f64(slope);
    strips(
        dy,
        Right::Turned(w),
        [dy.len() / outputs, outputs, features],
        |width| 4 * width,
        |strip| {
            // SAFETY: no other strip has these columns.
            let [dbeta, dgamma] = [1, 0]
                .map(|row| unsafe { dscale.row(row, strip.first, strip.first + strip.width) });
            dbeta.fill(T::zero());
            dgamma.fill(T::zero());
            for group in 0..groups {
                vectorise::<Pass, _>((&mut *strip, [group, groups], kept, &dx, slope));
                for (total, sum) in dbeta.iter_mut().chain(&mut *dgamma).zip(&*strip.spare) {
                    *total += *sum;
                }
            }
        },
    );
}

/// The gradient of a group of rows through the normalisation; leaves the sums of `da` and `da h` in
/// front of the spare memory.
#[inline(always)]
fn pass<T: Real>(
    (strip, [group, groups], kept, dx, slope): (&mut Strip<T>, [usize; 2], Kept<T>, &Columns<T>, T),
) {
    let Strip { first, width, pitch, .. } = *strip;
    let features = kept.scale.len() / 2;
    let rows = strip.values.len() / pitch / groups;
    let scale = kept.columns(group, first, width);
    let values = &*strip.values;
    let lines = |start: usize, end: usize| {
        let range = group * rows + start..group * rows + end.min(rows);
        range.map(|row| {
            (&kept.dense[row * features + first..][..width], &values[row * pitch..][..width])
        })
    };
    let (totals, part) = strip.spare[..4 * width].split_at_mut(2 * width);
    sums((lines(0, BLOCK), scale, &mut *totals, slope));
    for start in (BLOCK..rows).step_by(BLOCK) {
        sums((lines(start, start + BLOCK), scale, &mut *part, slope));
        totals.iter_mut().zip(&*part).for_each(|(total, part)| *total += *part);
    }
    let count = T::from_f64(rows as f64);
    part.iter_mut().zip(&*totals).for_each(|(mean, total)| *mean = *total / count);
    let out = (group * rows..(group + 1) * rows)
        // SAFETY: no other strip has these columns.
        .map(|row| unsafe { dx.row(row, first, first + width) });
    gradient((out.zip(lines(0, rows)), scale, &*part, slope));
}

/// [`pass`], with the processor's vectors.
struct Pass;

impl<'a, 'b, 'c, T: Real> Loop<(&mut Strip<'a, T>, [usize; 2], Kept<'b, T>, &Columns<'c, T>, T)>
    for Pass
{
    #[inline(always)]
    fn run(operands: (&mut Strip<'a, T>, [usize; 2], Kept<'b, T>, &Columns<'c, T>, T)) {
        pass(operands);
    }
}
