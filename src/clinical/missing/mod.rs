//! Missing values before anybody decides about them: who misses how many, where the curves flatten,
//! what a threshold costs, and what is missing together.

mod clusters;
mod costs;
mod pairs;
mod presence;
pub mod print;

pub use clusters::{Together, together};
pub use costs::Cost;
pub use pairs::{Pair, strongest};
pub use presence::Presence;

use serde::Serialize;
use table::flattening::{Plateau, flattening};

/// Pairs that are listed.
const PAIRS: usize = 20;

/// What is said about the missing values of a table: the content of `missing.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Missing {
    /// Rows.
    pub patients: usize,
    /// Columns.
    pub features: usize,
    /// Missing cells.
    pub missing: usize,
    /// Patients without a missing cell.
    pub complete_patients: usize,
    /// Features without a missing cell.
    pub complete_features: usize,
    /// Missing cells that are not empty but hold a code such as `NA`.
    pub codes: u64,
    /// At place k, the patients with k missing cells.
    pub patients_by_missing: Vec<usize>,
    /// Every feature with its missing cells among all patients and among those that the threshold
    /// leaves.
    pub by_feature: Vec<Feature>,
    /// Where the patients' curve flattens.
    pub patient_flattening: Flat,
    /// Where the features' curve flattens, among the patients that are left.
    pub feature_flattening: Flat,
    /// What the two points of flattening cost as thresholds.
    pub chosen: Cost,
    /// Patient thresholds around the chosen one.
    pub by_patient_limit: Vec<Cost>,
    /// Feature thresholds around the chosen one.
    pub by_feature_limit: Vec<Cost>,
    /// The pairs of features that are most often missing together.
    pub pairs: Vec<Pair>,
}

/// A feature and its missing cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Feature {
    /// Header text.
    pub name: String,
    /// Among all patients.
    pub missing: usize,
    /// Among the patients that the patient threshold leaves.
    pub missing_left: usize,
}

/// A point of flattening, and how far the curve is flat after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Flat {
    /// The threshold.
    pub at: usize,
    /// The next number of missing cells that occurs; if there is none, the number of cells.
    pub until: usize,
    /// How many rows or columns have more.
    pub beyond: usize,
}

impl From<Plateau> for Flat {
    fn from(plateau: Plateau) -> Self {
        Self { at: plateau.from, until: plateau.to, beyond: plateau.beyond }
    }
}

impl Missing {
    /// Everything about the missing cells of a table.
    pub fn of(presence: &Presence) -> Self {
        let per_patient = presence.per_patient();
        let mut patients_by_missing = vec![0; presence.features() + 1];
        per_patient.iter().for_each(|&missing| patients_by_missing[missing] += 1);
        let per_feature = presence.per_feature();
        let chosen = costs::chosen(presence);
        let (left, missing_left) = presence.per_feature_within(chosen.patient_limit);
        let by_feature = presence.names.iter().zip(&per_feature).zip(&missing_left);
        let counted: Vec<usize> =
            missing_left.iter().map(|&count| if count == left { 0 } else { count }).collect();
        let flat = |counts: &[usize], size| {
            flattening(counts, size).expect("there are patients and features").into()
        };
        Self {
            patients: presence.patients,
            features: presence.features(),
            missing: per_patient.iter().sum(),
            complete_patients: patients_by_missing[0],
            complete_features: per_feature.iter().filter(|count| **count == 0).count(),
            codes: presence.codes,
            by_feature: by_feature
                .map(|((name, &missing), &missing_left)| Feature {
                    name: name.clone(),
                    missing,
                    missing_left,
                })
                .collect(),
            patient_flattening: flat(per_patient, presence.features()),
            feature_flattening: flat(&counted, left),
            by_patient_limit: costs::by_patient_limit(presence, &chosen),
            by_feature_limit: costs::by_feature_limit(presence, &chosen),
            chosen,
            pairs: strongest(presence, PAIRS),
            patients_by_missing,
        }
    }
}
