//! The generative adversarial network: recipe, recording, training, sampling, the model file.
//!
//! **A step.** `recording` writes the Programs of a step and of an evaluation.
//! Real and fake rows lie behind each other in one tensor: the discriminator judges both in one
//! pass of two groups, and one kernel sorts both.
//! Without an adversarial term a recipe may leave the discriminator out; then it is neither
//! allocated nor trained, and its part of a history is empty.
//!
//! **The joint recipe.** All random directions of a step are the rows of one matrix
//! `[models, K, W]`, set behind set.
//! One kernel draws them, one product projects real and fake rows to all of them, one sort orders
//! all projections, and one loss has a factor for every set.
//! (The product is the backward product of a dense layer, because directions are rows; its forward
//! product is the gradient.)
//! The gradient of the covariance is a dense layer on the fake rows, whose weights and bias a
//! kernel makes.
//! What the terms know of the cohort, its covariance and a factor of it, is computed once on the
//! host.
//!
//! **Typed heads.** For a typed matrix the generator's last numbers go through typed heads, in
//! training, evaluation and sampling alike: what is judged is what is sampled.
//! Choices are hard on the way forward and soft on the way back, and their noise is keyed by the
//! step like all other noise.
//! Gates make choices follow from others right behind the heads, so that training sees it.
//! After training the biases of levels and masks are shifted until each is chosen as often as the
//! cohort has it.
//!
//! **Shortcut and average.** The generator's shortcut is one more weight matrix of the last layer,
//! from the network's input, and its Ops are those of any dense layer.
//! An average is a second generator that follows the first one with a schedule of rates; where a
//! recipe asks for it, it is what is judged, kept and sampled from.
//!
//! **Training.** `trainer` runs epochs in chunks of about 150 ms, without the host waiting inside,
//! while results wait in rings on the device.
//! After a chunk the host learns which epoch to keep, goes back to the snapshot at the start of
//! that chunk, and replays to the very epoch.
//! That costs one short replay instead of a copy of the weights every epoch, and works because a
//! replay gives the same bits.
//!
//! **Checkpoints.** There is no random state, so a training goes on from the state of its networks
//! and optimisers, its history and the number of its steps, with the same bytes as if it had never
//! been stopped (`checkpoint`).
//!
//! **Several models.** All models of a run learn from one cohort, or each from its own; a reference
//! judges each by its own rows, or all by validation rows.
//! `shadows` trains models on given rows of one matrix and says how long an epoch of them takes.
//!
//! **Files.** `model_file` is safetensors with one metadata document: written whole or not at all,
//! byte-equal for equal runs, with a checksum of the whole file (`sealed`).

mod average;
mod checkpoint;
mod choice_rates;
mod cohorts;
mod generated;
mod heads;
mod history;
mod joint;
mod layout;
mod loss;
mod model_file;
mod networks;
pub mod recipe;
mod recording;
mod reference;
mod sampler;
mod scores;
mod sealed;
mod shadows;
mod shortcut;
mod snapshot;
mod stopping;
pub mod stream;
mod trained_discriminator;
mod trainer;
mod weights;

pub use checkpoint::{Checkpoint, Checkpoints};
pub use choice_rates::settle_choice_rates;
pub use cohorts::Cohorts;
pub use history::{DiscriminatorEpoch, Epoch, write_history};
pub use layout::Layout;
pub use model_file::{About, ModelFile, TableDocument};
pub use networks::Gan;
pub use recipe::Recipe;
pub use reference::Reference;
pub use sampler::{MOST_ROWS, PIECE, Sampler};
pub use scores::{EpochScores, Scores};
pub use shadows::{Pace, ShadowModels, Shadows};
pub use stopping::Reason;
pub use trained_discriminator::TrainedDiscriminator;
pub use trainer::{Options, Progress, Task, Trained, train, train_each, train_kept};
pub use weights::{NamedTensor, Weights};
