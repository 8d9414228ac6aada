//! Membership inference by shadow models: small generators trained with and without each patient,
//! as plain data.

use crate::metrics::privacy::shadow_membership;
use serde::Serialize;

/// What the shadow models showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Audit {
    /// AUC of telling the patients that a model was trained on from those left out; 0.5 is
    /// guessing.
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
    /// The patients whose presence changes the synthetic table the most, the most exposed first.
    /// For the owner only: it is left out of everything that is serialised.
    #[serde(skip)]
    pub exposed: Vec<Exposure>,
    /// What the reader must know of how it was run.
    pub notes: Vec<String>,
}

impl Audit {
    /// Judges log densities (models x patients) by who was a member of which model, as
    /// [`shadow_membership`] does.
    /// Epochs, times and notes are for the caller to fill in, but for what is to be known of the
    /// figures themselves.
    pub fn of(densities: &[Vec<f64>], members: &[Vec<bool>]) -> Self {
        let found = shadow_membership(densities, members);
        let patients = found.effects.len();
        let mut exposed: Vec<Exposure> = found
            .effects
            .iter()
            .enumerate()
            .map(|(row, &effect)| Exposure { row: row + 1, effect })
            .collect();
        exposed.sort_by(|a, b| b.effect.total_cmp(&a.effect));
        // The usual size of the largest of so many normal numbers.
        let largest = (2.0 * (patients.max(2) as f64).ln()).sqrt();
        let note = format!(
            "Of {patients} patients who change nothing, chance gives the most exposed one an \
             effect of about {largest:.1} standard errors, and more with few models."
        );
        let (low, high) = found.interval;
        Self {
            auc: found.auc,
            low,
            high,
            models: members.len(),
            exposed,
            notes: vec![note],
            ..Self::default()
        }
    }
}

/// How exposed one patient is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    /// Data row of `private/cohort.csv`, from 1.
    pub row: usize,
    /// Mean log density with the patient less that without, in standard errors: about normal for a
    /// patient who changes nothing.
    pub effect: f64,
}
