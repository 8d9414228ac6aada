//! How trees are grown.

/// The options of the trees.
/// The default is scikit-learn's, without early stopping (which the library uses above 10,000
/// rows).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Trees.
    pub rounds: usize,
    /// What a leaf's value is multiplied by.
    pub learning_rate: f64,
    /// Most leaves of a tree.
    pub leaves: usize,
    /// Most bins of a feature, from 1 to 255, besides the one of missing values.
    pub bins: usize,
    /// Fewest rows of a leaf.
    pub least_in_leaf: u32,
    /// Penalty on the squares of the leaves' values.
    pub l2: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rounds: 100, learning_rate: 0.1, leaves: 31, bins: 255, least_in_leaf: 20, l2: 0.0 }
    }
}
