//! What training looked like: one line per epoch and model.

use super::recipe::Loss;
use super::scores::EpochScores;
use crate::matrix::Matrix;
use crate::metrics::frechet::{JointFrechet, marginal};
use crate::metrics::moments::covariance;
use rayon::prelude::*;
use std::io::Write;

/// The results of one epoch of one model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// From 1.
    pub model: usize,
    /// Weighted sum of the generator's terms, mean over the steps.
    pub generator_loss: f64,
    /// Mean squared error of percentiles.
    pub percentile: f64,
    /// Cross-entropy of the generator through the discriminator.
    pub adversarial: f64,
    /// Mean squared error of the percentiles of projections.
    pub sliced: f64,
    /// Cross-entropy of the discriminator.
    pub discriminator_loss: f64,
    /// Mean probability that the discriminator gives real rows.
    pub real_probability: f64,
    /// Mean probability that the discriminator gives fake rows.
    pub fake_probability: f64,
    /// Marginal Fréchet distance of generated rows to the cohort.
    pub marginal: f64,
    /// Joint Fréchet distance of generated rows to the cohort.
    pub joint: f64,
    /// Parameters that are NaN or infinite.
    pub broken: f64,
}

/// The real cohort, as the Fréchet distances see it.
pub struct Reference {
    mean: Vec<f64>,
    variance: Vec<f64>,
    joint: JointFrechet,
}

impl Reference {
    /// Of an encoded cohort (n x d).
    pub fn new(cohort: &Matrix) -> Self {
        let (mean, matrix) = covariance(cohort);
        let variance = (0..mean.len()).map(|j| matrix[(j, j)]).collect();
        let joint = JointFrechet::new(&mean, &matrix);
        Self { mean, variance, joint }
    }

    /// Turns what the device kept of some epochs, the first of them number `first` (from 0), into lines of history by epoch and model.
    pub fn judge_epochs(&self, scores: &[Vec<EpochScores>], loss: &Loss, first: usize) -> Vec<Vec<Epoch>> {
        let of_epoch = |(i, models): (usize, &Vec<EpochScores>)| {
            let judge = |(m, scores)| self.judge(scores, loss, first + i + 1, m + 1);
            models.par_iter().enumerate().map(judge).collect()
        };
        scores.par_iter().enumerate().map(of_epoch).collect()
    }

    /// Turns what the device kept into a line of history.
    fn judge(&self, scores: &EpochScores, loss: &Loss, epoch: usize, model: usize) -> Epoch {
        let [discriminator_loss, real_probability, fake_probability, percentile, adversarial, sliced] =
            scores.step_means;
        let features = self.mean.len();
        let matrix = Matrix::from_values(features, features, scores.covariance.clone());
        Epoch {
            epoch,
            model,
            generator_loss: loss.percentile * percentile + loss.adversarial * adversarial + loss.sliced * sliced,
            percentile,
            adversarial,
            sliced,
            discriminator_loss,
            real_probability,
            fake_probability,
            marginal: marginal(&self.mean, &self.variance, &scores.mean, &scores.variance),
            joint: self.joint.distance(&scores.mean, &matrix),
            broken: scores.broken,
        }
    }
}

impl Epoch {
    /// The first thing in it that is not finite, if any.
    pub fn fault(&self) -> Option<String> {
        if self.broken > 0.0 {
            return Some(format!("{} parameters of model {} are NaN or infinite", self.broken, self.model));
        }
        let values = [
            ("the generator's loss", self.generator_loss),
            ("the discriminator's loss", self.discriminator_loss),
            ("the generated rows", self.marginal),
        ];
        let (what, value) = values.into_iter().find(|(_, value)| !value.is_finite())?;
        Some(format!("{what} of model {} became {value}", self.model))
    }
}

/// Writes the history as CSV, one line per epoch and model.
pub fn write_history(history: &[Epoch], to: impl Write) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record([
        "epoch",
        "model",
        "generator_loss",
        "percentile",
        "adversarial",
        "sliced",
        "discriminator_loss",
        "real_probability",
        "fake_probability",
        "marginal_frechet",
        "joint_frechet",
    ])?;
    for e in history {
        let numbers = [
            e.generator_loss,
            e.percentile,
            e.adversarial,
            e.sliced,
            e.discriminator_loss,
            e.real_probability,
            e.fake_probability,
            e.marginal,
            e.joint,
        ];
        let cells = [e.epoch.to_string(), e.model.to_string()].into_iter();
        csv.write_record(cells.chain(numbers.map(|number| number.to_string())))?;
    }
    csv.flush()?;
    Ok(())
}
