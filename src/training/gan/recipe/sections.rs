//! The sections of a recipe, one struct each.

use ground::error::toml_problem;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A section that the training side carries and does not read: `[table]` or `[sampling]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Section(toml::Table);

impl Section {
    /// The section as the type that knows its keys.
    /// Errors: what is wrong, without the name of the section.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        self.0.clone().try_into().map_err(|e| toml_problem(&e, None))
    }

    /// A section of what knows its keys.
    /// Panics when TOML cannot hold a value.
    pub fn of(known: &impl Serialize) -> Self {
        Self(toml::Table::try_from(known).expect("values that TOML can hold"))
    }

    /// Sets a key, and says whether the section had it before.
    /// Panics when TOML cannot hold the value.
    pub fn set(&mut self, key: &str, value: impl Serialize) -> bool {
        let value = toml::Value::try_from(value).expect("a value that TOML can hold");
        self.0.insert(key.to_owned(), value).is_some()
    }
}

/// The generator's shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generator {
    /// Random numbers per row.
    pub latent: usize,
    /// Distribution of the noise.
    #[serde(default)]
    pub noise: Noise,
    /// Widths of the hidden layers.
    pub widths: Vec<usize>,
    /// Activation of the last layer.
    pub output: OutputName,
    /// Whether the noise also goes straight to the last layer, through weights that start at the
    /// principal components of the cohort.
    #[serde(default)]
    pub shortcut: bool,
}

/// Distributions of the latent noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Noise {
    /// Uniform on [-1, 1).
    #[default]
    Uniform,
    /// Nearly normal, with mean 0 and variance 1.
    Normal,
}

/// Typed heads, which turn the generator's raw numbers into levels, masks and values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    /// Logits with their noise are divided by this.
    pub temperature: f64,
    /// Gumbel and logistic noise is multiplied by this before it is added to logits.
    pub noise: f64,
    /// Whether the biases of levels and masks are shifted after training until each is chosen as
    /// often as in the cohort (the rates of choices).
    #[serde(default)]
    pub shares: bool,
}

/// The discriminator's shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discriminator {
    /// Whether there is one. A generator without an adversarial term does not need it.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Widths of the hidden layers.
    pub widths: Vec<usize>,
}

fn yes() -> bool {
    true
}

/// Activations of the generator's last layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OutputName {
    /// No activation.
    Linear,
    /// Hyperbolic tangent.
    Tanh,
}

/// What follows a hidden dense layer before its leaky ReLU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
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
    /// Share of the old running statistics that stays after a batch.
    pub momentum: f64,
}

/// Adam's constants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Optimiser {
    /// Learning rate; that of the first step if the rate changes.
    pub learning_rate: f64,
    /// How it changes.
    #[serde(default)]
    pub schedule: Schedule,
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub epsilon: f64,
}

/// How the learning rate changes from step to step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Schedule {
    /// Not at all.
    #[default]
    Constant,
    /// Half a cosine from the full rate down to 0 after the last epoch.
    Cosine,
}

/// Batches and epochs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Rows of a batch.
    pub batch: Batch,
    /// Epochs at most.
    pub epochs: usize,
    /// Steps at most; 0: as many as the epochs have.
    /// With a number an epoch, after which the model is judged, is a part of a large table.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub steps: usize,
    /// With a number of steps: so many of them a patient at most, but 600 are always allowed; 0: no
    /// such limit.
    /// Small tables have less to learn, and are learned by heart in more steps.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub per_patient: usize,
    /// The generator that is judged and kept has the mean of the weights after the steps of so many
    /// last epochs.
    /// 0: the newest weights.
    #[serde(default)]
    pub average: usize,
    /// For several models: the share of the patients that no model learns from, and whose distance
    /// decides which model is kept.
    /// 0: the patients that the models learned from decide.
    #[serde(default)]
    pub validation: f64,
}

/// Rows of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "training.batch must be a number of rows of at least 2, \"auto\" or \"all\""
)]
pub enum Batch {
    /// So many.
    Rows(usize),
    /// A word.
    /// `auto` is a third of the patients, rounded down; `all` are all patients, at most 1024.
    Word(String),
}

/// When to stop early.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stopping {
    /// Stop at the first epoch with a marginal Fréchet distance below this; 0: never.
    pub marginal: f64,
    /// Stop when the joint Fréchet distance has not fallen for so many epochs, and keep the best;
    /// 0: never.
    pub patience: usize,
    /// End training when the joint Fréchet distance has settled: when its mean over so many steps
    /// is no longer 2 % below that over as many steps before.
    /// The learning rate then falls to 0 within as many steps; 0: never.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub settled: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}
