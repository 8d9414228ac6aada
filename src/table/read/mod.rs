//! Reading a table as text, whatever a hospital sends: one front door that tells the kinds of files
//! apart by their first bytes.
//!
//! Nothing is interpreted here but what belongs to the file and not to the medicine: delimiters,
//! encodings, decimal commas, codes for missing.
//! Everything behind the door sees trimmed text with decimal points, and an empty cell for a
//! missing value.

mod bytes;
mod decimal;
mod delimiter;
mod door;
mod header;
mod limits;
mod missing;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
mod sheet;
mod text;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use bytes::Encoding;
pub use door::{from_reader, open};
pub use limits::Limits;
pub(super) use missing::{Code, is_zero};
pub use missing::{MissingCode, is_missing};
pub use rows::{Row, RowReader};
pub use sheet::Sheet;

use csv::StringRecord;
use ground::error::{Place, Result};
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

/// What cannot, or should not, be guessed from a file. The default guesses everything that can be.
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
    /// Codes for missing besides those of [`is_missing`].
    pub missing: Vec<MissingCode>,
    /// How much of a file may be in memory at once.
    pub limits: Limits,
}

/// Rows of text cells from one kind of file.
trait Source {
    /// The header's cells, as they are in the file.
    fn header(&mut self) -> Result<StringRecord>;

    /// Reads the next row, as long as the header, into `record`; false at the end.
    fn next(&mut self, record: &mut StringRecord) -> Result<bool>;

    /// Rows from the beginning by which columns with decimal commas are known; none where numbers
    /// are no text.
    fn sample(&self) -> Option<Sample<'_>>;

    /// The file, as a place for an error.
    fn place(&self) -> &Place;
}

/// The first rows of a text file.
struct Sample<'a> {
    rows: &'a [StringRecord],
    /// Whether decimal commas are to be expected: columns are not separated by commas.
    commas: bool,
}
