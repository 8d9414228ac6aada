//! The real rows for the Fréchet distances.

use super::history::{DiscriminatorEpoch, Epoch};
use super::recipe::Term;
use super::scores::EpochScores;
use super::{Cohorts, Recipe};
use ground::frechet::{JointFrechet, marginal};
use ground::matrix::Matrix;
use ground::moments::covariance;
use rayon::prelude::*;

/// The real rows that every model is compared with.
pub struct Reference(Vec<Moments>);

/// Moments of the rows of one model, or of all.
struct Moments {
    mean: Vec<f64>,
    variance: Vec<f64>,
    joint: JointFrechet,
}

impl Moments {
    fn of(rows: &Matrix) -> Self {
        let (mean, matrix) = covariance(rows);
        let variance = (0..mean.len()).map(|j| matrix[(j, j)]).collect();
        let joint = JointFrechet::new(&mean, &matrix);
        Self { mean, variance, joint }
    }
}

impl Reference {
    /// The moments of encoded rows (n x d): the same for every model, or each model's own.
    pub fn new<'a>(rows: impl Into<Cohorts<'a>>) -> Self {
        Self(rows.into().matrices().par_iter().map(Moments::of).collect())
    }

    /// Turns the results that the device kept into lines of history, by epoch and model.
    /// The first epoch has the number `first` (from 0).
    pub fn judge_epochs(
        &self,
        scores: &[Vec<EpochScores>],
        recipe: &Recipe,
        first: usize,
    ) -> Vec<Vec<Epoch>> {
        let of_epoch = |(i, models): (usize, &Vec<EpochScores>)| {
            let judge = |(m, scores)| self.judge(scores, recipe, first + i + 1, m + 1);
            models.par_iter().enumerate().map(judge).collect()
        };
        scores.par_iter().enumerate().map(of_epoch).collect()
    }

    /// Turns what the device kept into a line of history.
    fn judge(&self, scores: &EpochScores, recipe: &Recipe, epoch: usize, model: usize) -> Epoch {
        let real = &self.0[(model - 1).min(self.0.len() - 1)];
        let [loss, real_probability, fake_probability, ref terms @ ..] = scores.step_means;
        let features = real.mean.len();
        let matrix = Matrix::from_values(features, features, scores.covariance.clone());
        Epoch {
            epoch,
            model,
            generator_loss: Term::ALL
                .iter()
                .map(|term| recipe.loss.weight(*term) * terms[term.index()])
                .sum(),
            terms: *terms,
            discriminator: recipe.discriminator.enabled.then_some(DiscriminatorEpoch {
                loss,
                real_probability,
                fake_probability,
            }),
            marginal: marginal(&real.mean, &real.variance, &scores.mean, &scores.variance),
            joint: real.joint.distance(&scores.mean, &matrix),
            broken: scores.broken,
        }
    }
}
