//! How good a synthetic table is, as plain data: every score between its ceiling and its floor, and
//! what the reports draw.
//!
//! An evaluation is a function of the tables' rows in any order, the seed and the options.
//! `splits` makes the tables of one size that value, ceiling and floor are computed on, `intervals`
//! says what the spread of half samples estimates, and `assembly` puts numbers beside their
//! references.
//!
//! Nothing here is fit to be shown as it is: counts are exact, and the patients that an audit found
//! most exposed are named by row.
//! `report::disclosure` pools counts and withholds rows before anything of it goes into `share/`.

mod assembly;
mod attacks;
pub mod audit;
mod better;
pub mod detail;
mod detection;
mod draws;
mod emptied;
mod evaluate;
pub mod facts;
mod intervals;
mod kept;
mod likeness;
pub mod options;
mod prediction;
pub mod privacy;
mod risk_words;
mod sampled;
pub mod score;
mod splits;
pub mod survival;
mod tables;
mod whole;
mod words;

pub use crate::metrics::privacy::Attack;
pub use audit::{Audit, Exposure};
pub use better::Better;
pub use detail::{
    Associations, ColumnScore, Conditional, ConditionalSlice, MissingPerRow, PairScore,
    TargetScore, Utility,
};
pub use emptied::{emptied, emptied_columns};
pub use evaluate::{evaluate, evaluate_known};
pub use facts::{Facts, InputFile, Known, Role, Sizes};
pub use kept::{BrokenRelation, KeptRelations};
pub use options::Options;
pub use privacy::{Privacy, Risk};
pub use sampled::sample_notes;
pub use score::{Score, ScoreName};
pub use survival::Survival;
pub use whole::Evaluation;
