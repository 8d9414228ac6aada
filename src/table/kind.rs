//! The kinds of columns.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Real numbers.
    Numerical,
    /// Whole numbers.
    Integer,
    /// Two levels.
    Boolean,
    /// Levels with an order.
    Ordinal,
    /// Levels without an order (the schema's order codes them).
    Nominal,
}

impl Kind {
    /// Whether a cell is one of a list of levels (Boolean, ordinal, nominal) and not a number.
    pub fn is_coded(self) -> bool {
        matches!(self, Self::Boolean | Self::Ordinal | Self::Nominal)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Numerical => "numerical",
            Self::Integer => "integer",
            Self::Boolean => "Boolean",
            Self::Ordinal => "ordinal",
            Self::Nominal => "nominal",
        })
    }
}
