//! From a table to its report: cleaning and description, every metric, the evaluation, the pages.
//!
//! Nothing here links a GPU library.

mod clinical;
mod evaluation;
mod fidelity;
mod frechet;
mod learners;
mod metrics;
mod privacy;
mod report;
mod survival;

/// The top of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
