//! Which cells of which patient are missing: whole blocks together, more in frail patients, with
//! every total exact.

use super::dice::{Dice, ascending};
use super::margins::{fill, mix};
use super::patient::Patient;
use super::shape;
use std::ops::Range;

/// Position of `Clinical_stage`.
const STAGE: usize = 17;
/// Position of `Status`.
const STATUS: usize = 31;
/// The two questionnaires.
const QUALITY_OF_LIFE: Range<usize> = 39..64;

/// Features that tend to be missing together, and how much frailty, severity and social raise that.
const BLOCKS: [(&[usize], [f64; 3]); 9] = [
    (&[0, 1, 3], [0.0, 0.0, -0.6]),
    (&[2, 4, 5, 6, 7, 8, 9, 10, 11, 12], [0.2, 0.0, 0.0]),
    (&[13, 14, 15, 16], [0.5, 0.0, 0.0]),
    (&[17, 18, 19, 20, 21], [0.3, -0.3, 0.0]),
    (&[22, 23], [0.0, 0.5, 0.0]),
    (&[35, 36, 37, 38], [0.2, 0.6, 0.0]),
    (&[39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53], [0.5, 0.2, -0.2]),
    (&[54, 55, 56, 57, 58, 59, 60, 61, 62, 63], [0.5, 0.2, -0.2]),
    (&[24, 25, 26, 27, 28, 29, 30, 32, 33, 34], [0.0, 0.3, 0.0]),
];
const GENERAL: usize = 6;
const LUNG: usize = 7;
/// Features that are asked only after another one, with that one: a patient who misses the second
/// misses the first.
/// Outer ones come first.
pub(super) const NESTED: [(usize, Option<usize>); 10] = [
    (25, None),
    (24, Some(25)),
    (28, None),
    (27, Some(28)),
    (26, Some(27)),
    (29, None),
    (30, Some(29)),
    (33, None),
    (34, Some(33)),
    (32, Some(33)),
];
/// From so many missing cells on, nested features are drawn for a kept patient.
const CARELESS: usize = 6;

/// The missing cells of the kept patients, as bits.
/// `patients` tell where stage and status must be missing.
pub(super) fn of_kept(patients: &[Patient], dice: &mut Dice) -> Vec<u64> {
    let (counts, features) = (shape::per_kept_patient(dice), shape::per_feature(dice));
    let counts = hand_out(patients, &counts, dice);
    let affinity: Vec<[f64; 64]> = patients
        .iter()
        .zip(&counts)
        .map(|(patient, &count)| affinity(patient, count, dice))
        .collect();
    let mut pattern = vec![0u64; patients.len()];
    for (gaps, patient) in pattern.iter_mut().zip(patients) {
        *gaps |=
            u64::from(!patient.stage_known) << STAGE | u64::from(!patient.status_known) << STATUS;
    }
    nested(&mut pattern, &counts, &features, &affinity, dice);
    let fixed = [STAGE, STATUS].into_iter().chain(NESTED.iter().map(|&(feature, _)| feature));
    let free = fixed.fold(u64::MAX, |free, feature| free & !(1 << feature));
    let need: Vec<usize> = counts
        .iter()
        .zip(&pattern)
        .map(|(count, gaps)| count - gaps.count_ones() as usize)
        .collect();
    let columns: Vec<(usize, usize)> =
        (0..64).filter(|f| free >> f & 1 == 1).map(|f| (f, features[f])).collect();
    let mut loose = fill(&need, &columns, dice);
    mix(&mut loose, free, &affinity, 400_000, dice);
    pattern.iter().zip(&loose).map(|(fixed, loose)| fixed | loose).collect()
}

/// Gives every patient a number of missing cells.
/// Frail patients get more, and those without stage or status at least one.
fn hand_out(patients: &[Patient], counts: &[usize], dice: &mut Dice) -> Vec<usize> {
    let carelessness = |patient: &Patient| {
        let unknown = !patient.stage_known || !patient.status_known;
        0.5 * patient.traits.frailty - 0.3 * patient.traits.social
            + dice.normal()
            + if unknown { 20.0 } else { 0.0 }
    };
    let mut order = ascending(&patients.iter().map(carelessness).collect::<Vec<_>>());
    // Patients without stage or status stand at the end.
    // They change places with any patient who misses something.
    let unknown =
        patients.iter().filter(|patient| !patient.stage_known || !patient.status_known).count();
    let complete = counts.iter().filter(|&&count| count == 0).count();
    for place in order.len() - unknown..order.len() {
        let other = complete + dice.below(order.len() - complete);
        order.swap(place, other);
    }
    let mut handed = vec![0; patients.len()];
    for (&patient, &count) in order.iter().zip(counts) {
        handed[patient] = count;
    }
    handed
}

/// How easily each cell of a patient goes missing.
/// Many missing cells are mostly a whole questionnaire.
fn affinity(patient: &Patient, count: usize, dice: &mut Dice) -> [f64; 64] {
    let traits = &patient.traits;
    let block = |(_, [frailty, severity, social]): &(&[usize], [f64; 3])| {
        frailty * traits.frailty
            + severity * traits.severity
            + social * traits.social
            + dice.normal()
    };
    let mut blocks: Vec<f64> = BLOCKS.iter().map(block).collect();
    match count {
        15.. if dice.chance(0.4) => blocks[GENERAL] += 4.0,
        10..15 if dice.chance(0.65) => blocks[LUNG] += 4.0,
        _ => {}
    }
    let mut cells = [0.0; 64];
    for ((features, _), block) in BLOCKS.iter().zip(&blocks) {
        features.iter().for_each(|&feature| cells[feature] = block + 0.4 * dice.normal());
    }
    cells
}

/// Draws the nested features among patients who miss many cells, outer before inner.
fn nested(
    pattern: &mut [u64],
    counts: &[usize],
    features: &[usize],
    affinity: &[[f64; 64]],
    dice: &mut Dice,
) {
    for (feature, outer) in NESTED {
        let may = |who: &usize| {
            let within = outer.is_none_or(|outer| pattern[*who] >> outer & 1 == 1);
            within && counts[*who] >= CARELESS && counts[*who] > pattern[*who].count_ones() as usize
        };
        let who: Vec<usize> = (0..pattern.len()).filter(may).collect();
        assert!(
            who.len() >= features[feature],
            "feature {feature} has too few patients to be missing in"
        );
        let scores: Vec<f64> =
            who.iter().map(|&who| affinity[who][feature] + 0.5 * dice.normal()).collect();
        for &place in ascending(&scores).iter().rev().take(features[feature]) {
            pattern[who[place]] |= 1 << feature;
        }
    }
}

/// The missing cells of the dropped patients: both questionnaires, and then blocks of the other
/// features.
pub(super) fn of_dropped(patients: &[Patient], dice: &mut Dice) -> Vec<u64> {
    let mut counts = shape::per_dropped_patient(dice);
    dice.shuffle(&mut counts);
    let of = |(patient, &count): (&Patient, &usize)| {
        let mut scores = affinity(patient, 0, dice);
        QUALITY_OF_LIFE.for_each(|feature| scores[feature] = 100.0);
        // What every admission form has is missing last, and what is rarely tested is missing
        // first.
        [
            (5, -9.0),
            (7, -8.0),
            (8, -7.0),
            (10, -7.0),
            (2, -9.5),
            (STATUS, -4.0),
            (STAGE, -4.0),
            (21, 3.0),
            (23, 2.0),
        ]
        .iter()
        .for_each(|&(feature, more)| scores[feature] += more);
        for (feature, outer) in NESTED.into_iter().rev() {
            if let Some(outer) = outer {
                scores[outer] = f64::max(scores[outer], scores[feature] + 1e-6);
            }
        }
        ascending(&scores).iter().rev().take(count).fold(0u64, |gaps, feature| gaps | 1 << feature)
    };
    patients.iter().zip(&counts).map(of).collect()
}
