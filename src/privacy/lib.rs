//! Differentially private releases of a clinical table, and what is made of them.
//!
//! [`mechanism`] alone sees patients.
//! It makes two releases, both with noise: a histogram of every column, and the second moments of
//! all columns together.
//! Everything else here is post-processing: it knows the public description of the table and the
//! releases, and costs no privacy.

pub mod accountant;
pub mod coordinates;
pub mod copula;
pub mod correlation;
pub mod denoise;
pub mod margins;
pub mod mechanism;
pub mod misfit;
pub mod public;
