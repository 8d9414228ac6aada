//! The best place to cut a node in two.
//!
//! The gain is that of Chen and Guestrin (2016, equation 7), without its factor 1/2.
//! With the sums of first and second derivatives G and H of a side it is `G² / (H + l2)` of both
//! sides, less that of the node.

use super::Options;
use super::bins::{Binned, ColumnBins};
use super::histogram::Sums;

/// Least sum of second derivatives on a side, as in the library.
const LEAST_HESSIAN: f64 = 1e-3;

/// A cut of one node.
#[derive(Clone, Copy)]
pub(super) struct Split {
    /// Feature.
    pub column: usize,
    /// Last bin of the left side.
    pub bin: usize,
    /// Side of missing values.
    pub missing_left: bool,
    /// By how much the loss falls, times two.
    pub gain: f64,
    /// The sums of the left side.
    pub left: Sums,
}

/// The value of a leaf that lowers the loss most, before the learning rate.
pub(super) fn leaf_value(sums: &Sums, l2: f64) -> f64 {
    // The last term keeps leaves without curvature finite, as in the library.
    -sums.gradient / (sums.hessian + l2 + 1e-15)
}

/// A node in search of a split.
pub(super) struct Search<'a> {
    pub node: Sums,
    /// What the node predicts unless it is split.
    pub value: f64,
    pub options: &'a Options,
}

impl Search<'_> {
    /// The split with the largest gain above 0.
    /// Of equal ones it is the first by column, then the one with missing values on the right.
    pub(crate) fn best(&self, binned: &Binned, histogram: &[Sums]) -> Option<Split> {
        let mut best: Option<Split> = None;
        for (column, cut) in binned.columns.iter().enumerate() {
            let sums = &histogram[cut.first..cut.first + cut.all()];
            for split in self.in_column(column, cut, sums).into_iter().flatten() {
                if best.is_none_or(|best| split.gain > best.gain) {
                    best = Some(split);
                }
            }
        }
        best
    }

    /// The best splits with missing values at the right and, if the node has any, at the left.
    fn in_column(&self, column: usize, cut: &ColumnBins, sums: &[Sums]) -> [Option<Split>; 2] {
        let ends = cut.all() - 1;
        let right = self.scan((0..ends).map(|bin| (bin, sums[bin]))).map(|found| Split {
            column,
            bin: found.bin,
            missing_left: false,
            gain: found.gain,
            left: found.near,
        });
        if !cut.has_missing || sums[cut.known()].rows == 0 {
            return [right, None];
        }
        let left =
            self.scan((0..cut.known() - 1).rev().map(|bin| (bin, sums[bin + 1]))).map(|found| {
                Split {
                    column,
                    bin: found.bin,
                    missing_left: true,
                    gain: found.gain,
                    left: self.node - found.near,
                }
            });
        [right, left]
    }

    /// Adds bins to the near side, from one end of the feature inwards, and keeps the first cut
    /// with the largest gain.
    fn scan(&self, bins: impl Iterator<Item = (usize, Sums)>) -> Option<Found> {
        let Options { least_in_leaf: least, l2, .. } = *self.options;
        // The gain is `now + score.0 / score.1`.
        // Scores are compared by products, which saves a division at every bin.
        let now = self.node.gradient * self.value;
        let mut near = Sums::default();
        let (mut best, mut highest) = (None, (-now, 1.0));
        for (bin, sums) in bins {
            near += sums;
            if near.rows < least || near.hessian < LEAST_HESSIAN {
                continue;
            }
            let far = self.node - near;
            if far.rows < least || far.hessian < LEAST_HESSIAN {
                break;
            }
            let (h_near, h_far) = (near.hessian + l2, far.hessian + l2);
            let score =
                (near.gradient.powi(2) * h_far + far.gradient.powi(2) * h_near, h_near * h_far);
            if score.0 * highest.1 > highest.0 * score.1 {
                highest = score;
                best = Some((bin, near));
            }
        }
        let gain = now + highest.0 / highest.1;
        best.filter(|_| gain > 0.0).map(|(bin, near)| Found { bin, gain, near })
    }
}

struct Found {
    bin: usize,
    gain: f64,
    near: Sums,
}
