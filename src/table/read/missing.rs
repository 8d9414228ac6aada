//! Codes that stand for a missing value: a few that never mean anything else, and those that a user
//! or a schema names.

use crate::number::Text;
use ground::error::{Error, Place, Result};
use ground::spelling::advice;
use std::str::FromStr;

/// Texts that mean missing in every column, in any case.
const DEFAULTS: [&str; 6] = ["na", "n/a", "#n/a", "<na>", "null", "."];

/// Whether a trimmed cell is missing by itself: empty, `NA`, `N/A`, `#N/A`, `<NA>`, `NULL` or `.`
/// in any case.
///
/// `nan`, `inf`, `-` and `?` are not among them.
/// They can be the trace of a failed computation, and stop the reading unless they are named as
/// codes.
pub fn is_missing(cell: &str) -> bool {
    cell.is_empty() || DEFAULTS.iter().any(|code| cell.eq_ignore_ascii_case(code))
}

/// A code for missing, in one column or in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingCode {
    /// Name of the column; none for the whole table.
    pub column: Option<String>,
    /// The code.
    /// A cell is missing if the whole cell equals it: as a number if both are numbers (`-9` is
    /// `-9.0`), else as text in any case.
    pub code: String,
}

impl FromStr for MissingCode {
    type Err = String;

    /// Reads `CODE` or `COLUMN=CODE`.
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (column, code) = match text.split_once('=') {
            Some((column, code)) => (Some(column.trim().to_owned()), code.trim()),
            None => (None, text.trim()),
        };
        if code.is_empty() {
            return Err("an empty cell is missing anyway; give a code such as -9".into());
        }
        if column.is_none() && is_zero(code) {
            return Err(
                "0 is a value in most columns; name those where it means missing, as in age=0"
                    .into(),
            );
        }
        Ok(Self { column, code: code.to_owned() })
    }
}

/// Whether a code is the number 0, which may mean missing in single columns only.
pub(crate) fn is_zero(code: &str) -> bool {
    Text::of(code) == Text::Number(0.0)
}

/// A code that cells are compared with.
#[derive(Clone)]
pub(crate) struct Code {
    text: String,
    number: Option<f64>,
}

impl Code {
    pub(crate) fn new(text: &str) -> Self {
        let number = if let Text::Number(number) = Text::of(text) { Some(number) } else { None };
        Self { text: text.to_owned(), number }
    }

    /// Whether a trimmed cell is the code.
    pub(crate) fn is(&self, cell: &str) -> bool {
        match self.number {
            Some(number) => cell.parse() == Ok(number),
            None => cell.eq_ignore_ascii_case(&self.text),
        }
    }
}

/// The codes of every column.
pub(super) struct Codes {
    everywhere: Vec<Code>,
    of_column: Vec<Vec<Code>>,
    none: bool,
}

impl Codes {
    /// Sorts codes by column. Errors with [`Error::Usage`] for a column that the header lacks.
    pub(super) fn new(codes: &[MissingCode], headers: &[String], file: &Place) -> Result<Self> {
        let mut everywhere = Vec::new();
        let mut of_column = vec![Vec::new(); headers.len()];
        for MissingCode { column, code } in codes {
            let Some(name) = column else {
                everywhere.push(Code::new(code));
                continue;
            };
            let Some(position) = headers.iter().position(|header| header == name) else {
                let file = file.file.display();
                let advice = advice(headers.iter().map(String::as_str), name);
                return Err(Error::Usage(format!(
                    "{file} has no column {name:?} for a code of missing values; {advice}"
                )));
            };
            of_column[position].push(Code::new(code));
        }
        Ok(Self { everywhere, of_column, none: codes.is_empty() })
    }

    /// Whether no code was given.
    pub(super) fn is_empty(&self) -> bool {
        self.none
    }

    /// Whether a trimmed cell is one of the column's codes.
    pub(super) fn has(&self, column: usize, cell: &str) -> bool {
        let mut codes = self.everywhere.iter().chain(&self.of_column[column]);
        !self.none && !cell.is_empty() && codes.any(|code| code.is(cell))
    }
}
