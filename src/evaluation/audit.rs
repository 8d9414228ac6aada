//! Membership inference by shadow models: small generators trained with and without each patient, as plain data.

use serde::Serialize;

/// What the shadow models showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Audit {
    /// AUC of telling the patients that a model was trained on from those left out; 0.5 is guessing.
    pub auc: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Models that were trained, each on half of the patients.
    pub models: usize,
    /// Epochs of each.
    pub epochs: usize,
    /// Minutes that it took.
    pub minutes: f64,
    /// The budget in minutes within which models and epochs were chosen.
    pub budget: f64,
    /// The patients whose presence changes the synthetic table the most, the most exposed first. For the owner only: it is left out
    /// of everything that is serialised.
    #[serde(skip)]
    pub exposed: Vec<Exposure>,
    /// What the reader must know of how it was run.
    pub notes: Vec<String>,
}

/// How exposed one patient is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    /// Data row of `private/cohort.csv`, from 1.
    pub row: usize,
    /// Mean log density with the patient less that without, in standard errors: about normal for a patient who changes nothing.
    pub effect: f64,
}
