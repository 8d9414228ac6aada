//! What the reproduced tables are made of.

use ground::matrix::Matrix;
use table::Table;
use table::encode::Encoder;
use table::read::Sheet;

/// Everything that the tables are made of.
pub struct Reproduced<'a> {
    /// The export, 887 x 1542.
    pub export: &'a Sheet,
    /// The cohort before patients and features were dropped, 886 x 64.
    pub chosen: &'a Table,
    /// The cohort that was trained on, 804 x 63.
    pub real: &'a Table,
    /// The synthetic patients.
    pub synthetic: &'a Table,
    /// Both encoded; `encoder` says which column is which.
    pub encoder: &'a Encoder,
    /// Rows of `real`.
    pub real_encoded: &'a Matrix,
    /// Rows of `synthetic`, post-processed.
    pub synthetic_encoded: &'a Matrix,
    /// Share of real and of synthetic patients that the discriminator classifies rightly, in [0,
    /// 1].
    pub accuracy: [f64; 2],
}
