//! The verdict says what the numbers say, and no more.

use super::cohort::{bundled, resampled};
use super::evaluated::{bare, full};
use judge::evaluation::{Evaluation, ScoreName};
use mellizo_report::json::report_json;
use mellizo_report::verdict::{Grade, Verdict};

fn evaluation(place: f64) -> Evaluation {
    let real = bundled();
    full(&real, &resampled(&real, 900), place)
}

fn set(evaluation: &mut Evaluation, name: ScoreName, value: f64) {
    evaluation.scores.iter_mut().find(|score| score.name == name).expect("every score").value =
        value;
}

fn grades(verdict: &Verdict) -> Vec<(&'static str, Grade)> {
    verdict.judgements.iter().map(|judgement| (judgement.topic, judgement.grade)).collect()
}

#[test]
fn shuffled_columns_are_warned_of_although_every_column_is_right() {
    let mut evaluation = evaluation(0.0);
    evaluation.privacy.risks.retain(|risk| risk.alarm != Some(true));
    let verdict = Verdict::of(&evaluation);
    assert_eq!(
        grades(&verdict)[..4],
        [
            ("Single columns", Grade::Good),
            ("Relations between columns", Grade::Poor),
            ("Whole patients", Grade::Poor),
            ("Missing cells", Grade::Poor)
        ]
    );
    assert_eq!(verdict.grade, Grade::Poor);
    assert!(verdict.headline.contains("do not study relations"), "{}", verdict.headline);
    assert!(verdict.judgements[1].sentence.contains("do not study associations"));
}

#[test]
fn what_is_as_good_as_real_is_called_good_and_never_anonymous() {
    let verdict = Verdict::of(&evaluation(1.0));
    assert_eq!(verdict.grade, Grade::Good, "{verdict:?}");
    assert!(grades(&verdict).iter().all(|(_, grade)| *grade == Grade::Good), "{verdict:?}");
    let privacy = &verdict.judgements[5].sentence;
    assert!(
        privacy.contains("None of 3 measured attacks") && privacy.contains("not a proof"),
        "{privacy}"
    );
    assert!(privacy.contains("1 of 4 could not be judged"), "{privacy}");
}

#[test]
fn the_worse_of_two_scores_of_relations_decides() {
    let mut evaluation = evaluation(1.0);
    // 0.211 is 40 % of the way from 0.306 to 0.069.
    set(&mut evaluation, ScoreName::SpearmanMae, 0.2112);
    let verdict = Verdict::of(&evaluation);
    assert_eq!(verdict.judgements[1].grade, Grade::Poor);
    assert_eq!(verdict.judgements[1].score, Some(ScoreName::SpearmanMae));
    set(&mut evaluation, ScoreName::SpearmanMae, 0.14);
    assert_eq!(Verdict::of(&evaluation).judgements[1].grade, Grade::Fair);
}

#[test]
fn columns_that_are_complete_in_real_patients_alone_are_named() {
    let mut evaluation = evaluation(1.0);
    let complete = evaluation.columns.iter().position(|column| column.real_missing == 0.0).unwrap();
    evaluation.columns[complete].synthetic_missing = 0.039;
    let name = evaluation.columns[complete].name.clone();
    let verdict = Verdict::of(&evaluation);
    assert_eq!(grades(&verdict)[3], ("Missing cells", Grade::Fair));
    let said = &verdict.judgements[3].sentence;
    assert!(said.contains("complete in the real table"), "{said}");
    assert!(said.ends_with(&format!("{name} (3.9 %).")), "{said}");
}

#[test]
fn an_alarm_comes_before_all_praise() {
    let mut evaluation = evaluation(1.0);
    evaluation.privacy.risks[0].alarm = Some(true);
    let verdict = Verdict::of(&evaluation);
    assert_eq!(verdict.grade, Grade::Poor);
    assert!(verdict.headline.starts_with("Do not pass these patients on"), "{}", verdict.headline);
}

#[test]
fn shadow_models_that_tell_members_warn_or_raise_the_alarm() {
    let graded = |auc: f64, low: f64| {
        let mut evaluation = evaluation(1.0);
        let audit = evaluation.audit.as_mut().expect("an audit");
        (audit.auc, audit.low) = (auc, low);
        Verdict::of(&evaluation).judgements[5].grade
    };
    assert_eq!(
        [graded(0.55, 0.48), graded(0.55, 0.52), graded(0.66, 0.61)],
        [Grade::Good, Grade::Fair, Grade::Poor]
    );
}

#[test]
fn a_loss_that_chance_explains_is_not_called_clear() {
    let mut evaluation = evaluation(0.5);
    assert_eq!(Verdict::of(&evaluation).judgements[4].grade, Grade::Poor);
    let ratio = evaluation
        .scores
        .iter_mut()
        .find(|score| score.name == ScoreName::TstrRatio)
        .expect("every score");
    (ratio.low, ratio.high) = (Some(0.6), Some(1.1));
    let judgement = &Verdict::of(&evaluation).judgements[4];
    assert_eq!(judgement.grade, Grade::Fair);
    assert!(judgement.sentence.contains("chance"), "{}", judgement.sentence);
}

#[test]
fn an_auc_far_below_guessing_points_to_copies() {
    let mut evaluation = evaluation(1.0);
    set(&mut evaluation, ScoreName::DetectionTreesAuc, 0.12);
    let judgement = &Verdict::of(&evaluation).judgements[2];
    assert_eq!(judgement.grade, Grade::Fair);
    assert!(judgement.sentence.contains("copies"));
}

#[test]
fn without_numbers_nothing_is_judged() {
    let real = bundled();
    let verdict = Verdict::of(&bare(&real, &real));
    assert!(grades(&verdict).iter().all(|(_, grade)| *grade == Grade::Unknown), "{verdict:?}");
    assert_eq!(verdict.grade, Grade::Unknown);
}

#[test]
fn the_numbers_for_programs_have_all_scores_and_no_row() {
    let evaluation = evaluation(0.5);
    let document: serde_json::Value =
        serde_json::from_str(&report_json(&evaluation, None)).expect("JSON");
    assert_eq!(document["version"], 1);
    let scores = document["scores"].as_object().expect("scores by name");
    assert_eq!(scores.len(), ScoreName::ALL.len());
    for name in ScoreName::ALL {
        for key in ["value", "ceiling", "floor", "low", "high", "holdout"] {
            assert!(scores[name.key()][key].is_number(), "{} {key}", name.key());
        }
    }
    assert_eq!(document["columns"].as_array().map(Vec::len), Some(44));
    assert!(
        document["audit"].get("exposed").is_none() && document.get("missing_per_row").is_none()
    );
    let real = bundled();
    let document: serde_json::Value =
        serde_json::from_str(&report_json(&bare(&real, &real), None)).expect("JSON");
    assert!(document["scores"]["nnaa"]["value"].is_null());
}
