//! Training on matrices: [`gan`] is the networks, the recipes and the trainer, [`bench`] measures
//! both on any backend.

pub mod bench;
pub mod gan;
