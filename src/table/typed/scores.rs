//! Normal scores: the average rank of a value among the training rows, as a quantile of the normal
//! distribution.

use super::normal;

/// The scores of all values that occur; others lie between them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NormalScores {
    values: Vec<f64>,
    scores: Vec<f64>,
}

impl NormalScores {
    /// Scores of the observed values of the training rows, which are ascending.
    /// A value at the places `first..last` of n has the score `quantile((first + last) / 2n)`, so
    /// that equal values share a score.
    /// Panics on an empty sample.
    pub(super) fn fit(sorted: &[f64]) -> Self {
        assert!(!sorted.is_empty(), "normal scores of nothing");
        let (mut values, mut scores, mut first) = (Vec::new(), Vec::new(), 0);
        while first < sorted.len() {
            let last = sorted.partition_point(|value| *value <= sorted[first]);
            values.push(sorted[first]);
            scores.push(normal::quantile((first + last) as f64 / (2 * sorted.len()) as f64));
            first = last;
        }
        Self { values, scores }
    }

    /// The score of a value.
    /// Between two values of the training rows it lies on a straight line; beyond all of them it is
    /// that of the last one.
    pub(super) fn score(&self, value: f64) -> f64 {
        let above = self.values.partition_point(|known| *known < value);
        if above == self.values.len() {
            return self.scores[above - 1];
        }
        if above == 0 || self.values[above] == value {
            return self.scores[above];
        }
        let (low, high) = (self.values[above - 1], self.values[above]);
        // Halves, so that no difference overflows.
        let part = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
        self.scores[above - 1] + (self.scores[above] - self.scores[above - 1]) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_a_score_and_other_values_lie_between() {
        let scores = NormalScores::fit(&[1.0, 2.0, 2.0, 4.0]);
        // Levels 1/8, 4/8 and 7/8.
        assert_eq!(scores.score(2.0), 0.0);
        assert!((scores.score(4.0) - 1.1503493803760079).abs() < 1e-12, "{}", scores.score(4.0));
        assert_eq!(scores.score(1.0), -scores.score(4.0));
        assert!((scores.score(3.0) - scores.score(4.0) / 2.0).abs() < 1e-15);
        assert_eq!(
            (scores.score(-9.0), scores.score(99.0)),
            (scores.score(1.0), scores.score(4.0))
        );
    }

    #[test]
    fn the_widest_range_does_not_overflow() {
        let scores = NormalScores::fit(&[f64::MIN, f64::MAX]);
        assert!(scores.score(0.0).abs() < 1e-15);
    }
}
