//! Whether synthetic patients live as long as real ones, and for the same reasons.

use super::judgement::{Grade, Judgement, decimals};
use super::rules::{SURVIVAL_FAIR, SURVIVAL_GOOD, SURVIVAL_SLACK};
use judge::evaluation::Evaluation;

/// Survival, by the worse of curves and hazard ratios; none where no time and event are named.
pub(super) fn survival(evaluation: &Evaluation) -> Option<Judgement> {
    let survival = evaluation.survival.as_ref()?;
    let far = &survival.difference;
    let curves = grade(far.value, far.ceiling);
    let mut sentence = match curves {
        Grade::Unknown => "Survival could not be compared.".to_owned(),
        _ => format!(
            "Survival curves differ by {} at most (half of the real patients against as many \
             synthetic ones {}, against the other half {}).",
            decimals(far.whole),
            decimals(far.value),
            decimals(far.ceiling)
        ),
    };
    let mut worst = curves;
    if let Some(hazards) = survival.hazards.as_ref().filter(|one| one.mean_error.is_finite()) {
        worst = worst.max(grade(hazards.value, hazards.ceiling));
        sentence += &format!(
            " Log hazard ratios of {} covariates differ by {} on average, {} at most.",
            hazards.coefficients.len(),
            decimals(hazards.mean_error),
            decimals(hazards.largest_error)
        );
    }
    Some(Judgement { topic: "Survival", grade: worst, sentence, score: None })
}

/// A distance beside that of two halves of the real patients.
fn grade(value: f64, ceiling: f64) -> Grade {
    let within = |times: f64| value <= times * ceiling + SURVIVAL_SLACK;
    match () {
        () if !(value.is_finite() && ceiling.is_finite()) => Grade::Unknown,
        () if within(SURVIVAL_GOOD) => Grade::Good,
        () if within(SURVIVAL_FAIR) => Grade::Fair,
        () => Grade::Poor,
    }
}
