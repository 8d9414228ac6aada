//! Detection: how well a classifier tells synthetic rows from real ones.
//! An area under the ROC curve of 0.5 is perfect; 1 means that every synthetic row is recognised.
//!
//! SDMetrics uses the word "detection", too.
//! Here the score is the area itself, from predictions for rows that the classifier did not learn
//! from.
//! A copy scores **below** 0.5, because its original among the learned rows has the other label.
//! So the score does not tell a copy from a good table; the figures of privacy do.

use super::auc::{auc, auc_interval};
use super::folds::{draw, select, stratified_folds};
use super::logistic::LogisticRegression;
use super::trees::{BoostedTrees, Objective, Options};
use ground::matrix::Matrix;
use rayon::prelude::*;
use table::Table;

/// Folds of the cross-validation.
pub const FOLDS: usize = 5;

/// The classifiers that look for differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detector {
    /// [`BoostedTrees`] with their defaults: they see values, combinations and missing cells.
    Trees,
    /// [`LogisticRegression`] with C = 1: it sees means and missing rates, and levels as numbers.
    Logistic,
}

impl Detector {
    /// Learns from one set of rows (`y` 0 or 1) and scores another.
    fn scores(self, x: &Matrix, y: &[f64], others: &Matrix) -> Vec<f64> {
        match self {
            Self::Trees => {
                BoostedTrees::fit(x, y, Objective::Logistic, &Options::default()).predict(others)
            }
            Self::Logistic => LogisticRegression::fit(x, y, 1.0).predict(others),
        }
    }
}

/// Area under the ROC curve of boosted trees that tell two tables apart, from 5 folds.
///
/// As many rows of either table take part as the smaller one has.
/// The seed draws them and deals the folds.
/// NaN for an empty table.
/// Panics when the numbers of columns differ.
pub fn detection_trees_auc(real: &Table, synthetic: &Table, seed: u64) -> f64 {
    detection_auc(real, synthetic, Detector::Trees, seed)
}

/// The same with a logistic regression.
pub fn detection_logistic_auc(real: &Table, synthetic: &Table, seed: u64) -> f64 {
    detection_auc(real, synthetic, Detector::Logistic, seed)
}

fn detection_auc(real: &Table, synthetic: &Table, detector: Detector, seed: u64) -> f64 {
    let (scores, labels) = judged(real, synthetic, detector, seed);
    auc(&scores, &labels)
}

/// The same of any detector, with DeLong's 95 % interval ([`auc_interval`]).
pub fn detection(
    real: &Table,
    synthetic: &Table,
    detector: Detector,
    seed: u64,
) -> (f64, (f64, f64)) {
    let (scores, labels) = judged(real, synthetic, detector, seed);
    (auc(&scores, &labels), auc_interval(&scores, &labels))
}

/// The out-of-fold score of every row, and whether it is synthetic.
fn judged(real: &Table, synthetic: &Table, detector: Detector, seed: u64) -> (Vec<f64>, Vec<bool>) {
    let size = real.rows().min(synthetic.rows());
    let drawn = [draw(real.rows(), size, seed, 2), draw(synthetic.rows(), size, seed, 3)];
    let x = stacked(&select(&real.cells, &drawn[0]), &select(&synthetic.cells, &drawn[1]));
    let labels: Vec<bool> = (0..2 * size).map(|row| row >= size).collect();
    let who = |table: &Table, rows: &[usize]| -> Vec<usize> {
        rows.iter().map(|&row| table.patients().map_or(row, |of| of[row])).collect()
    };
    let patients = [who(real, &drawn[0]), who(synthetic, &drawn[1])].concat();
    let folds = stratified_folds(&labels, &patients, FOLDS, seed);
    (out_of_fold(&x, &labels, &folds, detector), labels)
}

/// The score of every row of `x` (`n x d`) by a detector that learned from the rows of all other
/// folds.
///
/// `labels` and `folds` have one entry per row; the caller chooses the folds.
/// Folds run in parallel, and no result depends on the number of threads.
pub fn out_of_fold(x: &Matrix, labels: &[bool], folds: &[usize], detector: Detector) -> Vec<f64> {
    assert!(
        labels.len() == x.rows() && folds.len() == x.rows(),
        "{} labels and {} folds for {} rows",
        labels.len(),
        folds.len(),
        x.rows()
    );
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let judged: Vec<(Vec<usize>, Vec<f64>)> = (0..count)
        .into_par_iter()
        .map(|fold| {
            let (judged, learned): (Vec<usize>, Vec<usize>) =
                (0..x.rows()).partition(|&row| folds[row] == fold);
            let y: Vec<f64> = learned.iter().map(|&row| f64::from(labels[row])).collect();
            let scores = detector.scores(&select(x, &learned), &y, &select(x, &judged));
            (judged, scores)
        })
        .collect();
    let mut scores = vec![f64::NAN; x.rows()];
    for (row, score) in judged.into_iter().flat_map(|(rows, scores)| rows.into_iter().zip(scores)) {
        scores[row] = score;
    }
    scores
}

/// The rows of one matrix above those of another.
fn stacked(above: &Matrix, below: &Matrix) -> Matrix {
    assert_eq!(
        above.columns(),
        below.columns(),
        "{} real and {} synthetic columns",
        above.columns(),
        below.columns()
    );
    let values = [above.values(), below.values()].concat();
    Matrix::from_values(above.rows() + below.rows(), above.columns(), values)
}
