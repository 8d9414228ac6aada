//! How close two tables are: every metric is a plain function of two tables, or of two matrices.
//!
//! Definitions follow the paper, numpy and SDMetrics, so that a user can check every number with
//! the tools of the field (`docs/metrics.md`).
//!
//! Metrics of pairs turn the tables by columns once, code each column once (levels and bins, or
//! places among the distinct values), and then only count.
//! Pairs run side by side and are added up in their order, so that no result depends on the
//! threads.
//! What a table does not define is NaN or `None`, never a panic.

pub mod associations;
pub mod auc;
mod codes;
mod columns;
pub mod conditional;
mod contingency;
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
pub mod survival;
pub mod trees;
pub mod utility;
