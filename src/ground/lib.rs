//! What every other part stands on: errors with places, matrices, order statistics,
//! correlations, covariances and their spectra, whole files
//! and their checksums.

pub mod blocks;
pub mod checksum;
pub mod correlation;
pub mod disk;
pub mod error;
pub mod exit_code;
pub mod frechet;
pub mod ks;
pub mod linkage;
pub mod matrix;
pub mod moments;
pub mod quantile;
pub mod spectrum;
pub mod spelling;
pub mod text_file;
pub mod whole_file;
