//! The area under the ROC curve: how often a classifier scores a positive above a negative.

/// The 97.5 % quantile of the normal distribution.
const NORMAL_QUANTILE: f64 = 1.959963984540054;

/// The share of pairs of a positive (`true`) and a negative whose scores are in the right order,
/// ties as one half.
/// 0.5 is chance, 1 is perfect order.
///
/// NaN when one of the two classes is absent or a score is NaN.
/// Panics unless there is one label per score.
pub fn auc(scores: &[f64], labels: &[bool]) -> f64 {
    Placements::new(scores, labels).auc()
}

/// A 95 % interval around the area, after DeLong, DeLong and Clarke-Pearson (1988), cut at 0 and 1.
///
/// (NaN, NaN) when a class has fewer than two cases or a score is NaN.
/// Where the two classes do not overlap, the interval has no width, because the method finds no
/// variance.
/// Panics as [`auc`].
pub fn auc_interval(scores: &[f64], labels: &[bool]) -> (f64, f64) {
    let placements = Placements::new(scores, labels);
    let (auc, half) = (placements.auc(), NORMAL_QUANTILE * placements.standard_error());
    // `clamp` keeps NaN.
    ((auc - half).clamp(0.0, 1.0), (auc + half).clamp(0.0, 1.0))
}

/// The same interval where several cases belong to one patient, after Obuchowski (1997).
/// The contributions of a patient's cases are added up per class before variances are taken.
/// So the cases of a patient may depend on each other in any way.
///
/// `clusters` numbers the patient of every case; with one patient per case the interval is that of
/// [`auc_interval`].
/// (NaN, NaN) when fewer than two patients have cases of a class.
/// Panics as [`auc`], and unless there is one patient per score.
pub fn auc_interval_clustered(scores: &[f64], labels: &[bool], clusters: &[usize]) -> (f64, f64) {
    assert_eq!(
        scores.len(),
        clusters.len(),
        "{} scores and {} patients of theirs",
        scores.len(),
        clusters.len()
    );
    let placements = Placements::new(scores, labels);
    let auc = placements.auc();
    let of_class =
        |class: bool| labels.iter().zip(clusters).filter(move |(label, _)| **label == class);
    let patients = clusters.iter().max().map_or(0, |last| last + 1);
    // For each patient: the number of cases of the class, and the sum of their deviations as a
    // share of all cases of the class.
    let sums = |class: bool, placed: &[f64]| {
        let mut sums = vec![(0, 0.0); patients];
        for ((_, &patient), place) in of_class(class).zip(placed) {
            sums[patient].0 += 1;
            sums[patient].1 += (place - auc) / placed.len() as f64;
        }
        sums
    };
    let (positive, negative) =
        (sums(true, &placements.positives), sums(false, &placements.negatives));
    let correction = |count: usize| count as f64 / (count as f64 - 1.0);
    let variance = |sums: &[(usize, f64)]| {
        let cases = sums.iter().filter(|(cases, _)| *cases > 0).count();
        correction(cases) * sums.iter().map(|(_, sum)| sum * sum).sum::<f64>()
    };
    let all = positive.iter().zip(&negative).filter(|(a, b)| a.0 + b.0 > 0).count();
    let together =
        correction(all) * positive.iter().zip(&negative).map(|(a, b)| a.1 * b.1).sum::<f64>();
    // Estimates of a variance near 0 can be below 0. `max` would lose NaN.
    let total = variance(&positive) + variance(&negative) + 2.0 * together;
    let half = NORMAL_QUANTILE * if total < 0.0 { 0.0 } else { total.sqrt() };
    ((auc - half).clamp(0.0, 1.0), (auc + half).clamp(0.0, 1.0))
}

/// The share of the other class that every case is on the right side of.
/// The mean over either class is the area.
pub(super) struct Placements {
    positives: Vec<f64>,
    negatives: Vec<f64>,
}

impl Placements {
    fn new(scores: &[f64], labels: &[bool]) -> Self {
        assert_eq!(
            scores.len(),
            labels.len(),
            "{} scores and {} labels",
            scores.len(),
            labels.len()
        );
        let of = |class: bool| -> Vec<f64> {
            scores
                .iter()
                .zip(labels)
                .filter(|(_, label)| **label == class)
                .map(|(&score, _)| score)
                .collect()
        };
        Self::of(&of(true), &of(false))
    }

    /// By midranks, as Sun and Xu (2014).
    /// The rank of a case among all, less its rank within its class, counts the cases of the other
    /// class below it.
    pub(super) fn of(positives: &[f64], negatives: &[f64]) -> Self {
        let all = [positives, negatives].concat();
        if all.iter().any(|score| score.is_nan()) {
            return Self { positives: vec![f64::NAN], negatives: vec![f64::NAN] };
        }
        let ranks = midranks(&all);
        let (above, below) = ranks.split_at(positives.len());
        let share = |all: &[f64], own: Vec<f64>, others: usize| -> Vec<f64> {
            all.iter().zip(own).map(|(all, own)| (all - own) / others as f64).collect()
        };
        let placed = share(above, midranks(positives), negatives.len());
        let undercut = share(below, midranks(negatives), positives.len());
        Self {
            positives: placed,
            negatives: undercut.into_iter().map(|share| 1.0 - share).collect(),
        }
    }

    /// The area; NaN when a class is absent.
    pub(super) fn auc(&self) -> f64 {
        if self.negatives.is_empty() { f64::NAN } else { mean(&self.positives) }
    }

    /// The area's standard error, after DeLong, DeLong and Clarke-Pearson (1988); NaN when a class
    /// has fewer than two cases.
    pub(super) fn standard_error(&self) -> f64 {
        (variance_of_mean(&self.positives) + variance_of_mean(&self.negatives)).sqrt()
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
