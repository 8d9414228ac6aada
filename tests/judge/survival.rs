//! Survival curves and Cox's model beside lifelines (`tests/fixtures/metrics/make_survival.py`
//! prints the figures), and what has no answer.

use ground::matrix::Matrix;
use judge::metrics::survival::{CoxProblem, Followed, KaplanMeier, cox};

const TIMES: [f64; 24] = [
    5., 8., 8., 8., 12., 12., 15., 15., 20., 21., 21., 24., 30., 30., 30., 33., 40., 41., 41., 50.,
    52., 60., 60., 75.,
];
const EVENTS: [u8; 24] = [1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0];
const AGE: [f64; 24] = [
    71., 64., 58., 66., 69., 75., 52., 61., 70., 55., 49., 63., 68., 57., 60., 62., 47., 66., 53.,
    59., 44., 65., 50., 48.,
];
const TREATED: [f64; 24] = [
    0., 1., 0., 1., 0., 0., 1., 0., 1., 0., 1., 1., 0., 0., 1., 1., 0., 1., 1., 0., 1., 1., 1., 0.,
];
const GRADE: [f64; 24] = [
    3., 2., 2., 1., 3., 2., 1., 3., 1., 2., 1., 2., 3., 1., 2., 1., 2., 3., 1., 1., 2., 1., 2., 1.,
];
/// Time, S(t), and the ends of its interval.
const CURVE: [[f64; 4]; 12] = [
    [5.0, 0.958333333333, 0.739206151147, 0.994023720196],
    [8.0, 0.875000000000, 0.660755349675, 0.957882140864],
    [12.0, 0.787500000000, 0.562132538737, 0.905674154312],
    [15.0, 0.743750000000, 0.515814749273, 0.875995837369],
    [20.0, 0.697265625000, 0.466773149576, 0.843112133140],
    [21.0, 0.650781250000, 0.420127796080, 0.808316788187],
    [24.0, 0.600721153846, 0.370336638078, 0.769928509430],
    [30.0, 0.450540865385, 0.236821143166, 0.643187652332],
    [40.0, 0.394223257212, 0.189814984390, 0.593672384057],
    [41.0, 0.337905649038, 0.146823929496, 0.541399563691],
    [50.0, 0.270324519231, 0.096805713954, 0.480543927391],
    [60.0, 0.180216346154, 0.038381422581, 0.406288926954],
];
/// Coefficient, standard error, and the ends of its interval: age, treated, grade.
const COX: [[f64; 4]; 3] = [
    [0.105340639183, 0.040356077551, 0.026244180624, 0.184437097741],
    [-1.076075841936, 0.553561087759, -2.161035637187, 0.008883953315],
    [0.349613467780, 0.339827679319, -0.316436544636, 1.015663480196],
];

fn near(what: &str, ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() <= 1e-6, "{what}: {ours} for {theirs}");
}

fn followed(of: impl Fn(usize) -> bool) -> Followed {
    let chosen: Vec<usize> = (0..TIMES.len()).filter(|&patient| of(patient)).collect();
    Followed {
        times: chosen.iter().map(|&patient| TIMES[patient]).collect(),
        events: chosen.iter().map(|&patient| EVENTS[patient] == 1).collect(),
    }
}

fn features(of: &[&[f64]]) -> Matrix {
    Matrix::from_fn(TIMES.len(), of.len(), |patient, feature| of[feature][patient])
}

#[test]
fn the_curve_is_that_of_lifelines() {
    let curve = KaplanMeier::of(&followed(|_| true));
    assert_eq!(curve.steps.len(), CURVE.len(), "times with events");
    for (step, [time, survival, low, high]) in curve.steps.iter().zip(CURVE) {
        assert_eq!(step.time, time);
        near("S", step.survival, survival);
        near("low", step.low, low);
        near("high", step.high, high);
        near("S at the time", curve.at(time), survival);
    }
    // Greenwood by hand: one of 24, then two of 23.
    let by_hand = 0.875f64.powi(2) * (1.0 / (24.0 * 23.0) + 2.0 / (23.0 * 21.0));
    near("variance", curve.steps[1].variance, by_hand);
    assert_eq!((curve.at(4.9), curve.last, curve.median()), (1.0, 75.0, Some(30.0)));
}

#[test]
fn the_largest_difference_is_within_what_both_tables_cover() {
    let [without, with] =
        [0.0, 1.0].map(|of| KaplanMeier::of(&followed(|patient| TREATED[patient] == of)));
    let (difference, time) = without.largest_difference(&with).unwrap();
    near("difference", difference, 0.441258741259);
    assert_eq!(time, 40.0);
    assert_eq!(with.largest_difference(&without), Some((difference, time)));
    // After 30 nobody of the first table is followed: what comes later does not count.
    let early = Followed { times: vec![10.0, 30.0], events: vec![false, false] };
    let late = Followed { times: vec![20.0, 40.0], events: vec![true, true] };
    let difference = KaplanMeier::of(&early).largest_difference(&KaplanMeier::of(&late));
    assert_eq!(difference, Some((0.5, 20.0)));
    assert_eq!(without.largest_difference(&KaplanMeier::of(&Followed::default())), None);
}

#[test]
fn nobody_left_has_no_interval() {
    let all = Followed { times: vec![0.0, 2.0, 2.0], events: vec![true; 3] };
    let curve = KaplanMeier::of(&all);
    let last = curve.steps.last().unwrap();
    assert_eq!((curve.steps.len(), last.survival), (2, 0.0));
    assert!(last.low.is_nan() && last.high.is_nan() && last.variance.is_nan());
    assert!(KaplanMeier::of(&Followed::default()).last.is_nan());
}

#[test]
fn the_model_is_that_of_lifelines() {
    let x = features(&[&AGE, &TREATED, &GRADE]);
    let model = cox(&followed(|_| true), &x).unwrap();
    for (feature, [coefficient, error, low, high]) in COX.into_iter().enumerate() {
        near("coefficient", model.coefficients[feature], coefficient);
        near("standard error", model.errors[feature], error);
        near("low", model.interval(feature)[0], low);
        near("high", model.interval(feature)[1], high);
    }
    near("log likelihood", model.log_likelihood, -31.814986521164);
    near("at 0", model.null_log_likelihood, -40.199510698473);
}

#[test]
fn a_feature_that_others_make_is_named() {
    let all = followed(|_| true);
    let sum: Vec<f64> = AGE.iter().zip(TREATED).map(|(age, treated)| age - 3.0 * treated).collect();
    let made = features(&[&AGE, &TREATED, &sum]);
    assert_eq!(cox(&all, &made), Err(CoxProblem::Dependent(2)));
    let constant = features(&[&AGE, &[1e6 + 0.1; 24]]);
    assert_eq!(cox(&all, &constant), Err(CoxProblem::Dependent(1)));
}

#[test]
fn a_feature_that_separates_is_named() {
    let event = EVENTS.map(f64::from);
    let x = features(&[&GRADE, &event]);
    assert_eq!(cox(&followed(|_| true), &x), Err(CoxProblem::Separated(1)));
    let earlier = TIMES.map(|time| -time);
    assert_eq!(cox(&followed(|_| true), &features(&[&earlier])), Err(CoxProblem::Separated(0)));
    let none = Followed { times: TIMES.into(), events: vec![false; 24] };
    assert_eq!(cox(&none, &x), Err(CoxProblem::NoEvents));
}

/// A strong effect is no separation: here one unit makes the hazard a thousandfold, and a feature
/// of large numbers costs no digits.
#[test]
fn a_strong_effect_is_estimated_in_any_unit() {
    let patients = 400;
    let exposed = |patient: usize| patient % 2 == 1;
    let times: Vec<f64> = (0..patients)
        .map(|patient| {
            let share = ((patient / 2) as f64 + 0.5) / (patients / 2) as f64;
            -share.ln() / if exposed(patient) { 1000.0 } else { 1.0 }
        })
        .collect();
    let all = Followed { times, events: vec![true; patients] };
    let x = |unit: f64, origin: f64| {
        Matrix::from_fn(patients, 1, |patient, _| {
            origin + if exposed(patient) { unit } else { 0.0 }
        })
    };
    let model = cox(&all, &x(1.0, 0.0)).unwrap();
    assert!((model.coefficients[0] - 1000f64.ln()).abs() < 0.6, "{model:?}");
    let other = cox(&all, &x(1e-4, 1e3)).unwrap();
    assert!((other.coefficients[0] * 1e-4 - model.coefficients[0]).abs() < 1e-5, "{other:?}");
}
