//! What can be said of a table file: the same options for every command that reads one.

use clap::Args;
use table::Schema;
use table::read::{Decimal, Encoding, MissingCode, Options};

/// Where the options stand in the help; said of each, as a heading of the group would also take in
/// whatever follows it.
const HEADING: &str = "Table file";

#[derive(Clone, Debug, Default, Args)]
pub struct TableOptions {
    /// What separates the columns of a text file: a character, or `tab`; found in its first rows if
    /// left out.
    #[arg(long, help_heading = HEADING, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// What stands before the decimals of numbers in a text file, `.` or `,`; found column by
    /// column if left out.
    #[arg(long, help_heading = HEADING, value_name = ".|,")]
    pub decimal: Option<Decimal>,
    /// How the bytes of a text file make characters: utf-8, or latin1 (which is read as
    /// windows-1252).
    #[arg(long, help_heading = HEADING, value_name = "NAME", default_value = "utf-8")]
    pub encoding: Encoding,
    /// The sheet of a workbook; its first visible one if left out.
    #[arg(long, help_heading = HEADING, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Codes that mean missing, besides NA, N/A, NULL and a point: -9, or age=0 for one column.
    #[arg(long, help_heading = HEADING, value_name = "CODE|COLUMN=CODE", value_delimiter = ',', allow_hyphen_values = true)]
    pub missing: Vec<MissingCode>,
}

impl TableOptions {
    /// The options of the reader; what is said here comes before what the schema says.
    pub fn options(&self, schema: Option<&Schema>) -> Options {
        Options {
            delimiter: self.delimiter,
            decimal: self.decimal.or(schema.and_then(|schema| schema.decimal)),
            encoding: self.encoding,
            sheet: self.sheet.clone(),
            missing: self.missing.clone(),
            ..Options::default()
        }
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if text.eq_ignore_ascii_case("tab") || text == "\\t" => Ok(b'\t'),
        [byte]
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n.-+".contains(byte) =>
        {
            Ok(*byte)
        }
        _ => {
            Err("must be one character that is no letter, digit, quote, sign or point, or `tab`"
                .into())
        }
    }
}
