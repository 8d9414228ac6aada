//! How alike two tables are, by the scores that need no classifier.

use super::score::ScoreName;
use crate::metrics::missingness::{missing_per_row_ks, missing_similarity_mean};
use crate::metrics::pairs::{Binning, PairTrends, pair_trends};
use crate::metrics::scaled::{joint_frechet, marginal_frechet};
use crate::metrics::shapes::{ColumnShapes, column_shapes};
use crate::metrics::spearman::spearman_mae;
use table::Table;

/// The scores of [`Likeness::values`], in their order.
pub(super) const NAMES: [ScoreName; 8] = [
    ScoreName::ColumnShapes,
    ScoreName::PairTrendsAll,
    ScoreName::PairTrendsStrong,
    ScoreName::MissingSimilarity,
    ScoreName::MissingPerRowKs,
    ScoreName::SpearmanMae,
    ScoreName::JointFrechet,
    ScoreName::MarginalFrechet,
];

/// Two tables compared.
pub(super) struct Likeness {
    pub(super) shapes: ColumnShapes,
    pub(super) trends: PairTrends,
    /// By [`NAMES`].
    pub(super) values: [f64; 8],
}

impl Likeness {
    /// Compares a table with a real one, with SDMetrics' bins.
    pub(super) fn of(real: &Table, other: &Table) -> Self {
        let (shapes, trends) =
            (column_shapes(real, other), pair_trends(real, other, Binning::Library));
        let values = [
            shapes.mean,
            trends.all,
            trends.strong,
            missing_similarity_mean(real, other),
            missing_per_row_ks(real, other),
            spearman_mae(real, other),
            joint_frechet(real, other),
            marginal_frechet(real, other),
        ];
        Self { shapes, trends, values }
    }
}
