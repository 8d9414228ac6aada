//! Which way a score is better.

use serde::Serialize;

/// Which values of a score are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// The larger, the better; 1 is best.
    Higher,
    /// The smaller, the better; 0 is best.
    Lower,
    /// 0.5 is best: nobody can tell the two sides apart.
    Half,
}

impl Better {
    /// How far a value is from the best, at least 0.
    pub fn distance(self, value: f64) -> f64 {
        match self {
            Self::Higher => (1.0 - value).max(0.0),
            Self::Lower => value.max(0.0),
            Self::Half => (value - 0.5).abs(),
        }
    }
}
