//! The random streams of a run: every use of random numbers has one.

/// Initial weights of the generator.
pub const GENERATOR: u32 = 1;
/// Initial weights of the discriminator.
pub const DISCRIMINATOR: u32 = 2;
/// Noise of the training steps.
pub const NOISE: u32 = 3;
/// Shuffles of the cohort.
pub const SHUFFLE: u32 = 4;
/// Noise of the evaluation after each epoch.
pub const EVALUATION: u32 = 5;
/// Directions of the sliced loss.
pub const DIRECTIONS: u32 = 6;
/// Noise of the synthetic patients.
pub const SAMPLE: u32 = 7;
/// Directions of the joint recipe's terms.
pub const TYPED_DIRECTIONS: u32 = 8;
/// Noise of the typed heads in training steps.
pub const HEADS: u32 = 9;
/// Noise of the typed heads in the evaluation after each epoch.
pub const EVALUATION_HEADS: u32 = 10;
/// Noise of the typed heads of the synthetic patients.
pub const SAMPLE_HEADS: u32 = 11;
