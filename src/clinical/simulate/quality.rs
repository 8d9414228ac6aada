//! Quality of life: the 15 scores of the questionnaire QLQ-C30 and the 10 of its lung module
//! QLQ-LC13, from 0 to 100 in the steps that their items allow.

use super::dice::Dice;
use super::patient::Patient;
use super::row::Row;
use table::number::round;

/// One score.
/// Its items are answered from 1 to 4, which gives `items * 3` steps (the global one from 1 to 7:
/// `items * 6`).
pub(super) struct Score {
    pub(super) name: &'static str,
    pub(super) items: usize,
    /// Answers of an item above its lowest one.
    pub(super) answers: usize,
    /// A functional score: 100 is good. For the others 0 is.
    pub(super) is_function: bool,
    /// Mean of the complaint, from 0 (none) to 1.
    mean: f64,
    /// How much frailty, severity, mood, airways, chemotherapy and pain add to the complaint.
    loads: [f64; 6],
}

const fn score(
    name: &'static str,
    items: usize,
    answers: usize,
    is_function: bool,
    mean: f64,
    loads: [f64; 6],
) -> Score {
    Score { name, items, answers, is_function, mean, loads }
}

/// The scores in the order of the schema.
pub(super) const SCORES: [Score; 25] = [
    score("Global_health_status", 2, 6, true, 0.40, [0.08, 0.05, -0.14, 0.02, 0.03, 0.04]),
    score("Physical_functioning", 5, 3, true, 0.25, [0.16, 0.05, -0.05, 0.05, 0.02, 0.03]),
    score("Role_functioning", 2, 3, true, 0.30, [0.17, 0.06, -0.09, 0.04, 0.05, 0.04]),
    score("Emotional_functioning", 4, 3, true, 0.27, [0.02, 0.04, -0.19, 0.02, 0.02, 0.05]),
    score("Cognitive_functioning", 2, 3, true, 0.15, [0.08, 0.02, -0.10, 0.01, 0.04, 0.02]),
    score("Social_functioning", 2, 3, true, 0.20, [0.09, 0.06, -0.13, 0.02, 0.07, 0.03]),
    score("Fatigue", 3, 3, false, 0.34, [0.13, 0.07, -0.11, 0.05, 0.08, 0.05]),
    score("Nausea_and_vomiting", 2, 3, false, 0.02, [0.03, 0.04, -0.05, 0.01, 0.14, 0.04]),
    score("Pain", 2, 3, false, 0.22, [0.05, 0.06, -0.06, 0.02, 0.01, 0.22]),
    score("Dyspnoea", 1, 3, false, 0.28, [0.10, 0.05, -0.04, 0.22, 0.02, 0.01]),
    score("Insomnia", 1, 3, false, 0.28, [0.04, 0.03, -0.18, 0.04, 0.03, 0.09]),
    score("Appetite_loss", 1, 3, false, 0.18, [0.08, 0.10, -0.08, 0.02, 0.14, 0.05]),
    score("Constipation", 1, 3, false, 0.16, [0.06, 0.04, -0.03, 0.01, 0.09, 0.13]),
    score("Diarrhoea", 1, 3, false, -0.02, [0.04, 0.02, -0.03, 0.01, 0.12, 0.02]),
    score("Financial_difficulties", 1, 3, false, 0.02, [0.02, 0.03, -0.12, 0.01, 0.04, 0.03]),
    score("Dyspnoea_lung", 3, 3, false, 0.24, [0.10, 0.05, -0.03, 0.20, 0.01, 0.01]),
    score("Coughing", 1, 3, false, 0.34, [0.01, 0.06, -0.02, 0.19, 0.01, 0.03]),
    score("Haemoptysis", 1, 3, false, -0.08, [0.01, 0.15, -0.01, 0.10, 0.00, 0.02]),
    score("Sore_mouth", 1, 3, false, -0.08, [0.03, 0.02, -0.03, 0.02, 0.17, 0.02]),
    score("Dysphagia", 1, 3, false, -0.04, [0.03, 0.08, -0.03, 0.03, 0.15, 0.04]),
    score("Peripheral_neuropathy", 1, 3, false, 0.06, [0.06, 0.01, -0.03, 0.00, 0.19, 0.06]),
    score("Alopecia", 1, 3, false, 0.10, [0.00, 0.02, -0.02, 0.00, 0.34, 0.00]),
    score("Pain_in_chest", 1, 3, false, 0.12, [0.03, 0.09, -0.04, 0.07, 0.00, 0.18]),
    score("Pain_in_arm_or_shoulder", 1, 3, false, 0.10, [0.05, 0.03, -0.03, 0.01, 0.01, 0.20]),
    score("Pain_in_other_parts", 1, 3, false, 0.14, [0.06, 0.05, -0.04, 0.00, 0.02, 0.20]),
];

/// All scores of a patient.
pub(super) fn quality(patient: &Patient, row: &mut Row, dice: &mut Dice) {
    let traits = &patient.traits;
    let lungs = if row.is("COPD") { 0.9 } else { -0.4 };
    let airways = 0.75 * dice.normal() + lungs + 0.3 * traits.tobacco;
    let treated = if row.is("Any_chemotherapy") { 0.55 } else { -0.9 };
    let toxicity =
        0.7 * dice.normal() + treated + if row.is("Concomitant_chemotherapy") { 0.4 } else { 0.0 };
    let pain = 0.9 * dice.normal() + 0.3 * traits.severity;
    let causes = [traits.frailty, traits.severity, traits.mood, airways, toxicity, pain];
    for score in &SCORES {
        let load: f64 = score.loads.iter().zip(causes).map(|(load, cause)| load * cause).sum();
        let complaint = score.mean + load + 0.1 * dice.normal();
        let steps = score.items * score.answers;
        let complaint = (complaint * steps as f64).round().clamp(0.0, steps as f64) as usize;
        let step = if score.is_function { steps - complaint } else { complaint };
        row.facts.steps.push(step);
        row.set(score.name, round(100.0 * step as f64 / steps as f64, 1));
    }
}
