//! What is behind the scores: columns, pairs, missing cells, conditional tables, targets.

use crate::metrics::conditional::Behind;
use ground::matrix::Matrix;
use serde::Serialize;
use table::Kind;

/// How alike one column is in two whole tables, every row used.
/// A score is none where its kind does not define it, or where there are too few values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnScore {
    /// Name of the column.
    pub name: String,
    /// Its plain words, if the schema has some.
    pub label: Option<String>,
    /// Its kind.
    pub kind: Kind,
    /// KSComplement of numbers, TVComplement of levels, in [0, 1], 1 is best.
    pub shape: Option<f64>,
    /// The same for one half of the real patients against the other half, median of the splits.
    /// It shows how much of the distance from 1 is chance.
    pub shape_ceiling: Option<f64>,
    /// 1 - |difference of the shares of missing cells|.
    pub missing_similarity: f64,
    /// Share of missing cells of the real column, in [0, 1].
    pub real_missing: f64,
    /// Real patients with rows in which it is missing, and with rows in which it is not.
    #[serde(skip)]
    pub real_missing_patients: [usize; 2],
    /// Share of missing cells of the synthetic column.
    pub synthetic_missing: f64,
    /// How much of the real range (numbers) or of the real levels the synthetic column covers, in
    /// [0, 1].
    pub coverage: Option<f64>,
    /// Share of synthetic numbers within the real range.
    pub boundary_adherence: Option<f64>,
}

/// How alike one pair of columns is in two whole tables.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairScore {
    /// Position of the first column.
    pub a: usize,
    /// Position of the second column.
    pub b: usize,
    /// Similarity in [0, 1], 1 is best.
    pub score: f64,
    /// How strongly the two are related in the real table: |rho| or Cramér's V; NaN where
    /// undefined.
    pub strength: f64,
    /// Whether that counts as strong.
    pub strong: bool,
}

/// How strongly columns are related, `columns x columns`, symmetric; NaN where undefined.
/// - Two numbers: Spearman's rho in [-1, 1].
/// - Two coded columns: Cramér's V in [0, 1].
/// - One of each: the correlation ratio in [0, 1].
#[derive(Clone, Debug)]
pub struct Associations {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Of the real table.
    pub real: Matrix,
    /// Of the synthetic table.
    pub synthetic: Matrix,
}

/// How many patients miss 0, 1, 2, ... cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingPerRow {
    /// Real patients by number of missing cells, 0 to the number of columns.
    pub real: Vec<usize>,
    /// Synthetic patients.
    pub synthetic: Vec<usize>,
}

/// The distribution of one coded column given every level of another one (the paper's Table 7).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conditional {
    /// Name of the column whose distribution it is.
    pub of: String,
    /// Its levels.
    pub levels: Vec<String>,
    /// Name of the column that is given.
    pub given: String,
    /// One per level of `given`, in its order.
    pub slices: Vec<ConditionalSlice>,
    /// The largest |difference| in percentage points among levels of both columns with at least
    /// five real patients; NaN when there is none.
    pub worst_points: f64,
}

/// Patients with one level of the given column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConditionalSlice {
    /// The level of the given column.
    pub given: String,
    /// Real patients per level.
    pub real: Vec<usize>,
    /// Real patients without a value.
    pub real_missing: usize,
    /// Who is behind these, where patients have several rows.
    #[serde(skip)]
    pub behind: Option<Behind>,
    /// Synthetic patients per level.
    pub synthetic: Vec<usize>,
    /// Synthetic patients without a value.
    pub synthetic_missing: usize,
}

impl ConditionalSlice {
    /// Real patients behind the count of a level.
    pub fn patients(&self, level: usize) -> usize {
        self.behind.as_ref().map_or(self.real[level], |behind| behind.levels[level])
    }
}

/// Models trained on synthetic patients and tested on real ones (TSTR), compared with the same
/// models trained on real patients.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Utility {
    /// One per target, medians over splits.
    pub targets: Vec<TargetScore>,
    /// Mean over targets of synthetic - real; NaN when no target could be scored.
    pub difference: f64,
    /// Whether they were tested on a hold-out that the generator never saw.
    /// If not, the synthetic table was made of the test patients, too, which makes it look better.
    pub holdout: bool,
    /// Rows that each model was trained on.
    pub trained_on: usize,
    /// Real rows that it was tested on.
    pub tested_on: usize,
}

/// One target of prediction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetScore {
    /// Name of the column.
    pub column: String,
    /// `AUC` (0.5 is guessing) or `R2` (0 is guessing the mean).
    pub measure: &'static str,
    /// Trained on real patients.
    pub real: f64,
    /// Trained on synthetic patients.
    pub synthetic: f64,
}
