//! What was evaluated, with which program, and how to do it again.

use super::audit::Audit;
use serde::Serialize;
use table::relations::Found;

/// Rows and columns behind the scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// Real patients (those trained on).
    pub real: usize,
    /// How many patients these are, where they have several rows.
    #[serde(skip)]
    pub patients: usize,
    /// Synthetic patients.
    pub synthetic: usize,
    /// Real patients kept back, if any.
    pub holdout: Option<usize>,
    /// Columns.
    pub columns: usize,
    /// Rows of either side when a score is compared with its ceiling and its floor: half of `real`,
    /// or fewer.
    pub compared: usize,
    /// Rows of either side when it is compared with the hold-out.
    pub compared_holdout: Option<usize>,
    /// Splits that scores are medians of.
    pub splits: usize,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The cohort.
    Real,
    /// The synthetic table.
    Synthetic,
    /// Patients kept back.
    Holdout,
}

/// A table that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputFile {
    /// What it is for.
    pub role: Role,
    /// Its name without the folder.
    pub name: String,
    /// SHA-256 of its bytes in hexadecimal digits, as `sha256sum` prints it.
    pub sha256: String,
}

/// How to do it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Facts {
    /// The command line, with names of files instead of their paths.
    pub command: String,
    /// Version of this program.
    pub version: String,
    /// Seconds of the evaluation.
    pub evaluation_seconds: f64,
    /// The tables.
    pub files: Vec<InputFile>,
}

/// What is known of the tables beside their cells; it becomes part of an evaluation.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The command line.
    pub command: String,
    /// Version of the program.
    pub version: String,
    /// The files of the tables.
    pub files: Vec<InputFile>,
    /// Membership inference by shadow models, where it was asked for.
    pub audit: Option<Audit>,
    /// The relations of the real table, where they were sought already.
    pub relations: Option<Vec<Found>>,
    /// What the reader must know of how the tables were read. It comes before the evaluation's own
    /// notes.
    pub notes: Vec<String>,
}
