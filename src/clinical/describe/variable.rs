//! What is said about a table and its variables: the content of `mellizo describe --json`.

use super::kind::{TYPES, VariableType};
use serde::Serialize;

/// A table, variable by variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Description {
    /// Rows.
    pub patients: u64,
    /// Cells that are filled.
    pub filled: u64,
    /// How many interquartile ranges the box plot's fences are away from the quartiles.
    pub fence: f64,
    /// The variables in the order of the table.
    pub variables: Vec<Variable>,
}

impl Description {
    /// The number of variables of every type that occurs.
    pub fn types(&self) -> Vec<(VariableType, usize)> {
        let count = |kind: &VariableType| {
            self.variables.iter().filter(|variable| variable.kind == *kind).count()
        };
        TYPES.iter().map(|kind| (*kind, count(kind))).filter(|(_, count)| *count > 0).collect()
    }
}

/// One variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variable {
    /// Header text.
    pub name: String,
    /// Plain words for people, from the schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The part of a wide export that it belongs to.
    pub group: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: VariableType,
    /// Cells with a value of this type: the paper's N.
    pub n: u64,
    /// All others: the paper's N*.
    pub missing: u64,
    /// `n` divided by the number of patients.
    pub response_rate: f64,
    /// Cells with a code.
    /// A code such as `NA` is part of `missing`; `nan` and `?` are part of `missing` among numbers,
    /// and levels among texts.
    pub codes: u64,
    /// Filled cells that are neither a value of this type nor a code; part of `missing`.
    pub unreadable: u64,
    /// Row (from 1) of the first word among numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable_row: Option<u64>,
    /// Distinct values; absent when they were too many to be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distinct: Option<u64>,
    /// Of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Numbers>,
    /// Of levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// Of dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<Dates>,
    /// Mean characters of a cell of open text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_length: Option<f64>,
}

/// The paper's Table 1 for one variable, quartiles and the box plot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean; none of a single value.
    pub se_mean: Option<f64>,
    /// Standard deviation with divisor n - 1; none of a single value.
    pub st_dev: Option<f64>,
    /// Smallest value.
    pub min: f64,
    /// 25 % quantile (numpy's "linear").
    pub q1: f64,
    /// 50 % quantile.
    pub median: f64,
    /// 75 % quantile.
    pub q3: f64,
    /// Largest value.
    pub max: f64,
    /// The box plot.
    pub outliers: Outliers,
}

/// Values beyond the fences of a box plot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Outliers {
    /// q1 - fence x (q3 - q1).
    pub lower_fence: f64,
    /// q3 + fence x (q3 - q1).
    pub upper_fence: f64,
    /// Values below the lower fence.
    pub below: u64,
    /// Values above the upper fence.
    pub above: u64,
    /// Smallest value that is not below the lower fence: the lower whisker's end.
    pub lower_whisker: f64,
    /// Largest value that is not above the upper fence.
    pub upper_whisker: f64,
}

/// How often the levels occur.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tally {
    /// In the schema's order, else numbers ascending and texts by frequency.
    pub levels: Vec<Level>,
    /// Levels that are not listed.
    pub other_levels: u64,
    /// Their patients.
    pub other: u64,
}

/// A level and its patients.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Level {
    /// Text of the level.
    pub level: String,
    /// Patients.
    pub count: u64,
    /// `count` divided by the variable's filled cells.
    pub share: f64,
}

/// A column of dates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dates {
    /// The form in which they are printed.
    pub form: String,
    /// As yyyy-mm-dd.
    pub earliest: String,
    /// As yyyy-mm-dd.
    pub latest: String,
}
