//! How close two tables are: the scores of a report, and the comparisons of the paper's Tables 5 to
//! 7.
//!
//! Definitions follow the paper, numpy and SDMetrics, so that a user can check every number with
//! the usual tools (`docs/metrics.md`).

pub mod associations;
pub mod auc;
mod codes;
mod columns;
pub mod conditional;
mod contingency;
mod correlation;
pub mod coverage;
pub mod detection;
pub mod folds;
pub mod logistic;
pub mod missingness;
pub mod pairs;
pub mod percentile_fit;
pub mod percentiles;
pub mod privacy;
mod ranks;
pub mod scaled;
pub mod shapes;
pub mod spearman;
pub mod standardise;
pub mod summary_statistics;
pub mod trees;
pub mod utility;
