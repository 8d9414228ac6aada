//! What is trained.

use crate::gan::{Cohorts, Recipe};
use ground::blocks::Blocks;
use ground::matrix::Matrix;

/// What a run needs besides its recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Seed of everything random.
    pub seed: u64,
    /// Models trained side by side.
    pub models: usize,
    /// Whether the recipe's rules of stopping are used.
    pub early_stopping: bool,
}

/// What is trained, and on what; [`train`](crate::gan::train) explains each.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// Every hyper-parameter.
    pub recipe: &'a Recipe,
    /// The encoded rows, n x d.
    pub data: Cohorts<'a>,
    /// What the columns are, for a typed matrix.
    pub blocks: Option<&'a Blocks>,
    /// Rows that judge in place of those that are learned.
    pub validation: Option<&'a Matrix>,
    /// Seed, models, rules of stopping.
    pub options: Options,
}
