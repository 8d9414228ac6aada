//! The kinds of columns.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Real numbers.
    #[default]
    Numerical,
    /// Whole numbers.
    Integer,
    /// Two levels.
    Boolean,
    /// Levels with an order.
    Ordinal,
    /// Levels without an order (the schema's order codes them).
    Nominal,
    /// Days: a cell is the number of days since 1970-01-01.
    Date,
    /// Days with a time: a cell is the number of seconds since 1970-01-01.
    Datetime,
    /// Times of day: a cell is the number of seconds since midnight.
    Time,
}

impl Kind {
    /// Whether a cell is one of a list of levels (Boolean, ordinal, nominal) and not a number.
    pub fn is_coded(self) -> bool {
        matches!(self, Self::Boolean | Self::Ordinal | Self::Nominal)
    }

    /// Whether a cell is a number that is printed as a day or a time.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Datetime | Self::Time)
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
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Time => "time",
        })
    }
}
