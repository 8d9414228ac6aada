//! Whether models learned from synthetic patients work on real ones.

use super::judgement::{Grade, Judgement, decimals};
use super::rules::{USE_FAIR, USE_GOOD};
use judge::evaluation::{Evaluation, Score, ScoreName};

/// Use for prediction, by the mean difference between models trained on synthetic and on real
/// patients.
pub(super) fn usefulness(evaluation: &Evaluation) -> Judgement {
    let score = evaluation.score(ScoreName::TstrRatio);
    let known = evaluation.utility.as_ref().filter(|utility| utility.difference.is_finite());
    let (grade, sentence) = match known {
        None => (
            Grade::Unknown,
            "Use for prediction was not tested: there was no target to predict.".to_owned(),
        ),
        Some(utility) => {
            let (grade, words) = graded(utility.difference, score);
            let flattered = if utility.holdout {
                ""
            } else {
                " No real patients were kept back for this test, which flatters the synthetic ones."
            };
            let text = format!(
                "Models trained on synthetic patients predict real ones {words} (mean difference \
                 {}).{flattered}",
                decimals(utility.difference)
            );
            (grade, text)
        }
    };
    Judgement {
        topic: "Prediction",
        grade,
        sentence,
        score: score.value.is_finite().then_some(score.name),
    }
}

/// A loss is only called clear when the interval of the ratio says so, too.
fn graded(difference: f64, ratio: &Score) -> (Grade, &'static str) {
    let may_be_none =
        ratio.low.zip(ratio.high).is_some_and(|(low, high)| low <= 1.0 && high >= 1.0);
    match difference {
        USE_GOOD.. => (Grade::Good, "as well as models trained on real patients"),
        USE_FAIR.. => (Grade::Fair, "a little worse than models trained on real patients"),
        _ if may_be_none => (
            Grade::Fair,
            "worse than models trained on real patients, but by no more than chance explains in so \
             small a test",
        ),
        _ => (Grade::Poor, "clearly worse than models trained on real patients"),
    }
}
