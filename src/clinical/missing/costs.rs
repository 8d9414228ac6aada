//! What a threshold costs: patients first, then features, in the order of `mellizo run`.

use super::presence::Presence;
use serde::Serialize;
use table::flattening::{flattening, plateaus};

/// A pair of thresholds and what is left under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Missing cells that a patient may have.
    pub patient_limit: usize,
    /// Missing cells that a feature may then have.
    pub feature_limit: usize,
    /// Patients with more.
    pub patients_dropped: usize,
    /// Features with more.
    pub features_dropped: usize,
    /// Patients that are left.
    pub patients_left: usize,
    /// Features that are left.
    pub features_left: usize,
    /// Missing cells that are left.
    pub missing_left: usize,
}

/// The two points of flattening: that of the patients, and that of the features among the patients
/// that are left.
///
/// As in cleaning, a feature without any value does not count: it stays, and the encoder keeps it
/// out of training.
pub(crate) fn chosen(presence: &Presence) -> Cost {
    let limit = flattening(presence.per_patient(), presence.features())
        .map_or(presence.features(), |p| p.from);
    with_patient_limit(presence, limit)
}

/// Both thresholds given.
pub(crate) fn cost(
    presence: &Presence,
    patient_limit: usize,
    feature_limit: Option<usize>,
) -> Cost {
    let (patients_left, mut counts) = presence.per_feature_within(patient_limit);
    let empty = counts.iter().filter(|count| **count == patients_left).count();
    counts.iter_mut().filter(|count| **count == patients_left).for_each(|count| *count = 0);
    let found = || flattening(&counts, patients_left).map_or(patients_left, |plateau| plateau.from);
    let feature_limit = feature_limit.unwrap_or_else(found);
    let kept = counts.iter().filter(|count| **count <= feature_limit);
    let features_left = kept.clone().count();
    Cost {
        patient_limit,
        feature_limit,
        patients_dropped: presence.patients - patients_left,
        features_dropped: presence.features() - features_left,
        patients_left,
        features_left,
        missing_left: kept.sum::<usize>() + empty * patients_left,
    }
}

fn with_patient_limit(presence: &Presence, patient_limit: usize) -> Cost {
    cost(presence, patient_limit, None)
}

/// Limits around the chosen one, and where the longest other plateaus start.
fn candidates(counts: &[usize], size: usize, chosen: usize) -> Vec<usize> {
    let largest = counts.iter().copied().max().unwrap_or(0);
    let plateaus = plateaus(counts, size);
    let mut longest = plateaus.clone();
    longest.sort_by_key(|plateau| std::cmp::Reverse(plateau.length()));
    let mut candidates: Vec<usize> = longest.iter().take(4).map(|plateau| plateau.from).collect();
    let at = plateaus.iter().position(|plateau| plateau.from == chosen).unwrap_or(0);
    let near = at.saturating_sub(3)..(at + 4).min(plateaus.len());
    candidates.extend(plateaus[near].iter().map(|plateau| plateau.from));
    candidates.extend([chosen, largest]);
    candidates.sort_unstable();
    candidates.dedup();
    candidates
}

/// Patient thresholds around the chosen one, each with the features that it would then drop at
/// their own point of flattening.
pub(crate) fn by_patient_limit(presence: &Presence, chosen: &Cost) -> Vec<Cost> {
    let limits = candidates(presence.per_patient(), presence.features(), chosen.patient_limit);
    limits
        .into_iter()
        .map(|limit| with_patient_limit(presence, limit))
        .filter(|cost| cost.patients_left > 0)
        .collect()
}

/// Feature thresholds around the chosen one, among the patients that the chosen patient threshold
/// leaves.
pub(crate) fn by_feature_limit(presence: &Presence, chosen: &Cost) -> Vec<Cost> {
    let (patients, mut counts) = presence.per_feature_within(chosen.patient_limit);
    counts.iter_mut().filter(|count| **count == patients).for_each(|count| *count = 0);
    let limits = candidates(&counts, patients, chosen.feature_limit);
    limits.into_iter().map(|limit| cost(presence, chosen.patient_limit, Some(limit))).collect()
}
