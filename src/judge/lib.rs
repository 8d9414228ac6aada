//! How good a synthetic table is.
//! [`metrics`] compares two tables, one number at a time.
//! [`evaluation`] compares these numbers with their references.

pub mod evaluation;
pub mod metrics;
