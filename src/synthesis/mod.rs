//! The main job as a library: from a table to synthetic patients and a judgement of them.
//!
//! | step | what it does |
//! |---|---|
//! | [`Reading`] | reads a table file, by a schema or by the kinds that its text suggests |
//! | [`Cohort::prepare`] | cleans, keeps a hold-out back, encodes |
//! | [`fit()`], [`fit_kept`] | trains a [`Model`] on a backend ([`BackendChoice`]), with [`Checkpoints`] |
//! | [`Model::sample`], [`Model::sample_where`] | synthetic patients |
//! | [`Model::stream`] | the same in bounded memory |
//! | [`evaluate`] | scores between their references, as an [`Evaluation`] |
//! | [`Judgement`] | that with its reports |
//! | [`audit`](fn@audit) | shadow models: whose presence shows |
//!
//! The [front page](crate) has a whole program.
//!
//! The generator makes pieces of 1024 rows on the calling thread.
//! What is left to do with them ([`Finish`]) can be done by any thread.
//! A patient depends on the model, the seed and the patient's number alone.
//! `Document` is the one place that knows both encodings: it turns generated rows into patients.
//!
//! Messages of errors name the options of the command, such as `--batch`, where there is one: a
//! setting and its option have the same name.
//!
//! [`Watch`] is what a command line, a notebook or a page implements to show progress, to print
//! lines and to stop in good order; [`Quiet`] does nothing.
//! [`RunRecord`] is what a run was, as plain data.
//! [`report`] makes reports of it.

mod backend;
mod changes;
mod cohort;
mod comparison;
pub mod doctor;
mod document;
mod export;
mod fit;
mod formulas;
mod judgement;
mod model;
mod outlook;
mod parts;
pub mod private;
mod reading;
mod recipe;
mod record;
mod sampling;
mod settings;
mod shadows;
mod watch;

pub use backend::{BackendChoice, Processor, cache_folder, gpu};
pub use changes::Changes;
pub use cohort::{Cohort, threshold_notes};
pub use comparison::{Comparison, ComparisonFiles};
pub use document::Patients;
pub use export::{ColumnCost, Cost, Exported, export_cost};
pub use fit::{check_checkpoint, fit, fit_kept};
pub use judge::evaluation::{Evaluation, Known, Options, evaluate, evaluate_known, sample_notes};
pub use judgement::Judgement;
pub use model::{Conditioned, Model};
pub use outlook::{ColumnOutlook, Outlook, PatientsOutlook, TrainingOutlook, step_time};
pub use parts::{Constraints, Parts, Sampling, Word};
pub use reading::{Read, Reading, SurvivalColumns, text};
pub use recipe::{BUILT_IN, BuiltIn, Recipe};
pub use record::{curves, record, summary};
pub use report::run_record::RunRecord;
pub use sampling::{Accepted, Finish, Format, Generator, Part, Raw, Rows, Stream, Wanted};
pub use settings::Settings;
pub use shadows::{Pair, audit, audit_of_pairs, audit_pair, check_audit};
pub use training::gan::{Checkpoint, Checkpoints, Progress};
pub use watch::{Line, Quiet, Stage, Watch};
