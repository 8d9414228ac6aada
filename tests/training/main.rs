//! Training: whole steps against JAX, twenty free steps on both backends, fused steps against
//! recorded ones, and what the recipes add to the paper.

extern crate mellizo_training as training;

#[path = "../adapter/mod.rs"]
mod adapter;

mod bindings;
mod free_running;
mod fusion;
mod jax_oracle;
mod oracle_file;
mod plan;
mod repeat;
mod trained;
mod typed;

/// The top of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
