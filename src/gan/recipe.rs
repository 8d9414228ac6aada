//! Every hyper-parameter of a run, as a TOML file.

use crate::error::{Error, Result, toml_problem};
use crate::nn::{AdamPlan, Output, Plan};
use serde::{Deserialize, Serialize};

/// The text of the built-in recipe `paper`.
pub const PAPER: &str = include_str!("recipes/paper.toml");

/// A recipe; `mellizo recipe paper` prints one with a comment on every key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What people call it.
    pub name: String,
    /// The table side's part, which this side only carries: missing-value thresholds and encoding.
    pub table: toml::Table,
    /// The generator.
    pub generator: Generator,
    /// The discriminator.
    pub discriminator: Discriminator,
    /// Constants of the hidden layers.
    pub layers: Layers,
    /// Adam's constants.
    pub optimiser: Optimiser,
    /// Terms of the generator's loss.
    pub loss: Loss,
    /// Batches and epochs.
    pub training: Training,
    /// When to stop early.
    pub stopping: Stopping,
    /// The table side's part of what happens after training.
    pub sampling: toml::Table,
}

/// The generator's shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generator {
    /// Numbers of noise per row.
    pub latent: usize,
    /// Widths of the hidden layers.
    pub widths: Vec<usize>,
    /// Activation of the last layer.
    pub output: OutputName,
}

/// The discriminator's shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discriminator {
    /// Widths of the hidden layers.
    pub widths: Vec<usize>,
}

/// Names of [`Output`] in a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputName {
    /// No activation.
    Linear,
    /// Hyperbolic tangent.
    Tanh,
}

/// What follows a hidden dense layer before its leaky ReLU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Normalise {
    /// Batch normalisation.
    Batch,
    /// A bias.
    None,
}

/// Constants of the hidden layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layers {
    /// Batch normalisation or a bias.
    pub normalise: Normalise,
    /// Slope of leaky ReLU.
    pub slope: f64,
    /// Added to the batch variance.
    pub epsilon: f64,
    /// Share of the old running statistics that a batch leaves.
    pub momentum: f64,
}

/// Adam's constants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Optimiser {
    /// Learning rate.
    pub learning_rate: f64,
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub epsilon: f64,
}

/// Weights of the generator's loss terms, and what they need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// Mean squared error of the columns' percentiles.
    pub percentile: f64,
    /// Cross-entropy through the discriminator.
    pub adversarial: f64,
    /// Mean squared error of the percentiles of random projections.
    pub sliced: f64,
    /// Random directions per step.
    pub directions: usize,
    /// Which percentiles.
    pub levels: Levels,
}

/// The percentiles of the loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Levels {
    /// Percent, ascending.
    Percent(Vec<f64>),
    /// The word `all`: every order statistic of a batch.
    Word(String),
}

/// Batches and epochs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Rows of a batch.
    pub batch: Batch,
    /// Epochs at most.
    pub epochs: usize,
}

/// Rows of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Batch {
    /// So many.
    Rows(usize),
    /// The word `auto`: a third of the patients, rounded down.
    Word(String),
}

/// When to stop early.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stopping {
    /// Stop at the first epoch with a marginal Fréchet distance below this; 0: never.
    pub marginal: f64,
    /// Stop when the joint Fréchet distance has not fallen for so many epochs, and keep the best; 0: never.
    pub patience: usize,
}

impl Recipe {
    /// Reads a recipe. `source` names it in errors ([`Error::Usage`]).
    pub fn from_toml(text: &str, source: &str) -> Result<Self> {
        let recipe: Self = toml::from_str(text)
            .map_err(|e| Error::Usage(format!("recipe {source}: {}", toml_problem(&e, Some(text)))))?;
        recipe.check().map_err(|problem| Error::Usage(format!("recipe {source}: {problem}")))?;
        Ok(recipe)
    }

    /// The recipe of the paper.
    pub fn paper() -> Self {
        Self::from_toml(PAPER, "paper").expect("the built-in recipe is valid")
    }

    /// The recipe as TOML text.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a recipe has only plain values")
    }

    /// Says which value makes no sense, if any.
    pub(super) fn check(&self) -> std::result::Result<(), String> {
        let demand = |good: bool, what: &str| if good { Ok(()) } else { Err(what.to_string()) };
        demand((1..=65_536).contains(&self.generator.latent), "generator.latent must be from 1 to 65536")?;
        demand((1..=10_000_000).contains(&self.training.epochs), "training.epochs must be from 1 to 10000000")?;
        demand(self.loss.directions <= 65_536, "loss.directions must be at most 65536")?;
        let widths = self.generator.widths.iter().chain(&self.discriminator.widths);
        demand(widths.clone().all(|w| (1..=65_536).contains(w)), "every width must be from 1 to 65536")?;
        let rate = self.optimiser.learning_rate;
        demand(rate.is_finite() && rate > 0.0, "optimiser.learning_rate must be above 0")?;
        for (name, beta) in [("beta1", self.optimiser.beta1), ("beta2", self.optimiser.beta2)] {
            demand((0.0..1.0).contains(&beta), &format!("optimiser.{name} must be at least 0 and below 1"))?;
        }
        demand(
            self.optimiser.epsilon.is_finite() && self.optimiser.epsilon > 0.0,
            "optimiser.epsilon must be above 0",
        )?;
        demand(self.layers.epsilon.is_finite() && self.layers.epsilon > 0.0, "layers.epsilon must be above 0")?;
        demand((0.0..=1.0).contains(&self.layers.slope), "layers.slope must be from 0 to 1")?;
        demand((0.0..1.0).contains(&self.layers.momentum), "layers.momentum must be at least 0 and below 1")?;
        demand(
            self.stopping.marginal.is_finite() && self.stopping.marginal >= 0.0,
            "stopping.marginal must be at least 0",
        )?;
        self.loss.check()?;
        match &self.training.batch {
            Batch::Word(word) => demand(word == "auto", "training.batch must be a number of rows or \"auto\""),
            Batch::Rows(rows) => demand(*rows >= 2, "training.batch must be at least 2 rows"),
        }
    }

    /// Rows of a batch for `n` patients. Errors when a batch would have fewer than 2 rows or more than there are.
    pub fn batch_rows(&self, n: usize) -> std::result::Result<usize, String> {
        let rows = match self.training.batch {
            Batch::Rows(rows) => rows,
            Batch::Word(_) => n / 3,
        };
        if rows < 2 {
            return Err(format!("{n} patients make batches of {rows} rows, but a batch needs at least 2"));
        }
        if rows > n {
            return Err(format!("{n} patients are fewer than the {rows} rows of a batch"));
        }
        Ok(rows)
    }

    /// The generator for `features` columns.
    pub fn generator_plan(&self, features: usize) -> Plan {
        let output = match self.generator.output {
            OutputName::Linear => Output::Linear,
            OutputName::Tanh => Output::Tanh,
        };
        self.plan(self.generator.latent, &self.generator.widths, features, output)
    }

    /// The discriminator for `features` columns.
    pub fn discriminator_plan(&self, features: usize) -> Plan {
        self.plan(features, &self.discriminator.widths, 1, Output::Linear)
    }

    fn plan(&self, inputs: usize, widths: &[usize], outputs: usize, output: Output) -> Plan {
        let mut sizes = vec![inputs];
        sizes.extend(widths);
        sizes.push(outputs);
        Plan {
            sizes,
            batch_norm: self.layers.normalise == Normalise::Batch,
            slope: self.layers.slope,
            epsilon: self.layers.epsilon,
            momentum: self.layers.momentum,
            output,
        }
    }

    /// Adam for either network.
    pub fn adam_plan(&self) -> AdamPlan {
        let Optimiser { learning_rate, beta1, beta2, epsilon } = self.optimiser;
        AdamPlan { learning_rate, beta1, beta2, epsilon }
    }
}

impl Loss {
    fn check(&self) -> std::result::Result<(), String> {
        let weights = [self.percentile, self.adversarial, self.sliced];
        if weights.iter().any(|w| !w.is_finite() || *w < 0.0) || weights.iter().all(|w| *w == 0.0) {
            return Err("the weights in [loss] must be numbers of at least 0, and one above 0".into());
        }
        if self.sliced > 0.0 && self.directions == 0 {
            return Err("loss.directions must be at least 1 when loss.sliced is switched on".into());
        }
        match &self.levels {
            Levels::Word(word) if word == "all" => Ok(()),
            Levels::Word(word) => Err(format!("loss.levels is {word:?}, but must be \"all\" or a list of percents")),
            Levels::Percent(levels) => {
                let ascending = levels.windows(2).all(|pair| pair[0] < pair[1]);
                let inside = levels.iter().all(|level| (0.0..=100.0).contains(level));
                if levels.is_empty() || !ascending || !inside {
                    return Err("loss.levels must be ascending percents from 0 to 100".into());
                }
                Ok(())
            }
        }
    }

    /// Whole part and fraction of every level's position among `rows` order statistics (numpy's "linear"), level by level.
    pub fn positions(&self, rows: usize) -> Vec<f64> {
        let place = |position: f64| [position.floor(), position - position.floor()];
        match &self.levels {
            Levels::Word(_) => (0..rows).flat_map(|k| [k as f64, 0.0]).collect(),
            Levels::Percent(levels) => levels.iter().flat_map(|p| place(p / 100.0 * (rows - 1) as f64)).collect(),
        }
    }
}
