//! Training on matrices: [`gan`] is the networks, the recipes and the trainer,
//! [`bench`](mod@bench) measures both on any backend.

pub mod bench;
pub mod gan;
