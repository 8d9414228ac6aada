//! The last part of a batch normalisation's gradient, for the kernels that read what
//! [`Op::NormDenseBackward`](crate::op::Op::NormDenseBackward) leaves.

use super::Real;

/// A gradient before it is finished: da, the sums of its tiles, and gamma rstd.
#[derive(Clone, Copy)]
pub(super) struct Unfinished<'a, T> {
    pub(super) dy: &'a [T],
    pub(super) dense: &'a [T],
    /// Mean and rstd of each group.
    pub(super) statistics: &'a [T],
    pub(super) groups: usize,
    pub(super) rows: usize,
    pub(super) features: usize,
    /// Rows of a tile.
    pub(super) tile: usize,
}

impl<T: Real> Unfinished<'_, T> {
    /// The totals of da and of da h of a group, one behind the other, into `totals`.
    pub(super) fn totals(&self, group: usize, totals: &mut [T]) {
        let Self { groups, rows, features, .. } = *self;
        let of_group = 2 * rows.div_ceil(self.tile) * features;
        let parts = &self.dy[groups * rows * features + group * of_group..][..of_group];
        totals.fill(T::zero());
        for part in parts.chunks_exact(2 * features) {
            totals.iter_mut().zip(part).for_each(|(total, part)| *total += *part);
        }
    }

    /// `c (da - S / R - h T / R)` of every row into `g`; `totals` is scratch of two rows.
    pub(super) fn finish(&self, g: &mut [T], totals: &mut [T]) {
        let Self { dy, groups, rows, features, .. } = *self;
        let count = T::from_f64(rows as f64);
        let factors = &dy[dy.len() - groups * features..];
        for group in 0..groups {
            self.totals(group, totals);
            let kept = &self.statistics[2 * group * features..][..2 * features];
            let factor = &factors[group * features..][..features];
            for row in group * rows..(group + 1) * rows {
                let [da, x] = [dy, self.dense].map(|all| &all[row * features..][..features]);
                for f in 0..features {
                    let h = (x[f] - kept[f]) * kept[features + f];
                    g[row * features + f] = factor[f]
                        * (da[f] - totals[f] / count - h * (totals[features + f] / count));
                }
            }
        }
    }
}
