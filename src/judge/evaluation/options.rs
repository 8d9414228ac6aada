//! What can be chosen of an evaluation.

/// How an evaluation is done. The targets of prediction are those of the real table's schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Seed of every split, draw and classifier.
    pub seed: u64,
    /// Splits of the real patients in two halves; scores and references are medians over them.
    pub splits: usize,
    /// Further draws of half of the patients from which the intervals come.
    pub draws: usize,
    /// Real rows that are judged at most, and rows kept back: a random sample of more.
    pub most_real: usize,
    /// Synthetic rows that are judged at most.
    pub most_synthetic: usize,
}

impl Options {
    /// The defaults.
    pub const USUAL: Self =
        Self { seed: 1, splits: 5, draws: 40, most_real: 10_000, most_synthetic: 50_000 };
}

impl Default for Options {
    fn default() -> Self {
        Self::USUAL
    }
}
