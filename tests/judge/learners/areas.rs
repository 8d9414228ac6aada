//! The area under the ROC curve.

use super::{Uniform, near};
use judge::metrics::auc::{auc, auc_interval, auc_interval_clustered};

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
            let scores: Vec<f64> = labels
                .iter()
                .map(|&label| uniform.unit() + if label { 0.3 } else { 0.0 })
                .collect();
            let (low, high) = auc_interval(&scores, &labels);
            low <= area && area <= high
        })
        .count();
    // 95 % of 400 are 380, with a standard deviation of 4.4; the normal approximation may take some
    // percent.
    assert!((360..=394).contains(&covered), "{covered} of 400 intervals cover the area");
}

#[test]
fn an_interval_ends_at_one() {
    let (low, high) = auc_interval(
        &[0.1, 0.2, 0.5, 0.6, 0.4, 0.7, 0.8, 0.9],
        &[false, false, false, false, true, true, true, true],
    );
    assert!(low < 0.875 && low > 0.5 && high == 1.0, "{low} {high}");
    near("no overlap, no width", auc_interval(&[0.1, 0.2, 0.3, 0.4], &CASES).0, 1.0, 0.0);
}

#[test]
fn cases_of_one_patient_count_as_one() {
    let mut uniform = Uniform(9);
    let labels: Vec<bool> = (0..60).map(|row| row % 3 == 0).collect();
    let scores: Vec<f64> =
        labels.iter().map(|&label| uniform.unit() + if label { 0.3 } else { 0.0 }).collect();
    let plain = auc_interval(&scores, &labels);
    let close = |(low, high): (f64, f64)| {
        near("low", low, plain.0, 1e-12);
        near("high", high, plain.1, 1e-12);
    };
    close(auc_interval_clustered(&scores, &labels, &(0..60).collect::<Vec<_>>()));
    // Every case three times says no more than once, if one knows that the three are one patient.
    let (thrice, their): (Vec<f64>, Vec<bool>) = (scores.repeat(3), labels.repeat(3));
    let patients: Vec<usize> = (0..180).map(|case| case % 60).collect();
    close(auc_interval_clustered(&thrice, &their, &patients));
    let (low, high) = auc_interval(&thrice, &their);
    assert!(high - low < 0.7 * (plain.1 - plain.0));
    // By hand: placements of the positives are 1 and 1/2, of the negatives 1/2 and 1; what patient
    // 0 has too much as a positive they have too little as a negative, and the area of 3/4 is
    // certain as far as these two tell.
    let two = ([3.0, 2.0, 1.5, 1.0], [true, false, true, false]);
    assert_eq!(auc_interval_clustered(&two.0, &two.1, &[0, 0, 1, 1]), (0.75, 0.75));
    // The other way round the four variances add up to 1/4.
    let (low, high) = auc_interval_clustered(&two.0, &two.1, &[0, 1, 1, 0]);
    assert_eq!((low, high), (0.0, 1.0), "0.75 and 1.96 / 2 to either side, cut");
    assert!(auc_interval_clustered(&[0.1, 0.2], &[true, false], &[0, 0]).0.is_nan());
}
