//! The learners on tables whose answer is known.

use super::{Uniform, near};
use ground::matrix::Matrix;
use judge::metrics::auc::auc;
use judge::metrics::detection::{Detector, out_of_fold};
use judge::metrics::logistic::LogisticRegression;
use judge::metrics::trees::{BoostedTrees, Objective, Options};

/// Out-of-fold area when the label of every row is this function of it; row r is in fold r mod 5.
fn area(x: &Matrix, label: impl Fn(usize, &[f64]) -> bool, detector: Detector) -> f64 {
    let labels: Vec<bool> = (0..x.rows()).map(|row| label(row, x.row(row))).collect();
    let folds: Vec<usize> = (0..x.rows()).map(|row| row % 5).collect();
    auc(&out_of_fold(x, &labels, &folds, detector), &labels)
}

#[test]
fn what_one_feature_separates_is_separated() {
    let x = Uniform(1).matrix(400, 3);
    for detector in [Detector::Trees, Detector::Logistic] {
        let area = area(&x, |_, row| row[1] > 0.5, detector);
        assert!(area > 0.99, "{detector:?}: {area}");
    }
}

#[test]
fn noise_stays_near_one_half() {
    let x = Uniform(2).matrix(1000, 6);
    for detector in [Detector::Trees, Detector::Logistic] {
        // The standard deviation of the area by chance is 0.018.
        near("noise", area(&x, |row, _| row * 7919 % 13 < 6, detector), 0.5, 0.055);
    }
}

#[test]
fn exclusive_or_needs_depth() {
    let x = Uniform(3).matrix(800, 2);
    let exclusive = |_: usize, row: &[f64]| (row[0] > 0.5) != (row[1] > 0.5);
    assert!(area(&x, exclusive, Detector::Trees) > 0.97);
    near("a linear model sees nothing", area(&x, exclusive, Detector::Logistic), 0.5, 0.07);
    // Trees of two leaves are a sum over single features and see as little.
    let y: Vec<f64> = (0..800).map(|row| f64::from(exclusive(row, x.row(row)))).collect();
    let stumps =
        BoostedTrees::fit(&x, &y, Objective::Squared, &Options { leaves: 2, ..Options::default() });
    assert!(r2(&stumps.predict(&x), &y) < 0.2);
    let trees = BoostedTrees::fit(&x, &y, Objective::Squared, &Options::default());
    assert!(r2(&trees.predict(&x), &y) > 0.9);
}

fn r2(predictions: &[f64], y: &[f64]) -> f64 {
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let rest: f64 = predictions.iter().zip(y).map(|(f, y)| (f - y).powi(2)).sum();
    1.0 - rest / y.iter().map(|y| (y - mean).powi(2)).sum::<f64>()
}

#[test]
fn what_only_gaps_tell_is_learned() {
    let mut x = Uniform(4).matrix(500, 2);
    (0..500).filter(|row| row % 3 == 0).for_each(|row| x[(row, 1)] = f64::NAN);
    for detector in [Detector::Trees, Detector::Logistic] {
        let area = area(&x, |_, row| row[1].is_nan(), detector);
        assert!(area == 1.0, "{detector:?}: {area}");
    }
}

#[test]
fn gaps_go_to_either_side() {
    // Missing values behave as low ones in the first half of the labels, as high ones in the
    // second.
    let mut x = Uniform(5).matrix(600, 1);
    (0..600).filter(|row| row % 4 == 0).for_each(|row| x[(row, 0)] = f64::NAN);
    for gap in [0.0, 1.0] {
        let y: Vec<f64> = x
            .column(0)
            .map(|value| if value.is_nan() { gap } else { f64::from(value > 0.5) })
            .collect();
        let p = BoostedTrees::fit(&x, &y, Objective::Logistic, &Options::default()).predict(&x);
        (0..600).for_each(|row| near("probability", p[row], y[row], 0.02));
    }
}

#[test]
fn a_gap_that_training_never_saw_goes_with_the_majority() {
    let x = Matrix::from_fn(100, 1, |row, _| row as f64);
    let y: Vec<f64> = (0..100).map(|row| if row < 70 { 3.0 } else { 8.0 }).collect();
    let one_cut = Options { rounds: 1, learning_rate: 1.0, leaves: 2, ..Options::default() };
    let trees = BoostedTrees::fit(&x, &y, Objective::Squared, &one_cut);
    let at = |value| trees.predict(&Matrix::from_values(1, 1, vec![value]))[0];
    near("low", at(1.0), 3.0, 1e-6);
    near("high", at(90.0), 8.0, 1e-6);
    assert_eq!(at(f64::NAN), at(1.0));
}

#[test]
fn odd_tables_are_survived() {
    let options = Options::default();
    let gaps = Matrix::from_values(60, 1, vec![f64::NAN; 60]);
    let y: Vec<f64> = (0..60).map(|row| f64::from(row % 3 == 0)).collect();
    for p in [
        BoostedTrees::fit(&gaps, &y, Objective::Logistic, &options).predict(&gaps),
        LogisticRegression::fit(&gaps, &y, 1.0).predict(&gaps),
    ] {
        p.iter().for_each(|&p| near("the share of ones", p, 1.0 / 3.0, 1e-9));
    }
    let x = Uniform(6).matrix(60, 2);
    for constant in [0.0, 1.0] {
        let y = vec![constant; 60];
        assert_eq!(BoostedTrees::fit(&x, &y, Objective::Logistic, &options).predict(&x), y);
        assert_eq!(BoostedTrees::fit(&x, &y, Objective::Squared, &options).predict(&x), y);
        assert_eq!(LogisticRegression::fit(&x, &y, 1.0).predict(&x), y);
    }
    let none = Matrix::zeros(60, 0);
    near(
        "no features",
        BoostedTrees::fit(&none, &y, Objective::Squared, &options).predict(&none)[7],
        1.0 / 3.0,
        1e-12,
    );
    let empty = Matrix::zeros(0, 2);
    assert!(BoostedTrees::fit(&empty, &[], Objective::Logistic, &options).predict(&x)[0].is_nan());
    assert!(LogisticRegression::fit(&empty, &[], 1.0).predict(&x)[0].is_nan());
}

#[test]
fn the_penalty_keeps_a_separable_fit_at_the_known_optimum() {
    // One feature at -1 and 1 that decides the label: the weight solves w = n / (1 + exp w), the
    // intercept is 0 by symmetry.
    let x = Matrix::from_fn(10, 1, |row, _| if row < 5 { -1.0 } else { 1.0 });
    let y: Vec<f64> = (0..10).map(|row| f64::from(row >= 5)).collect();
    let p = LogisticRegression::fit(&x, &y, 1.0).predict(&x);
    let w = (p[9] / (1.0 - p[9])).ln();
    near("weight", w, 10.0 / (1.0 + w.exp()), 1e-8);
    near("symmetry", p[0] + p[9], 1.0, 1e-12);
}
