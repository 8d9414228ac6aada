//! The log of a cleaning as data: what every rule did, in counts.
//! No cell of a patient is in it, so it can be printed and passed on.
//!
//! Counts are exact, also small ones, because the log must account for every change.
//! Figures from which a reader could compute a single value (means, extremes) are kept in
//! [`statistics`](super::statistics) and written to the private folder alone.

use super::statistics::Quartiles;
use serde::{Deserialize, Serialize};

/// Version of the form of `audit.json`.
pub const VERSION: u32 = 1;

/// The log of one cleaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CleaningLog {
    /// Form of this object.
    pub version: u32,
    /// Name of the table's file, without its folder.
    pub data: String,
    /// Name of the file of rules, without its folder.
    pub rules_file: String,
    /// Whether cells that no rule could read became empty.
    pub lenient: bool,
    /// The table as it came.
    pub before: Shape,
    /// The table as it is now.
    pub after: Shape,
    /// Names of the columns of the result, left to right.
    pub columns: Vec<String>,
    /// One entry per rule, in order.
    pub rules: Vec<Entry>,
    /// What should be known of the table as it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// The size of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Rows; each is a patient, unless the rules say whose rows are whose.
    pub rows: usize,
    /// Patients, if the rules say whose rows are whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patients: Option<usize>,
    /// Variables.
    pub columns: usize,
    /// Empty cells.
    pub missing: usize,
}

/// What one rule did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Place of the rule in its file, from 1.
    pub number: usize,
    /// Its kind.
    pub kind: String,
    /// The pass over the data that it belongs to.
    pub iteration: Option<u32>,
    /// Why it is there, in the words of its author.
    pub reason: String,
    /// What it does, in words.
    pub what: String,
    /// Cells that it changed, or wrote in new columns: the sum of `by_column`.
    pub cells: usize,
    /// Rows that it dropped.
    pub rows_dropped: usize,
    /// Columns that it dropped.
    pub columns_dropped: Vec<String>,
    /// Columns that it added.
    pub columns_added: Vec<String>,
    /// Columns that it renamed.
    pub columns_renamed: Vec<Renamed>,
    /// Whether the columns stand in another order than before.
    pub reordered: bool,
    /// Counts of the columns with changed cells, left to right.
    pub by_column: Vec<CellCounts>,
    /// Quartiles of the columns that the rule restricts, before and after.
    pub statistics: Vec<Recomputed>,
    /// What else should be known.
    pub notes: Vec<String>,
    /// The table before the rule.
    pub before: Shape,
    /// The table after it.
    pub after: Shape,
}

/// A column's two names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// How many cells of a column a rule changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellCounts {
    /// The column, by its name at the end of the rule.
    pub column: String,
    /// Empty cells that got a value.
    pub filled: usize,
    /// Values that became another value.
    pub replaced: usize,
    /// Values that became empty because the rule says so.
    pub emptied: usize,
    /// Values that became empty because the rule could not read them.
    pub unreadable: usize,
}

impl CellCounts {
    /// All of them.
    pub fn cells(&self) -> usize {
        self.filled + self.replaced + self.emptied + self.unreadable
    }
}

/// A column's summary before and after a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recomputed {
    /// The column.
    pub column: String,
    /// Before.
    pub before: Quartiles,
    /// After.
    pub after: Quartiles,
}

impl Entry {
    /// Whether the rule found nothing to change.
    pub fn is_idle(&self) -> bool {
        let columns =
            self.columns_dropped.len() + self.columns_added.len() + self.columns_renamed.len();
        self.cells + self.rows_dropped + columns == 0 && !self.reordered
    }
}

impl CleaningLog {
    /// Pretty JSON with a line end; `docs/cleaning.md` describes it.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("counts and texts fit into JSON") + "\n"
    }

    /// Cells that became empty because a rule could not read them.
    pub fn unreadable(&self) -> usize {
        self.rules.iter().flat_map(|entry| &entry.by_column).map(|counts| counts.unreadable).sum()
    }
}
