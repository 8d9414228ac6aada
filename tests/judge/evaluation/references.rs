//! Where scores stand between ceiling and floor, with and without a hold-out.

use super::patients::{patients, shuffled};
use judge::evaluation::{Better, Evaluation, Options, ScoreName, evaluate};
use std::sync::LazyLock;
use table::Schema;

const OPTIONS: Options = Options { seed: 3, splits: 5, draws: 20, ..Options::USUAL };

/// Scores that see relations between columns.
const RELATIONS: [ScoreName; 4] = [
    ScoreName::PairTrendsStrong,
    ScoreName::SpearmanMae,
    ScoreName::JointFrechet,
    ScoreName::DetectionTreesAuc,
];

/// A fresh sample of the population, judged once for all tests.
static FRESH: LazyLock<Evaluation> = LazyLock::new(|| {
    evaluate(&patients(200, 1), &patients(600, 2), Some(&patients(80, 3)), &OPTIONS)
});

#[test]
fn a_fresh_sample_stands_at_the_ceiling_and_above_the_floor() {
    let evaluation = &*FRESH;
    for name in RELATIONS {
        let score = evaluation.score(name);
        let far = |value: f64| name.better().distance(value);
        let (ceiling, floor) = (far(score.ceiling.unwrap()), far(score.floor.unwrap()));
        assert!(
            ceiling < floor,
            "{}: ceiling {ceiling} and floor {floor} from the best",
            name.key()
        );
        assert!(score.position().unwrap() > 0.6, "{score:?}");
        let (low, high) = (score.low.unwrap(), score.high.unwrap());
        assert!(low <= score.value && score.value <= high && low < high, "{score:?}");
    }
    let tstr = evaluation.score(ScoreName::TstrRatio);
    assert!(
        (tstr.value - tstr.ceiling.unwrap()).abs() < 0.15 && tstr.floor.unwrap() < 0.75,
        "{tstr:?}"
    );
    // The other half is near to patients, and columns shuffled apart are far from them.
    let near = evaluation.score(ScoreName::Identifiability);
    assert!(near.floor.unwrap() + 0.05 < near.ceiling.unwrap(), "{near:?}");
}

#[test]
fn shuffled_columns_stand_at_the_floor_and_have_perfect_columns() {
    let real = patients(200, 1);
    let evaluation = evaluate(&real, &shuffled(&real, 9), None, &OPTIONS);
    for name in RELATIONS {
        assert!(evaluation.score(name).position().unwrap() < 0.3, "{:?}", evaluation.score(name));
    }
    assert_eq!(evaluation.score(ScoreName::ColumnShapes).whole, Some(1.0));
    assert_eq!(evaluation.score(ScoreName::MissingSimilarity).whole, Some(1.0));
    assert!(evaluation.score(ScoreName::MarginalFrechet).whole.unwrap() < 1e-12);
    assert!(
        evaluation.columns.iter().all(|column| column.shape == Some(1.0)),
        "{:?}",
        evaluation.columns
    );
}

#[test]
fn every_score_has_its_references_and_its_size() {
    let evaluation = &*FRESH;
    let names: Vec<ScoreName> = evaluation.scores.iter().map(|score| score.name).collect();
    assert_eq!(names, ScoreName::ALL);
    for score in &evaluation.scores {
        let key = score.name.key();
        assert!(
            score.value.is_finite() && score.ceiling.is_some() && score.floor.is_some(),
            "{key}: {score:?}"
        );
        assert!(score.low.is_some() && score.high.is_some(), "{key}: {score:?}");
    }
    let sizes = evaluation.sizes;
    assert_eq!(
        (sizes.real, sizes.synthetic, sizes.holdout, sizes.columns),
        (200, 600, Some(80), 8)
    );
    assert_eq!((sizes.compared, sizes.compared_holdout, sizes.splits), (100, Some(80), 5));
    assert_eq!(sizes.patients, 200, "each row is a patient");
}

#[test]
fn training_patients_and_a_fresh_sample_score_alike_against_the_hold_out() {
    let evaluation = &*FRESH;
    for score in evaluation.scores.iter().take(10) {
        let (training, synthetic) = (score.holdout.unwrap(), score.against_holdout.unwrap());
        let apart = match score.name.better() {
            Better::Half => 0.2,
            _ => 0.1,
        };
        assert!(
            (training - synthetic).abs() < apart,
            "{}: {training} and {synthetic}",
            score.name.key()
        );
    }
    let without = evaluate(&patients(200, 1), &patients(600, 2), None, &OPTIONS);
    assert!(
        without
            .scores
            .iter()
            .all(|score| score.holdout.is_none() && score.against_holdout.is_none())
    );
    for name in [ScoreName::DcrOverfittingProtection, ScoreName::MiaAuc] {
        assert!(without.score(name).value.is_nan(), "{:?}", without.score(name));
    }
    assert!(without.notes.iter().any(|note| note.contains("--holdout")), "{:?}", without.notes);
}

/// The first of the two compares training patients with those kept back, the second the synthetic
/// ones: they cannot change places.
#[test]
fn a_bad_synthetic_table_is_what_is_far_from_the_hold_out() {
    let (real, holdout) = (patients(200, 1), patients(80, 3));
    let mut synthetic = shuffled(&patients(600, 2), 9);
    for row in 0..synthetic.rows() {
        synthetic.cells[(row, 0)] += 60.0;
        synthetic.cells[(row, 2)] += 90.0;
    }
    let far = evaluate(&real, &synthetic, Some(&holdout), &OPTIONS);
    for score in far.scores.iter().take(10) {
        let (training, synthetic) = (score.holdout.unwrap(), score.against_holdout.unwrap());
        let [near, far] = [training, synthetic].map(|value| score.name.better().distance(value));
        assert!(near <= far, "{}: {training} and {synthetic}", score.name.key());
    }
    // Attacks on a copy of those who were kept back find them.
    let copied = evaluate(&real, &holdout, Some(&holdout), &OPTIONS);
    let copies = copied.score(ScoreName::ExactCopies);
    assert_eq!((copies.holdout, copies.against_holdout), (Some(0.0), Some(1.0)));
}

/// A target that nothing predicts is predicted only by who has seen the patients: whatever learns
/// from real ones is tested on others.
#[test]
fn models_are_tested_on_patients_that_they_have_not_seen() {
    let schema = crate::evaluation::patients::schema();
    let lottery = |rows: usize, seed: u64| {
        let mut table = shuffled(&patients(rows, seed), seed + 50);
        table.schema = Schema { targets: vec!["dead".into()], ..schema.clone() };
        table
    };
    for holdout in [None, Some(lottery(150, 3))] {
        let of = evaluate(&lottery(450, 1), &lottery(450, 2), holdout.as_ref(), &OPTIONS);
        let target = &of.utility.expect("a target").targets[0];
        assert!((target.real - 0.5).abs() < 0.17, "{target:?}");
    }
}

#[test]
fn targets_are_those_of_the_schema_else_the_status() {
    let mut real = patients(120, 1);
    let columns = |evaluation: &Evaluation| -> Vec<(String, &str)> {
        let targets = evaluation.utility.iter().flat_map(|utility| &utility.targets);
        targets.map(|target| (target.column.clone(), target.measure)).collect()
    };
    let synthetic = patients(200, 2);
    let both = [("dead".to_owned(), "AUC"), ("marker".to_owned(), "R2")];
    assert_eq!(columns(&evaluate(&real, &synthetic, None, &OPTIONS)), both);
    real.schema.targets.clear();
    let evaluation = evaluate(&real, &synthetic, None, &OPTIONS);
    assert_eq!(columns(&evaluation), both[..1]);
    assert!(evaluation.notes.iter().any(|note| note.contains("targets") && note.contains("dead")));
    real.schema.status = None;
    let evaluation = evaluate(&real, &synthetic, None, &OPTIONS);
    assert!(evaluation.utility.is_none() && evaluation.score(ScoreName::TstrRatio).value.is_nan());
    assert!(evaluation.notes.iter().any(|note| note.contains("nothing was predicted")));
}
