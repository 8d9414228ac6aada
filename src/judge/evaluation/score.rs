//! The scores by name: what each is called in files and in plain words, and what it is compared
//! with.

use super::better::Better;
use super::words::{WORDS, Words};
use serde::{Serialize, Serializer};

/// A score of the report, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScoreName {
    /// Mean of the columns' shapes (SDMetrics' Column Shapes).
    ColumnShapes,
    /// Mean similarity of all pairs of columns.
    PairTrendsAll,
    /// The same over the pairs that are strongly related in the real table (SDMetrics' Column Pair
    /// Trends).
    PairTrendsStrong,
    /// Mean over columns of 1 - |difference of the shares of missing cells|.
    MissingSimilarity,
    /// Kolmogorov-Smirnov distance of the numbers of missing cells per patient.
    MissingPerRowKs,
    /// Mean over pairs of columns of |difference of Spearman's rho|.
    SpearmanMae,
    /// Joint Fréchet distance on min-max scaled columns, missing at -0.5.
    JointFrechet,
    /// Marginal Fréchet distance on the same.
    MarginalFrechet,
    /// AUC of a logistic regression that tells real from synthetic patients.
    DetectionLogisticAuc,
    /// The same of gradient-boosted trees.
    DetectionTreesAuc,
    /// Mean test score of models trained on synthetic patients over that of models trained on real
    /// ones.
    TstrRatio,
    /// SDMetrics' DCROverfittingProtection.
    DcrOverfittingProtection,
    /// SDMetrics' DCRBaselineProtection.
    DcrBaselineProtection,
    /// Nearest-neighbour adversarial accuracy, training patients against synthetic ones.
    Nnaa,
    /// Share of training patients whose nearest synthetic patient is nearer than their nearest
    /// other training patient.
    Identifiability,
    /// Share of training patients that the synthetic table repeats cell by cell.
    ExactCopies,
    /// AUC of an attacker who tells training patients from others by how dense the synthetic table
    /// is around them.
    MiaAuc,
}

impl ScoreName {
    /// All scores, in the order of files and reports.
    pub const ALL: [Self; 17] = [
        Self::ColumnShapes,
        Self::PairTrendsAll,
        Self::PairTrendsStrong,
        Self::MissingSimilarity,
        Self::MissingPerRowKs,
        Self::SpearmanMae,
        Self::JointFrechet,
        Self::MarginalFrechet,
        Self::DetectionLogisticAuc,
        Self::DetectionTreesAuc,
        Self::TstrRatio,
        Self::DcrOverfittingProtection,
        Self::DcrBaselineProtection,
        Self::Nnaa,
        Self::Identifiability,
        Self::ExactCopies,
        Self::MiaAuc,
    ];

    /// Its key in `report.json`.
    pub fn key(self) -> &'static str {
        self.words().key
    }

    /// Its name in plain words, for a heading or a line of a table.
    pub fn label(self) -> &'static str {
        self.words().label
    }

    /// What it says, in one sentence for a clinician.
    pub fn meaning(self) -> &'static str {
        self.words().meaning
    }

    /// Which way is better.
    pub fn better(self) -> Better {
        self.words().better
    }

    /// Whether it judges privacy and not likeness or use.
    pub fn is_privacy(self) -> bool {
        use ScoreName::*;
        matches!(
            self,
            DcrOverfittingProtection
                | DcrBaselineProtection
                | Nnaa
                | Identifiability
                | ExactCopies
                | MiaAuc
        )
    }

    fn words(self) -> &'static Words {
        &WORDS[self as usize]
    }
}

impl Serialize for ScoreName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

/// A score with its references.
///
/// `value`, `ceiling` and `floor` are medians over splits.
/// All are computed at the same size (half of the real patients against as many others), because
/// nearly every score depends on sizes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Which score it is.
    pub name: ScoreName,
    /// What the synthetic table scores; NaN when it cannot be computed (a note says why).
    pub value: f64,
    /// What one half of the real patients scores against the other half.
    pub ceiling: Option<f64>,
    /// What real patients score after every column was shuffled by itself: every column is right,
    /// every relation is lost.
    pub floor: Option<f64>,
    /// What the training patients score against the hold-out, at the same size as
    /// [`Score::against_holdout`]: a perfect generator scores the same.
    pub holdout: Option<f64>,
    /// What the synthetic patients score against the hold-out.
    pub against_holdout: Option<f64>,
    /// Lower end of the 95 % interval of `value`, where it is an estimate.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// What the whole tables score, every row used.
    /// It is for a comparison with other programs, not with the references.
    pub whole: Option<f64>,
}

impl Score {
    /// A score without references.
    pub fn new(name: ScoreName, value: f64) -> Self {
        let none = None;
        Self {
            name,
            value,
            ceiling: none,
            floor: none,
            holdout: none,
            against_holdout: none,
            low: none,
            high: none,
            whole: none,
        }
    }

    /// The place of the value between floor (0) and ceiling (1), within [0, 1].
    /// None where a reference is missing, or where the ceiling is no better than the floor.
    pub fn position(&self) -> Option<f64> {
        let far = |value: f64| self.name.better().distance(value);
        let (floor, ceiling) = (far(self.floor?), far(self.ceiling?));
        let position = (floor - far(self.value)) / (floor - ceiling);
        (floor > ceiling && position.is_finite()).then(|| position.clamp(0.0, 1.0))
    }
}
