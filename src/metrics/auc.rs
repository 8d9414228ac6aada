//! The area under the ROC curve: how often a classifier scores a positive above a negative.

/// The 97.5 % quantile of the normal distribution.
const NORMAL_QUANTILE: f64 = 1.959963984540054;

/// The share of pairs of a positive (`true`) and a negative whose scores stand in the right order, ties as one half: 0.5 is chance, 1 perfect order.
///
/// NaN when one of the two classes is absent or a score is NaN; panics unless there is one label per score.
pub fn auc(scores: &[f64], labels: &[bool]) -> f64 {
    Placements::new(scores, labels).auc()
}

/// A 95 % interval around the area, after DeLong, DeLong and Clarke-Pearson (1988), cut at 0 and 1.
///
/// (NaN, NaN) when a class has fewer than two cases or a score is NaN. Where the two classes do not overlap at all the interval has no width: the method sees no
/// variance there. Panics as [`auc`].
pub fn auc_interval(scores: &[f64], labels: &[bool]) -> (f64, f64) {
    let placements = Placements::new(scores, labels);
    let auc = placements.auc();
    let half =
        NORMAL_QUANTILE * (variance_of_mean(&placements.positives) + variance_of_mean(&placements.negatives)).sqrt();
    // `clamp` keeps NaN.
    ((auc - half).clamp(0.0, 1.0), (auc + half).clamp(0.0, 1.0))
}

/// The share of the other class that every case stands on the right side of; the mean over either class is the area.
struct Placements {
    positives: Vec<f64>,
    negatives: Vec<f64>,
}

impl Placements {
    /// By midranks, as Sun and Xu (2014): a case's rank among all less its rank within its class counts the other class below it.
    fn new(scores: &[f64], labels: &[bool]) -> Self {
        assert_eq!(scores.len(), labels.len(), "{} scores and {} labels", scores.len(), labels.len());
        let of = |class: bool| -> Vec<f64> {
            scores.iter().zip(labels).filter(|(_, label)| **label == class).map(|(&score, _)| score).collect()
        };
        let (positives, negatives) = (of(true), of(false));
        if scores.iter().any(|score| score.is_nan()) {
            return Self { positives: vec![f64::NAN], negatives: vec![f64::NAN] };
        }
        let all = [positives.as_slice(), negatives.as_slice()].concat();
        let ranks = midranks(&all);
        let (above, below) = ranks.split_at(positives.len());
        let share = |all: &[f64], own: Vec<f64>, others: usize| -> Vec<f64> {
            all.iter().zip(own).map(|(all, own)| (all - own) / others as f64).collect()
        };
        let placed = share(above, midranks(&positives), negatives.len());
        let undercut = share(below, midranks(&negatives), positives.len());
        Self { positives: placed, negatives: undercut.into_iter().map(|share| 1.0 - share).collect() }
    }

    fn auc(&self) -> f64 {
        if self.negatives.is_empty() { f64::NAN } else { mean(&self.positives) }
    }
}

/// Ranks from 1; tied values share the mean of theirs.
fn midranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = start as f64 + (tied.len() as f64 + 1.0) / 2.0;
        tied.iter().for_each(|&position| ranks[position] = rank);
        start += tied.len();
    }
    ranks
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// NaN for fewer than two values.
fn variance_of_mean(values: &[f64]) -> f64 {
    let (mean, n) = (mean(values), values.len() as f64);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n
}
