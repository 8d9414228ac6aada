//! Membership inference by shadow models: does a synthetic table show whether this patient was
//! among the training rows?
//!
//! Generators that learned from halves of the patients each make a table.
//! The density of a table at a patient depends on three things: on the patient (common patients
//! have many neighbours), on the generator, and, if the generator remembers, on whether the patient
//! was in its half.
//! The attacker removes the first two.
//! It subtracts a model's mean over all patients, and the patient's mean over models that did not
//! learn from the patient.
//! (This is the offline attack of Carlini et al. 2022, LiRA, with densities in the place of
//! losses.)
//! What is left would be alike for members and others if nothing were remembered.

use super::membership::NOTHING;
use super::nearest::nearest;
use super::rows::{Rows, Scale};
use crate::metrics::auc::{auc, auc_interval_clustered};

/// Nearest synthetic rows that a density is made of.
const NEIGHBOURS: usize = 5;

/// How much the typical variance of all patients counts beside a patient's own, in models.
const SHARED_VARIANCE: f64 = 4.0;

/// What the shadow models show.
#[derive(Clone, Debug, PartialEq)]
pub struct ShadowMembership {
    /// Area under the curve of telling members of a model from others, over all patients and
    /// models.
    pub auc: f64,
    /// Its 95 % interval, in which all models of one patient may depend on each other.
    pub interval: (f64, f64),
    /// For each patient: the mean log density of the models with the patient, less that of the
    /// models without, in standard errors.
    pub effects: Vec<f64>,
}

/// The log density of a synthetic table at every patient, except for a constant and a factor.
/// It is `-ln` of the geometric mean of the mixed distances to the five nearest synthetic rows, so
/// that a single copy counts as much as many near rows.
pub fn log_densities(patients: &Rows, synthetic: &Rows, scale: &Scale) -> Vec<f64> {
    let neighbours = nearest(patients, synthetic, scale, NEIGHBOURS);
    let density = |patient| {
        let near: Vec<f64> = neighbours
            .of(patient)
            .iter()
            .map(|other| other.distance)
            .filter(|distance| distance.is_finite())
            .collect();
        -near.iter().map(|distance| (distance + NOTHING).ln()).sum::<f64>() / near.len() as f64
    };
    (0..patients.rows()).map(density).collect()
}

/// Judges log densities (models x patients) by who was a member of which model.
/// Models `2p` and `2p + 1` are a pair of complementary halves, as [`halves`](super::halves) deals
/// them.
///
/// In a pair the patient is a member of one model at most.
/// Both models are compared with the same others: the models of the other pairs without the
/// patient.
/// So the two can be exchanged where nothing is remembered, and the area is 1/2.
/// Panics on fewer than four models, and on tables of two shapes.
pub fn shadow_membership(densities: &[Vec<f64>], members: &[Vec<bool>]) -> ShadowMembership {
    let models = densities.len();
    assert!(models >= 4 && models.is_multiple_of(2), "{models} models in two pairs at least");
    assert_eq!(models, members.len(), "densities (left) and members (right) of models");
    let centred: Vec<Vec<f64>> = densities.iter().map(|of_model| centred(of_model)).collect();
    let patients: Vec<Patient> =
        (0..centred[0].len()).map(|patient| Patient::of(&centred, members, patient)).collect();
    let (mut scores, mut labels, mut clusters) = (Vec::new(), Vec::new(), Vec::new());
    for (number, patient) in patients.iter().enumerate() {
        scores.extend(patient.scores());
        labels.extend(&patient.member);
        clusters.extend(vec![number; models]);
    }
    let mut variances: Vec<f64> = patients.iter().map(Patient::variance).collect();
    variances.sort_unstable_by(f64::total_cmp);
    let typical = variances.get(variances.len() / 2).copied().unwrap_or(f64::NAN);
    ShadowMembership {
        auc: auc(&scores, &labels),
        interval: auc_interval_clustered(&scores, &labels, &clusters),
        effects: patients.iter().map(|patient| patient.effect(typical)).collect(),
    }
}

fn centred(values: &[f64]) -> Vec<f64> {
    let mean = mean(values.iter().copied());
    values.iter().map(|value| value - mean).collect()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

/// One patient in every model.
struct Patient {
    density: Vec<f64>,
    member: Vec<bool>,
}

impl Patient {
    fn of(densities: &[Vec<f64>], members: &[Vec<bool>], patient: usize) -> Self {
        let density = densities.iter().map(|of_model| of_model[patient]).collect();
        Self { density, member: members.iter().map(|of_model| of_model[patient]).collect() }
    }

    /// The attacker's score in each model; higher means "was a member".
    fn scores(&self) -> Vec<f64> {
        let score = |(model, density): (usize, &f64)| {
            let others = |other: &usize| other / 2 != model / 2 && !self.member[*other];
            density - mean((0..self.density.len()).filter(others).map(|other| self.density[other]))
        };
        self.density.iter().enumerate().map(score).collect()
    }

    /// Densities of the models with or without the patient.
    fn kind(&self, member: bool) -> impl Iterator<Item = f64> + Clone {
        self.density
            .iter()
            .zip(&self.member)
            .filter(move |(_, is)| **is == member)
            .map(|(density, _)| *density)
    }

    /// Variance within both kinds of models.
    fn variance(&self) -> f64 {
        let squares = |member| {
            let mean = mean(self.kind(member));
            self.kind(member).map(|density| (density - mean).powi(2)).sum::<f64>()
        };
        (squares(true) + squares(false)) / (self.density.len() as f64 - 2.0)
    }

    /// The difference of the kinds in standard errors.
    /// The variance of a few models is uncertain, and a patient must not look exposed by accident.
    /// So the variance is drawn towards the typical one of all patients (the moderated t of Smyth
    /// 2004, with a fixed weight).
    fn effect(&self, typical: f64) -> f64 {
        let difference = mean(self.kind(true)) - mean(self.kind(false));
        let own = self.density.len() as f64 - 2.0;
        let variance =
            (own * self.variance() + SHARED_VARIANCE * typical) / (own + SHARED_VARIANCE);
        let [with, without] = [true, false].map(|member| self.kind(member).count() as f64);
        let error = (variance * (1.0 / with + 1.0 / without)).sqrt();
        if difference == 0.0 { 0.0 } else { difference / error }
    }
}
