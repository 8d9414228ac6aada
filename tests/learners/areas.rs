//! The area under the ROC curve.

use crate::{Uniform, near};
use mellizo::metrics::auc::{auc, auc_interval};

const CASES: [bool; 4] = [false, false, true, true];

#[test]
fn areas_count_pairs_in_order() {
    // The example of scikit-learn's documentation: three of four pairs are in order.
    assert_eq!(auc(&[0.1, 0.4, 0.35, 0.8], &CASES), 0.75);
    assert_eq!(auc(&[0.1, 0.2, 0.3, 0.4], &CASES), 1.0);
    assert_eq!(auc(&[0.4, 0.3, 0.2, 0.1], &CASES), 0.0);
    // A tie is half a pair; all ties are chance.
    assert_eq!(auc(&[0.1, 0.4, 0.4, 0.8], &CASES), 0.875);
    assert_eq!(auc(&[0.0, -0.0, 0.0, 0.0], &CASES), 0.5);
    assert_eq!(auc(&[f64::NEG_INFINITY, 0.0, 0.0, f64::INFINITY], &CASES), 0.875);
}

#[test]
fn areas_that_do_not_exist_are_not_numbers() {
    assert!(auc(&[], &[]).is_nan());
    assert!(auc(&[1.0, 2.0], &[true, true]).is_nan());
    assert!(auc(&[1.0, 2.0], &[false, false]).is_nan());
    assert!(auc(&[0.1, f64::NAN, 0.3, 0.4], &CASES).is_nan());
    assert!(auc_interval(&[0.1, 0.2], &[true, false]).0.is_nan());
    assert!(auc_interval(&[0.1, f64::NAN, 0.3, 0.4], &CASES).1.is_nan());
}

#[test]
fn intervals_cover_the_true_area_as_often_as_they_say() {
    // Two uniform classes, one moved by 0.3: the area is 1 - 0.7² / 2.
    let area = 1.0 - 0.7f64.powi(2) / 2.0;
    let labels: Vec<bool> = (0..100).map(|row| row % 2 == 0).collect();
    let mut uniform = Uniform(8);
    let covered = (0..400)
        .filter(|_| {
            let scores: Vec<f64> = labels.iter().map(|&label| uniform.unit() + if label { 0.3 } else { 0.0 }).collect();
            let (low, high) = auc_interval(&scores, &labels);
            low <= area && area <= high
        })
        .count();
    // 95 % of 400 are 380, with a standard deviation of 4.4; the normal approximation may take some percent.
    assert!((360..=394).contains(&covered), "{covered} of 400 intervals cover the area");
}

#[test]
fn an_interval_ends_at_one() {
    let (low, high) =
        auc_interval(&[0.1, 0.2, 0.5, 0.6, 0.4, 0.7, 0.8, 0.9], &[false, false, false, false, true, true, true, true]);
    assert!(low < 0.875 && low > 0.5 && high == 1.0, "{low} {high}");
    near("no overlap, no width", auc_interval(&[0.1, 0.2, 0.3, 0.4], &CASES).0, 1.0, 0.0);
}
