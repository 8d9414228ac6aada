//! The best place to cut a node in two.
//!
//! The gain is that of Chen and Guestrin (2016, equation 7) up to its factor 1/2: with sums of first and second derivatives G and H of a side, `G² / (H + l2)` of both sides less that of the node.

use super::Options;
use super::bins::{Binned, ColumnBins};
use super::histogram::Sums;

/// Least sum of second derivatives on a side; the library's.
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
    /// How much the loss goes down, times two.
    pub gain: f64,
    /// What is left of it.
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
    /// The split of the largest gain above 0; of equal ones the first by column, then with missing values at the right.
    pub fn best(&self, binned: &Binned, histogram: &[Sums]) -> Option<Split> {
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

    /// The best splits with missing values at the right and, if there are any, at the left.
    fn in_column(&self, column: usize, cut: &ColumnBins, sums: &[Sums]) -> [Option<Split>; 2] {
        let ends = cut.all() - 1;
        let right = self.scan((0..ends).map(|bin| (bin, sums[bin]))).map(|found| Split {
            column,
            bin: found.bin,
            missing_left: false,
            gain: found.gain,
            left: found.near,
        });
        if !cut.has_missing {
            return [right, None];
        }
        let left = self.scan((0..cut.known() - 1).rev().map(|bin| (bin, sums[bin + 1]))).map(|found| Split {
            column,
            bin: found.bin,
            missing_left: true,
            gain: found.gain,
            left: self.node - found.near,
        });
        [right, left]
    }

    /// Adds bins to the near side, from one end of the feature inwards, and keeps the first cut of the largest gain.
    fn scan(&self, bins: impl Iterator<Item = (usize, Sums)>) -> Option<Found> {
        let least = self.options.least_in_leaf;
        let now = self.node.gradient * self.value;
        let mut near = Sums::default();
        let mut best = Found { bin: 0, gain: 0.0, near };
        for (bin, sums) in bins {
            if sums.rows == 0 {
                continue;
            }
            near += sums;
            if near.rows < least || near.hessian < LEAST_HESSIAN {
                continue;
            }
            let far = self.node - near;
            if far.rows < least || far.hessian < LEAST_HESSIAN {
                break;
            }
            let gain = now + self.score(&near) + self.score(&far);
            if gain > best.gain {
                best = Found { bin, gain, near };
            }
        }
        (best.gain > 0.0).then_some(best)
    }

    fn score(&self, side: &Sums) -> f64 {
        -side.gradient * leaf_value(side, self.options.l2)
    }
}

struct Found {
    bin: usize,
    gain: f64,
    near: Sums,
}
