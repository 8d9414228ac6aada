//! How close two tables are: the scores that training reports every epoch and the comparisons of the paper's Tables 5 to 7.
//!
//! Definitions follow the paper and numpy, so that a user can check every number with the tools of the field.

pub mod conditional;
pub mod frechet;
pub mod moments;
pub mod percentile_fit;
pub mod privacy;
pub mod quantile;
pub mod spectrum;
pub mod summary_statistics;
