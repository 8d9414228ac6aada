//! The two tables that a report compares, as they are and encoded.

use ground::matrix::Matrix;
use table::Table;

/// Both tables in the paper's encoding (missing is -1, values in [-0.294118, 1]).
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'a> {
    /// Names of the encoded columns (constant columns may be absent).
    pub columns: &'a [String],
    /// `real rows x columns`.
    pub real: &'a Matrix,
    /// `synthetic rows x columns`, post-processed.
    pub synthetic: &'a Matrix,
}

/// The cleaned cohort and the synthetic table, with the same columns and levels.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// The cohort after the missing-value rules.
    pub real: &'a Table,
    /// The synthetic patients.
    pub synthetic: &'a Table,
}
