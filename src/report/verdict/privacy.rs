//! What the attacks found.
//! Nothing here can say that a table is anonymous: an attack that fails proves nothing about the
//! next one.

use super::judgement::{Grade, Judgement, decimals};
use super::rules::AUDIT_POOR;
use judge::evaluation::{Evaluation, Risk, ScoreName};

const NO_PROOF: &str =
    "That is measured risk under these attacks, not a proof that nobody can be recognised.";
/// The scores of privacy, the most important one first.
const SCORES: [ScoreName; 6] = [
    ScoreName::MiaAuc,
    ScoreName::Nnaa,
    ScoreName::DcrOverfittingProtection,
    ScoreName::Identifiability,
    ScoreName::DcrBaselineProtection,
    ScoreName::ExactCopies,
];

/// Most alarms named in a sentence.
const MOST_NAMES: usize = 3;

/// The first alarms by name, and how many more there are.
fn some(alarms: &[&str]) -> String {
    let named = alarms.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join("; ");
    match alarms.len().saturating_sub(MOST_NAMES) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}

/// Privacy, by the alarms of the attacks and the shadow models.
pub(super) fn privacy(evaluation: &Evaluation) -> Judgement {
    let privacy = &evaluation.privacy;
    let judged: Vec<&Risk> = privacy.risks.iter().filter(|risk| risk.alarm.is_some()).collect();
    let alarms: Vec<&str> =
        judged.iter().filter(|risk| risk.alarm == Some(true)).map(|risk| risk.label).collect();
    let exposed = evaluation.audit.as_ref().filter(|audit| audit.low > 0.5);
    let unjudged = privacy.risks.len() - judged.len();
    let (grade, mut sentence) = if !alarms.is_empty() {
        let (count, all) = (alarms.len(), judged.len());
        let raise = if count == 1 { "raises its alarm" } else { "raise their alarm" };
        (Grade::Poor, format!("{count} of {all} measured attacks {raise}: {}.", some(&alarms)))
    } else if judged.is_empty() {
        (Grade::Unknown, "No attack on privacy could be measured.".to_owned())
    } else {
        let grade = if privacy.holdout { Grade::Good } else { Grade::Fair };
        (grade, format!("None of {} measured attacks raises its alarm. {NO_PROOF}", judged.len()))
    };
    if let Some(audit) = exposed {
        sentence.push_str(&format!(
            " Models trained with and without a patient can be told apart by their synthetic \
             patients (AUC {}, from {} to {}).",
            decimals(audit.auc),
            decimals(audit.low),
            decimals(audit.high)
        ));
    }
    if unjudged > 0 {
        let why = if privacy.holdout {
            ""
        } else {
            ", because no real patients were kept back from training"
        };
        sentence
            .push_str(&format!(" {unjudged} of {} could not be judged{why}.", privacy.risks.len()));
    }
    let grade = match exposed {
        Some(audit) if audit.auc >= AUDIT_POOR => Grade::Poor,
        Some(_) if grade != Grade::Poor => Grade::Fair,
        _ => grade,
    };
    let score = SCORES.into_iter().find(|&name| evaluation.score(name).value.is_finite());
    Judgement { topic: "Privacy", grade, sentence, score }
}
