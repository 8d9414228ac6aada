//! A GAN trained from scratch in WGSL compute shaders, with a CPU twin of every kernel: synthetic patients from a small clinical table.
//!
//! `ARCHITECTURE.md` draws the house: who may use whom, and why.

pub mod bench;
pub mod blocks;
pub mod cli;
pub mod clinical;
pub mod cpu;
pub mod error;
pub mod evaluation;
pub mod gan;
pub mod gpu;
pub mod ks;
pub mod linkage;
pub mod matrix;
pub mod metrics;
pub mod nn;
pub mod op;
pub mod quantile;
pub mod report;
pub mod table;
pub mod whole_file;
