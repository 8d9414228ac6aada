//! Leaks that must be flagged by every figure that can see them, and fresh samples that must pass.

use super::population::{Dice, noisy, sample, take, tenth_copied};
use judge::metrics::privacy::{Attack, Privacy, privacy};
use std::collections::BTreeMap;

/// Which figures see a copy, a copy with small noise, and one row in ten copied, at 150 rows of
/// each kind: the table of `docs/metrics-privacy.md`.
const SEES: [(&str, [bool; 3]); 12] = [
    ("exact_copies", [true, false, true]),
    ("rare_values", [true, false, true]),
    ("dcr_median", [true, true, false]),
    ("dcr_overfitting_protection", [true, true, false]),
    ("dcr_baseline_protection", [true, true, false]),
    ("nndr", [true, true, true]),
    ("identifiability", [true, true, false]),
    ("nnaa", [true, true, false]),
    ("nnaa_privacy_loss", [true, true, false]),
    ("mia_auc", [true, true, false]),
    ("mia_most_exposed", [true, true, true]),
    ("attribute_inference", [true, true, false]),
];

fn assert_flagged(privacy: &Privacy, leak: usize) {
    assert_eq!(privacy.risks.len(), SEES.len());
    for (name, sees) in SEES {
        let risk = privacy.risk(name).unwrap_or_else(|| panic!("{name} is not measured"));
        assert!(!sees[leak] || risk.alarm == Some(true), "leak {leak} passes {risk:?}");
    }
}

#[test]
fn leaks_are_flagged_by_every_figure_that_can_see_them() {
    let (train, holdout, fresh) = (sample(150, 1), sample(150, 2), sample(150, 3));
    assert_flagged(&privacy(&train, Some(&holdout), &train, 1), 0);
    assert_flagged(&privacy(&train, Some(&holdout), &noisy(&train, 4), 1), 1);
    assert_flagged(&privacy(&train, Some(&holdout), &tenth_copied(&fresh, &train, 5), 1), 2);
}

#[test]
fn a_copy_of_a_training_table_four_times_the_holdout_is_flagged() {
    let (train, holdout) = (sample(480, 11), sample(120, 12));
    let privacy = privacy(&train, Some(&holdout), &train, 1);
    assert_eq!(
        (privacy.rows_per_draw, privacy.copies.training, privacy.copies.synthetic),
        (120, 480, 480)
    );
    for name in
        ["exact_copies", "rare_values", "dcr_overfitting_protection", "nndr", "mia_most_exposed"]
    {
        let risk = privacy.risk(name).unwrap();
        assert_eq!(risk.alarm, Some(true), "{risk:?}");
    }
}

#[test]
fn columns_shuffled_apart_are_far_from_every_patient_and_still_publish_rare_values() {
    let (train, holdout) = (sample(150, 41), sample(150, 42));
    let mut shuffled = train.clone();
    let mut dice = Dice::new(43);
    for column in 0..train.cells.columns() {
        for (row, other) in dice.some(150, 150).into_iter().enumerate() {
            shuffled.cells[(row, column)] = train.cells[(other, column)];
        }
    }
    let privacy = privacy(&train, Some(&holdout), &shuffled, 1);
    assert_eq!(privacy.alarms().map(|risk| risk.name).collect::<Vec<_>>(), ["rare_values"]);
    assert_eq!(privacy.risk("rare_values").unwrap().value, 1.0);
}

#[test]
fn of_twenty_fresh_samples_at_most_one_raises_an_alarm() {
    let mut alarms: BTreeMap<&str, usize> = BTreeMap::new();
    for trial in 0..20 {
        let [train, holdout, fresh] =
            [1, 2, 3].map(|stream| sample(100, 1000 + 10 * trial + stream));
        let privacy = privacy(&train, Some(&holdout), &fresh, trial);
        assert!(privacy.risks.iter().all(|risk| risk.alarm.is_some()), "{:?}", privacy.risks);
        privacy.alarms().for_each(|risk| *alarms.entry(risk.name).or_default() += 1);
    }
    assert!(alarms.values().all(|&count| count <= 1), "{alarms:?}");
}

#[test]
fn without_a_holdout_it_is_said_what_cannot_be_judged() {
    let (train, fresh) = (sample(120, 21), sample(120, 22));
    let judged = |privacy: &Privacy| -> Vec<&str> {
        privacy.risks.iter().filter(|risk| risk.alarm.is_some()).map(|risk| risk.name).collect()
    };
    let quiet = privacy(&train, None, &fresh, 1);
    assert_eq!(judged(&quiet), ["exact_copies", "identifiability", "nnaa"]);
    assert_eq!(quiet.alarms().count(), 0, "{:?}", quiet.risks);
    assert!(quiet.risks.iter().all(|risk| risk.reference.is_none()), "{:?}", quiet.risks);
    assert!(
        quiet.notes.iter().any(|note| note.contains("Without a hold-out")),
        "{:?}",
        quiet.notes
    );
    let copied = privacy(&train, None, &take(&train, &(0..120).rev().collect::<Vec<_>>()), 1);
    let alarms: Vec<&str> = copied.alarms().map(|risk| risk.name).collect();
    assert_eq!(alarms, ["exact_copies", "identifiability", "nnaa"]);
}

#[test]
fn the_result_is_a_function_of_tables_and_seed() {
    let (train, holdout, fresh) = (sample(60, 31), sample(30, 32), sample(90, 33));
    let [first, again, other] = [1, 1, 2].map(|seed| privacy(&train, Some(&holdout), &fresh, seed));
    let show = |privacy: &Privacy| format!("{privacy:?}");
    assert_eq!(show(&first), show(&again));
    assert_ne!(show(&first), show(&other));
    assert_eq!(Attack::ALL.map(|attack| first.group(attack).count()), [6, 3, 3]);
}
