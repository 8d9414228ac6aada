//! The whole of an evaluation, as plain data.

use super::audit::Audit;
use super::detail::{Associations, ColumnScore, Conditional, MissingPerRow, PairScore, Utility};
use super::facts::{Facts, Sizes};
use super::kept::KeptRelations;
use super::privacy::Privacy;
use super::score::{Score, ScoreName};
use super::survival::Survival;

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
    /// Survival curves and hazard ratios; none where the schema names no time and event.
    pub survival: Option<Survival>,
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
