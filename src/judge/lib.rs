//! How good a synthetic table is: [`metrics`] compares two tables in one number at a time,
//! [`evaluation`] puts the numbers between their references.

pub mod evaluation;
pub mod metrics;
