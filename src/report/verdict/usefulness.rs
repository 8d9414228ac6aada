//! Whether models learned from synthetic patients work on real ones.

use super::rules::{USE_FAIR, USE_GOOD};
use super::{Grade, Judgement, decimals};
use crate::evaluation::{Evaluation, ScoreName};

/// Use for prediction, by the mean difference between models trained on synthetic and on real patients.
pub(super) fn usefulness(evaluation: &Evaluation) -> Judgement {
    let known = evaluation.utility.as_ref().filter(|utility| utility.difference.is_finite());
    let (grade, sentence) = match known {
        None => (Grade::Unknown, "Use for prediction was not tested: there was no target to predict.".to_owned()),
        Some(utility) => {
            let (grade, words) = match utility.difference {
                USE_GOOD.. => (
                    Grade::Good,
                    "Models trained on synthetic patients predict real ones as well as models trained on real patients",
                ),
                USE_FAIR.. => (
                    Grade::Fair,
                    "Models trained on synthetic patients predict real ones a little worse than models trained on real patients",
                ),
                _ => (
                    Grade::Poor,
                    "Models trained on synthetic patients predict real ones clearly worse than models trained on real patients",
                ),
            };
            let flattered = if utility.holdout {
                ""
            } else {
                " No real patients were kept back for this test, which flatters the synthetic ones."
            };
            (grade, format!("{words} (mean difference {}).{flattered}", decimals(utility.difference)))
        }
    };
    let score = evaluation.score(ScoreName::TstrRatio);
    Judgement { topic: "Prediction", grade, sentence, score: score.value.is_finite().then_some(score.name) }
}
