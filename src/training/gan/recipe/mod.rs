//! Every hyper-parameter of a run, as a TOML file.

mod changes;
mod check;
mod loss;
mod sections;

pub use changes::{Change, Origin};
pub use loss::{Levels, Loss, Term};
pub use sections::{
    Batch, Discriminator, Generator, Heads, Layers, Noise, Normalise, Optimiser, OutputName,
    Schedule, Section, Stopping, Training,
};

use engine::nn::{AdamPlan, Decay, Output, Plan};
use ground::error::{Error, Result, toml_problem};
use serde::{Deserialize, Serialize};

/// The text of the built-in recipe `paper`.
pub const PAPER: &str = include_str!("../recipes/paper.toml");

/// The text of the built-in recipe `joint`.
pub const JOINT: &str = include_str!("../recipes/joint.toml");

/// The text of the built-in recipe `private`.
pub const PRIVATE: &str = include_str!("../recipes/private.toml");

/// A recipe; `mellizo recipe joint` prints one with a comment on every key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What people call it.
    pub name: String,
    /// The table side's part: thresholds of missing values, and the encoding.
    pub table: Section,
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
    /// Typed heads after the generator, for a typed matrix.
    /// None: the numbers of the last layer are the generated rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<Heads>,
    /// Batches and epochs.
    pub training: Training,
    /// When to stop early.
    pub stopping: Stopping,
    /// The table side's part of sampling: how many patients, and what happens to generated values.
    pub sampling: Section,
    /// The part about a private release, if the recipe learns from one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Section>,
}

/// A batch of `all` patients has so many rows at most.
/// With more rows the noise of a batch no longer limits a generator.
const MOST_OF_ALL: usize = 1024;

/// More epochs than any number of steps has.
pub const MOST_EPOCHS: usize = 10_000_000;

/// Steps of an epoch at most, where a recipe has a number of steps.
const LONGEST_EPOCH: usize = 24;

/// Steps that a limit by the number of patients leaves at least.
const FEWEST_STEPS: usize = 600;

/// Generated rows of which an epoch is judged at most, where a recipe has a number of steps.
const MOST_JUDGED: usize = 8192;

impl Recipe {
    /// Reads a recipe. `source` names it in errors ([`Error::Usage`]).
    pub fn from_toml(text: &str, source: &str) -> Result<Self> {
        let recipe: Self = toml::from_str(text).map_err(|e| {
            Error::Usage(format!("recipe {source}: {}", toml_problem(&e, Some(text))))
        })?;
        recipe.check().map_err(|problem| Error::Usage(format!("recipe {source}: {problem}")))?;
        Ok(recipe)
    }

    /// The recipe of the paper.
    pub fn paper() -> Self {
        Self::from_toml(PAPER, "paper").expect("the built-in recipe is valid")
    }

    /// The recipe of joint distributions.
    pub fn joint() -> Self {
        Self::from_toml(JOINT, "joint").expect("the built-in recipe is valid")
    }

    /// The recipe as TOML text.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a recipe has only plain values")
    }

    /// Rows of a batch for `n` patients.
    /// Errors when a batch would have fewer than 2 rows or more than there are.
    pub fn batch_rows(&self, n: usize) -> std::result::Result<usize, String> {
        let rows = match self.training.batch {
            Batch::Rows(rows) => rows,
            Batch::Word(ref word) if word == "all" => n.min(MOST_OF_ALL),
            Batch::Word(_) => n / 3,
        };
        if rows < 2 {
            return Err(format!(
                "{n} patients make batches of {rows} rows, but a batch needs at least 2"
            ));
        }
        if rows > n {
            return Err(format!("{n} patients are fewer than the {rows} rows of a batch"));
        }
        Ok(rows)
    }

    /// Epochs at most, and the steps of each, where `n` patients are learned from in batches of
    /// `batch` rows.
    ///
    /// An epoch is a pass over the patients.
    /// If the recipe has a number of steps, it is at most 24 steps, and all epochs have that number
    /// together.
    pub fn epochs(&self, n: usize, batch: usize) -> [usize; 2] {
        let (batches, training) = (n / batch, &self.training);
        if training.steps == 0 {
            return [training.epochs, batches];
        }
        let of_patients = match training.per_patient {
            0 => usize::MAX,
            each => each.saturating_mul(n).max(FEWEST_STEPS),
        };
        let of_epochs = training.epochs.saturating_mul(batches);
        let steps = training.steps.min(of_patients).min(of_epochs);
        let each = batches.min(LONGEST_EPOCH).min(steps);
        [(steps / each).max(1), each]
    }

    /// Generated rows by which an epoch is judged, where the model learns from `n`.
    pub fn judged_rows(&self, n: usize) -> usize {
        if self.training.steps == 0 { n } else { n.min(MOST_JUDGED) }
    }

    /// The generator for `features` columns.
    pub fn generator_plan(&self, features: usize) -> Plan {
        let output = match self.generator.output {
            OutputName::Linear => Output::Linear,
            OutputName::Tanh => Output::Tanh,
        };
        let plan = self.plan(self.generator.latent, &self.generator.widths, features, output);
        Plan { shortcut: self.generator.shortcut, ..plan }
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
            shortcut: false,
        }
    }

    /// Adam for either network.
    pub fn adam_plan(&self) -> AdamPlan {
        let Optimiser { learning_rate, schedule, beta1, beta2, epsilon } = self.optimiser;
        let decay = match schedule {
            Schedule::Constant => Decay::Constant,
            Schedule::Cosine => Decay::Cosine,
        };
        AdamPlan { learning_rate, decay, beta1, beta2, epsilon }
    }
}
