//! A judgement on one side of a synthetic table.

use judge::evaluation::ScoreName;

/// How good one side of a synthetic table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As good as fresh patients would be, within the noise of sampling.
    Good,
    /// Usable with care.
    Fair,
    /// Not usable for the purpose that the sentence names.
    Poor,
    /// The numbers for a judgement are missing.
    Unknown,
}

impl Grade {
    /// `good`, `fair`, `poor` or `unknown`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
            Self::Unknown => "unknown",
        }
    }
}

/// A judgement on one side of a synthetic table.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// What is judged, in a word or two.
    pub topic: &'static str,
    /// How good it is.
    pub grade: Grade,
    /// The judgement in one or two plain sentences.
    pub sentence: String,
    /// The score that the judgement rests on most, if it has a value.
    pub score: Option<ScoreName>,
}

/// Three decimals, as in the tables of the report.
pub(super) fn decimals(value: f64) -> String {
    format!("{value:.3}").replace('-', "−")
}
