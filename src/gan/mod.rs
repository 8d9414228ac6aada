//! The generative adversarial network: recipe, recording, training, sampling, the model file.

mod average;
mod cohorts;
mod evaluation;
mod heads;
mod history;
mod joint;
mod judge;
mod layout;
mod loss;
mod model_file;
pub mod recipe;
mod recording;
mod reference;
mod sampler;
mod scores;
mod shadows;
mod snapshot;
mod stopping;
mod trainer;
mod twins;
mod weights;

pub use cohorts::Cohorts;
pub use history::{Epoch, Verdict, write_history};
pub use judge::Judge;
pub use layout::Layout;
pub use model_file::{About, ModelFile};
pub use recipe::Recipe;
pub use reference::Reference;
pub use sampler::{MOST_ROWS, PIECE, Sampler};
pub use scores::{EpochScores, Scores};
pub use shadows::{Pace, ShadowModels, Shadows};
pub use stopping::Reason;
pub use trainer::{Options, Progress, Trained, train, train_each};
pub use twins::{Gan, stream};
pub use weights::{NamedTensor, Weights};
