//! The clinical table: reading, schema, cleaning, encoding to [-1, 1] and back.
//!
//! A [`Table`] is a schema and a matrix: a number is itself, a level is its index, a missing cell
//! is NaN.
//!
//! The way of a table:
//!
//! 1. [`read`]: text cells with places, from text, gzip, .xlsx or .parquet;
//! 2. [`infer`] or [`schema`]: what the columns are;
//! 3. [`cells`]: numbers, or the error that names the cell;
//! 4. [`clean`]: rows and columns with too many missing cells go;
//! 5. [`encode`] with [`pixels`] (the paper's encoding), or [`typed`]: a matrix for the engine;
//! 6. [`postprocess`], [`calibrate`], [`decode`], or [`typed`] again: a generated matrix becomes a
//!    table;
//! 7. [`write`](mod@write): CSV, or Parquet with the feature `parquet`.
//!
//! Beside this way:
//!
//! - [`condition`] is the language of `--where`, with the counts that say how many training rows
//!   are behind a condition;
//! - [`relations`] finds what all rows keep, writes it in that language, and repairs rows that
//!   break it;
//! - [`holdout`] keeps patients back before anything is fitted;
//! - [`formula`] guards texts that a spreadsheet would execute, wherever CSV is written, and takes
//!   the guard off where text is read;
//! - [`flattening`] is the rule behind `auto` thresholds;
//! - `widen` makes one schema hold two tables;
//! - [`bundled`] carries the default cohort in the binary.

pub mod bundled;
pub mod calibrate;
pub mod cells;
pub mod clean;
pub mod condition;
pub mod decode;
pub mod encode;
pub mod flattening;
pub mod formula;
pub mod holdout;
pub mod infer;
pub mod number;
pub mod pixels;
pub mod postprocess;
pub mod quantile;
pub mod read;
pub mod relations;
pub mod schema;
pub mod threshold;
pub mod typed;
mod widen;
pub mod write;
#[cfg(feature = "parquet")]
pub mod write_parquet;

use ground::error::Result;
use ground::matrix::Matrix;
use read::{Decimal, Options, Sheet, open};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

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

/// One column of a schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(default, skip_serializing_if = "is_zero")]
    pub decimals: usize,
    /// Codes that mean missing in this column, such as `0` or `-9`, besides those of the schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

fn is_zero(decimals: &usize) -> bool {
    *decimals == 0
}

/// The columns of a table and the two that the paper's Tables 5 to 7 compare.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// Names of the columns that models are to predict, by which an evaluation judges what
    /// synthetic patients are good for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// Codes that mean missing in every column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What stands before decimals in the text file that is to be read; found column by column if
    /// absent.
    /// It belongs to that file: the schema of a [`Table`] has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
}

/// A schema and its cells: `rows x columns`.
/// A number is itself, a level is its index in `levels` (0, 1, ...), a missing cell is NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns.
    pub schema: Schema,
    /// The cells.
    pub cells: Matrix,
}

impl Table {
    /// Reads a table file, by a schema or, without one, by the kinds that its text suggests.
    ///
    /// Errors: everything that [`Sheet::read`], [`Sheet::infer`] and [`Sheet::table`] refuse.
    pub fn read(path: &Path, schema: Option<&Schema>) -> Result<(Self, Vec<Warning>)> {
        let decimal = schema.and_then(|schema| schema.decimal);
        let sheet = Sheet::read(open(path, &Options { decimal, ..Options::default() })?)?;
        match schema {
            Some(schema) => Ok((sheet.table(schema)?, Vec::new())),
            None => {
                let (schema, warnings) = sheet.infer()?;
                Ok((sheet.table(&schema)?, warnings))
            }
        }
    }

    /// Number of patients.
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    /// Position of a named column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.schema.columns.iter().position(|column| column.name == name)
    }

    /// Number of missing cells in the whole table.
    pub fn missing(&self) -> usize {
        self.cells.values().iter().filter(|cell| cell.is_nan()).count()
    }

    /// Number of missing cells of every patient, top to bottom.
    pub fn missing_per_row(&self) -> Vec<usize> {
        (0..self.rows())
            .map(|row| self.cells.row(row).iter().filter(|cell| cell.is_nan()).count())
            .collect()
    }
}

/// Something about a column that the user should know and that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Name of the column.
    pub column: String,
    /// What is remarkable, and what happens to the column because of it.
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {:?}: {}", self.column, self.text)
    }
}
