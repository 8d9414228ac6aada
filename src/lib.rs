//! Synthetic patients from a small clinical table: a GAN trained from scratch in WGSL compute
//! shaders, with a CPU mirror of every kernel.
//!
//! [`synthesis`] is the main job, from a table to synthetic patients and a judgement of them:
//!
//! ```
//! use mellizo::synthesis::{
//!     BackendChoice, Cohort, Options, Quiet, Reading, Recipe, Settings, evaluate, fit,
//! };
//!
//! // The bundled cohort; `Reading::file("cohort.csv")` reads your own.
//! let read = Reading::bundled().table()?;
//! let settings = Settings {
//!     recipe: Recipe::joint().with_epochs(2)?, // for a quick look; leave it out otherwise
//!     holdout: Some(0.2),
//!     ..Settings::default()
//! };
//! let cohort = Cohort::prepare(&read.table, &settings)?;
//! // `BackendChoice::default()` takes the best GPU, else the CPU.
//! let mut backend = BackendChoice::cpu().open(&mut Quiet)?;
//! let model = fit(backend.as_mut(), &cohort, &mut Quiet)?;
//! let patients = model.sample(backend.as_mut(), 0..1000)?;
//! let judged = evaluate(cohort.table(), &patients, cohort.holdout(), &Options::default());
//! assert_eq!((patients.rows(), judged.sizes.holdout), (1000, Some(182)));
//! # Ok::<(), mellizo::error::Error>(())
//! ```
//!
//! Below it lie the parts, each a crate of its own under another name:
//!
//! | modules | what they are | crate |
//! |---|---|---|
//! | [`table`] | reading, schemas, encodings and back, relations, conditions | `mellizo-table` |
//! | [`metrics`], [`evaluation`] | how good a synthetic table is | `mellizo-judge` |
//! | [`report`] | pages, pictures and what may be shown | `mellizo-report` |
//! | [`clinical`] | cleaning, describing, missing values | `mellizo-clinical` |
//! | [`gan`], [`bench`](mod@bench) | recipes, training, measuring | `mellizo-training` |
//! | [`op`], [`nn`], [`cpu`], [`gpu`] | kernels, Programs, layers, backends | `mellizo-engine` |
//! | [`error`], [`matrix`] and others | what all stand on | `mellizo-ground` |
//!
//! `ARCHITECTURE.md` draws the house: who may use whom, and why.

pub use engine::{cpu, gpu, nn, op};
pub use ground::{
    blocks, checksum, disk, error, exit_code, frechet, ks, linkage, matrix, moments, quantile,
    spectrum, whole_file,
};
pub use judge::{evaluation, metrics};
pub use training::{bench, gan};
pub use {clinical, report, table};

pub mod synthesis;

#[cfg(feature = "command")]
mod cli;
#[cfg(feature = "command")]
pub use cli::command;
// For the fuzzer, which reaches nothing else of the command's readers.
#[cfg(feature = "command")]
#[doc(hidden)]
pub use cli::tasks_of_plan;

// The command names the library as any other program does.
extern crate self as mellizo;

/// The README's program is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
