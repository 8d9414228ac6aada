//! The generative adversarial network: recipe, recording, training, sampling, the model file.

mod evaluation;
mod history;
mod judge;
mod loss;
mod model_file;
pub mod recipe;
mod sampler;
mod scores;
mod snapshot;
mod stopping;
mod trainer;
mod twins;
mod weights;

pub use history::{Epoch, Reference, write_history};
pub use judge::Judge;
pub use model_file::{About, ModelFile};
pub use recipe::Recipe;
pub use sampler::{MOST_ROWS, PIECE, Sampler};
pub use scores::{EpochScores, Scores};
pub use stopping::Reason;
pub use trainer::{Options, Progress, Trained, train};
pub use twins::{Gan, Layout, stream};
pub use weights::{NamedTensor, Weights};
