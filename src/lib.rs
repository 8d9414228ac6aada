//! A GAN trained from scratch in WGSL compute shaders, with a CPU twin of every kernel: synthetic
//! patients from a small clinical table.
//!
//! `ARCHITECTURE.md` draws the house: who may use whom, and why.

pub use engine::{cpu, gpu, nn, op};
pub use ground::{
    blocks, error, frechet, ks, linkage, matrix, moments, quantile, spectrum, whole_file,
};
pub use judge::{evaluation, metrics};
pub use training::{bench, gan};
pub use {clinical, report, table};

pub mod synthesis;
