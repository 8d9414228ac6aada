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
mod evaluate;
pub mod facts;
mod intervals;
mod kept;
mod likeness;
pub mod options;
mod prediction;
pub mod privacy;
mod risk_words;
pub mod score;
mod splits;
mod tables;
mod words;

pub use crate::metrics::privacy::Attack;
pub use audit::{Audit, Exposure};
pub use better::Better;
pub use detail::{
    Associations, ColumnScore, Conditional, ConditionalSlice, MissingPerRow, PairScore,
    TargetScore, Utility,
};
pub use evaluate::{evaluate, evaluate_known};
pub use facts::{Facts, InputFile, Known, Role, Sizes};
pub use kept::{BrokenRelation, KeptRelations};
pub use options::Options;
pub use privacy::{Privacy, Risk};
pub use score::{Score, ScoreName};

/// Everything that is known of a synthetic table.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Every score of [`ScoreName::ALL`], in that order; a value that cannot be computed is NaN.
    pub scores: Vec<Score>,
    /// Every column, in the table's order.
    pub columns: Vec<ColumnScore>,
    /// Every pair of columns whose similarity is defined, `a < b`, in the order of `a`, then `b`.
    pub pairs: Vec<PairScore>,
    /// How strongly columns belong together, real and synthetic.
    pub associations: Associations,
    /// What every real patient keeps, and how many synthetic ones break it.
    pub kept: KeptRelations,
    /// How many cells patients miss.
    pub missing_per_row: MissingPerRow,
    /// One column given another, such as stage given status; empty when the schema names no two
    /// such columns.
    pub conditionals: Vec<Conditional>,
    /// Models trained on synthetic patients and tested on real ones; none without targets.
    pub utility: Option<Utility>,
    /// What the attacks found.
    pub privacy: Privacy,
    /// Membership inference by shadow models, where it was asked for.
    pub audit: Option<Audit>,
    /// Rows and columns behind the scores.
    pub sizes: Sizes,
    /// Seed of every split, draw and classifier.
    pub seed: u64,
    /// What was evaluated and how to repeat it.
    pub facts: Facts,
    /// What the reader must know: what could not be judged and why, in sentences.
    /// They name columns, never a patient's value.
    pub notes: Vec<String>,
}

impl Evaluation {
    /// The score of a name.
    pub fn score(&self, name: ScoreName) -> &Score {
        let found = self.scores.iter().find(|score| score.name == name);
        found.unwrap_or_else(|| {
            panic!("an evaluation without {} among its {} scores", name.key(), self.scores.len())
        })
    }
}
