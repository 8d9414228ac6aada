//! How many cells are missing, per patient and per feature: the published totals, and curves that
//! flatten where the paper says so.
//!
//! **Patients** (the paper's Figure 2).
//! Of the 804 kept patients 15 miss nothing.
//! The number of patients falls quickly over 1, 2, ... 5 missing cells and then stays near 15 per
//! count up to 21.
//! Nobody misses 22 to 27 cells: the cumulative curve is flat there.
//! Patients from 28 on miss both questionnaires (25 features) and more.
//! They get fewer and fewer up to 60, and three have only 3 values.
//! So the curve's longest flat stretch and its point farthest above the chord are both at 21.
//!
//! **Features** (Figure 3).
//! Among the kept patients four features miss nothing, and most miss fewer than 60.
//! Then come dosimetry, molecular tests and the PET value, at distances of less than 60 up to 317.
//! Nothing lies between 317 and PD-L1's 607: that is the longest flat stretch.

use super::dice::Dice;

/// Patients that cleaning keeps.
pub(super) const KEPT: usize = 804;
/// Patients with more than 21 missing cells.
pub(super) const DROPPED: usize = 82;
/// Missing cells of the three almost empty patients: all but 3 of 64.
pub(super) const ALMOST_ALL: usize = 61;
/// Missing cells of the dropped patients: 7230, less 3597, less PD-L1's 607.
const MISSING_OF_DROPPED: usize = 7230 - 3597 - 607;
/// Kept patients by their number of missing cells, from 0; together 804 patients and 4204 cells.
const PATIENTS: [usize; 22] =
    [15, 322, 118, 65, 28, 16, 15, 15, 15, 15, 15, 15, 15, 15, 14, 13, 13, 16, 16, 16, 16, 16];
/// Missing cells of the first 39 features (before the questionnaires) among the kept patients, in
/// the order of the schema.
const FEATURES: [usize; 39] = [
    121, 148, 2, 70, 8, 0, 21, 0, 0, 4, 0, 6, 3, 62, 9, 44, 45, 11, 5, 248, 262, 607, 96, 317, 3,
    7, 2, 57, 60, 24, 16, 15, 12, 38, 33, 128, 131, 176, 205,
];
/// Missing cells of the 25 questionnaire features among the kept patients.
const QUESTIONNAIRES: usize = 1208;
/// Features whose totals differ between seeds: schooling to family history, weight, body and
/// dosimetry.
const VARYING: [usize; 10] = [0, 1, 3, 13, 15, 16, 22, 35, 36, 37];

/// Missing cells of the kept patients, ascending.
pub(super) fn per_kept_patient(dice: &mut Dice) -> Vec<usize> {
    let mut patients = PATIENTS;
    for _ in 0..12 {
        // One patient misses one cell more, another one misses one less: the total stays.
        let (more, less) = (1 + dice.below(4), 2 + dice.below(4));
        if patients[more] > 5 && patients[less] > 5 && more != less {
            patients[more] -= 1;
            patients[more + 1] += 1;
            patients[less] -= 1;
            patients[less - 1] += 1;
        }
    }
    patients.iter().enumerate().flat_map(|(missing, &count)| vec![missing; count]).collect()
}

/// Missing cells of the dropped patients, the three almost empty ones last.
pub(super) fn per_dropped_patient(dice: &mut Dice) -> Vec<usize> {
    let mut counts: Vec<usize> = (28..=60).collect();
    counts.extend(
        (counts.len()..DROPPED - 3).map(|_| 28 + dice.pick(&[9.0, 8.0, 7.0, 5.0, 4.0, 2.0, 2.0])),
    );
    let wanted = MISSING_OF_DROPPED - 3 * ALMOST_ALL;
    let ladder = 33;
    loop {
        let total: usize = counts.iter().sum();
        let one = ladder + dice.below(counts.len() - ladder);
        match total.cmp(&wanted) {
            std::cmp::Ordering::Less if counts[one] < 40 => counts[one] += 1,
            std::cmp::Ordering::Greater if counts[one] > 28 => counts[one] -= 1,
            std::cmp::Ordering::Equal => break,
            _ => {}
        }
    }
    counts.extend([ALMOST_ALL; 3]);
    counts
}

/// Missing cells of the 64 features among the kept patients.
pub(super) fn per_feature(dice: &mut Dice) -> Vec<usize> {
    let mut features = FEATURES.to_vec();
    for _ in 0..20 {
        let (more, less) = (VARYING[dice.below(VARYING.len())], VARYING[dice.below(VARYING.len())]);
        if more != less && features[less] > 30 {
            features[more] += 1;
            features[less] -= 1;
        }
    }
    // The general questionnaire (15 scores) is answered a little more often than the lung module
    // (10).
    let mut questionnaires: Vec<usize> =
        (0..25).map(|n| if n < 15 { 41 + dice.below(7) } else { 50 + dice.below(9) }).collect();
    loop {
        let total: usize = questionnaires.iter().sum();
        let one = dice.below(25);
        match total.cmp(&QUESTIONNAIRES) {
            std::cmp::Ordering::Less => questionnaires[one] += 1,
            std::cmp::Ordering::Greater => questionnaires[one] -= 1,
            std::cmp::Ordering::Equal => break,
        }
    }
    features.extend(questionnaires);
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_the_published_ones() {
        for seed in 0..50 {
            let mut dice = Dice::new(seed, 0);
            let (kept, dropped, features) = (
                per_kept_patient(&mut dice),
                per_dropped_patient(&mut dice),
                per_feature(&mut dice),
            );
            assert_eq!((kept.len(), dropped.len(), features.len()), (804, 82, 64));
            assert_eq!(kept.iter().sum::<usize>(), 3597 + 607);
            assert_eq!(features.iter().sum::<usize>(), 3597 + 607);
            assert_eq!(kept.iter().sum::<usize>() + dropped.iter().sum::<usize>(), 7230);
            assert_eq!(kept.iter().filter(|&&missing| missing == 0).count(), 15);
            assert!(
                kept.iter().all(|&missing| missing <= 21)
                    && dropped.iter().all(|&missing| missing > 27)
            );
            assert_eq!(features.iter().filter(|&&missing| missing == 0).count(), 4);
        }
    }
}
