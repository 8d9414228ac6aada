//! The main job as a library: from a table to synthetic patients and a judgement of them.
//!
//! ```
//! use mellizo::synthesis::{
//!     BackendChoice, Cohort, Options, Quiet, Reading, Recipe, Settings, evaluate, fit,
//! };
//!
//! // The bundled cohort; `Reading::file("cohort.csv")` reads your own.
//! let read = Reading::bundled().table()?;
//! let settings = Settings {
//!     recipe: Recipe::joint().with_epochs(2), // for a quick look; leave it out otherwise
//!     holdout: Some(0.2),
//!     ..Settings::default()
//! };
//! let cohort = Cohort::prepare(&read.table, &settings)?;
//! let mut backend = BackendChoice::default().open(&mut Quiet)?;
//! let model = fit(backend.as_mut(), &cohort, &settings, &mut Quiet)?;
//! let patients = model.sample(backend.as_mut(), 0..1000)?;
//! let judged = evaluate(cohort.table(), &patients, cohort.holdout(), &Options::default());
//! assert_eq!((patients.rows(), judged.sizes.holdout), (1000, Some(182)));
//! # Ok::<(), mellizo::error::Error>(())
//! ```
//!
//! [`Watch`] is what a command line, a notebook or a page implements to show progress, to print
//! lines and to stop in good order; [`Quiet`] does nothing.
//! [`RunRecord`] is what a run was, as plain data; reports are made of it by [`report`](crate::report).

mod backend;
mod cohort;
mod comparison;
mod document;
mod fit;
mod model;
mod parts;
mod reading;
mod recipe;
mod record;
mod sampling;
mod settings;
mod shadows;
mod watch;

pub use backend::{BackendChoice, Processor, cache_folder, gpu};
pub use cohort::{Cohort, threshold_notes};
pub use comparison::{Comparison, ComparisonFiles};
pub use document::Patients;
pub use fit::fit;
pub use judge::evaluation::{Evaluation, Known, Options, evaluate, evaluate_known};
pub use model::{Conditioned, Model};
pub use parts::{Constraints, Parts, Representation, Sampling, Word};
pub use reading::{Read, Reading, text};
pub use recipe::{BUILT_IN, BuiltIn, Recipe};
pub use record::{curves, record, summary};
pub use report::run_record::RunRecord;
pub use sampling::{Accepted, Finish, Generator, Part, Raw, Rows, Stream, Wanted};
pub use settings::Settings;
pub use shadows::{audit, check_audit};
pub use training::gan::Progress;
pub use watch::{Line, Quiet, Stage, Watch};
