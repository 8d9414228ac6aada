//! The mark before the decimals of a number.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What stands before the decimals of a number; `.` or `,` in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decimal {
    /// `1.5`.
    #[serde(rename = ".")]
    Point,
    /// `1,5`.
    #[serde(rename = ",")]
    Comma,
}

impl FromStr for Decimal {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "." => Ok(Self::Point),
            "," => Ok(Self::Comma),
            _ => Err("must be a point or a comma".into()),
        }
    }
}
