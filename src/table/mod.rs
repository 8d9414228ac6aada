//! The clinical table: reading, schema, cleaning, encoding to [-1, 1] and back.

use crate::matrix::Matrix;
use serde::{Deserialize, Serialize};

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

/// One column of a schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Header text in the CSV.
    pub name: String,
    /// What the values are.
    pub kind: Kind,
    /// Physical unit, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Plain words for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Text of every level in coding order (Boolean, ordinal, nominal); empty for numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Decimals seen in the cohort's text (numerical columns); digits after the point when written.
    #[serde(default)]
    pub decimals: usize,
}

/// The columns of a table and the two that the paper's Tables 5 to 7 compare.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The columns, in the table's order.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
    /// Name of the status-like column (the paper's Status).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Name of the stage-like column (the paper's Clinical stage).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
}

/// A schema and its cells: `rows x columns`. A number is itself, a level is its index in `levels` (0, 1, ...), a missing cell is NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns.
    pub schema: Schema,
    /// The cells.
    pub cells: Matrix,
}
