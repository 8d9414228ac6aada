//! Sets of random directions, one behind the other in one matrix: so one kernel draws them, one
//! product projects to all of them.

use std::ops::Range;

/// How many directions of each kind there are, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sets {
    /// Spread evenly over all directions.
    pub dense: usize,
    /// In proportion to the principal components of the rows whose covariance has the factor.
    pub principal: usize,
    /// Inside the columns of two random blocks.
    pub pairs: usize,
    /// With positive weights on what says "missing".
    pub masks: usize,
}

impl Sets {
    /// Directions of all kinds together.
    pub fn total(&self) -> usize {
        self.dense + self.principal + self.pairs + self.masks
    }

    /// The rows of each set: dense, principal, pairs, masks.
    pub fn ranges(&self) -> [Range<usize>; 4] {
        let mut end = 0;
        [self.dense, self.principal, self.pairs, self.masks].map(|count| {
            end += count;
            end - count..end
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_lie_one_behind_the_other() {
        let sets = Sets { dense: 3, principal: 0, pairs: 2, masks: 4 };
        assert_eq!(sets.ranges(), [0..3, 3..3, 3..5, 5..9]);
        assert_eq!(sets.total(), 9);
    }
}
