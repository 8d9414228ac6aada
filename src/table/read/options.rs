//! What a user may say about a file.

use super::{Decimal, Encoding, Limits, MissingCode};
use crate::Schema;

/// What cannot, or should not, be guessed from a file. The default guesses all that can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Byte between the columns of a text file; found in its first rows if absent.
    pub delimiter: Option<u8>,
    /// What stands before the decimals of numbers; found column by column if absent.
    pub decimal: Option<Decimal>,
    /// How the bytes of a text file make characters.
    pub encoding: Encoding,
    /// The sheet of a workbook; its first one if absent.
    pub sheet: Option<String>,
    /// Codes for missing besides those of [`is_missing`](super::is_missing).
    pub missing: Vec<MissingCode>,
    /// Whether the first row holds names although it reads like a patient.
    pub has_header: bool,
    /// How much of a file is read, and how much of it may be in memory at once.
    pub limits: Limits,
}

impl Options {
    /// The same with what a schema says of a file, where nothing is said here: its decimals, and
    /// that the columns have names.
    pub fn under(mut self, schema: Option<&Schema>) -> Self {
        self.decimal = self.decimal.or(schema.and_then(|schema| schema.decimal));
        self.has_header |= schema.is_some_and(|schema| !schema.columns.is_empty());
        self
    }
}
