//! A repeated measurement: its median, and the range without the fastest and the slowest tenth.

use ground::quantile::quantile;
use serde::{Deserialize, Serialize};

/// Median, 10th and 90th percentile (numpy's "linear") of some samples, all in one unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Half of the samples are below.
    pub median: f64,
    /// A tenth of the samples is below.
    pub p10: f64,
    /// A tenth of the samples is above.
    pub p90: f64,
}

impl Spread {
    /// Of samples in any order; NaN when there are none.
    pub fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let [median, p10, p90] = [0.5, 0.1, 0.9].map(|p| quantile(&samples, p));
        Self { median, p10, p90 }
    }

    /// The median alone.
    pub fn median(samples: &[f64]) -> f64 {
        Self::of(samples.to_vec()).median
    }

    /// The same measurement in another unit.
    pub fn times(self, factor: f64) -> Self {
        Self { median: self.median * factor, p10: self.p10 * factor, p90: self.p90 * factor }
    }

    /// Two measurements one after the other, as if both were slow or fast together.
    /// So the range is not too narrow.
    pub fn and(self, other: Self) -> Self {
        Self {
            median: self.median + other.median,
            p10: self.p10 + other.p10,
            p90: self.p90 + other.p90,
        }
    }

    /// Whether the ranges from p10 to p90 overlap.
    /// Then nobody can say which of the two is faster.
    /// True for NaN.
    pub fn overlaps(&self, other: &Self) -> bool {
        !(self.p90 < other.p10 || other.p90 < self.p10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_numpy_in_any_order() {
        // numpy.percentile([1, 2, ..., 11] and [5, 1, 2], [50, 10, 90])
        let spread = Spread::of((1..=11).rev().map(f64::from).collect());
        assert_eq!((spread.median, spread.p10, spread.p90), (6.0, 2.0, 10.0));
        let few = Spread::of(vec![5.0, 1.0, 2.0]);
        assert_eq!(few.median, 2.0);
        assert!((few.p10 - 1.2).abs() < 1e-12 && (few.p90 - 4.4).abs() < 1e-12);
        let one = Spread::of(vec![3.0]);
        assert_eq!((one.median, one.p10, one.p90), (3.0, 3.0, 3.0));
        assert!(Spread::of(Vec::new()).median.is_nan());
    }

    #[test]
    fn ranges_overlap_unless_one_ends_before_the_other_begins() {
        let spread = |p10, p90| Spread { median: (p10 + p90) / 2.0, p10, p90 };
        assert!(spread(1.0, 2.0).overlaps(&spread(1.5, 3.0)));
        assert!(spread(1.0, 2.0).overlaps(&spread(2.0, 3.0)), "they touch");
        assert!(
            spread(1.0, 9.0).overlaps(&spread(4.0, 5.0))
                && spread(4.0, 5.0).overlaps(&spread(1.0, 9.0))
        );
        assert!(
            !spread(1.0, 2.0).overlaps(&spread(2.1, 3.0))
                && !spread(2.1, 3.0).overlaps(&spread(1.0, 2.0))
        );
        assert!(
            spread(1.0, 2.0).overlaps(&spread(f64::NAN, f64::NAN)),
            "of nothing no difference is known"
        );
        assert_eq!(spread(1.0, 3.0).and(spread(1.0, 3.0)), spread(1.0, 3.0).times(2.0));
    }
}
