//! What can be said of a table file: the same options for every command that reads one.

use clap::Args;
use table::Schema;
use table::read::{Decimal, Encoding, Limits, MissingCode, Options};

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
    /// Take the first row for the names of the columns, although it reads like a patient.
    #[arg(long, help_heading = HEADING, hide_short_help = true)]
    pub has_header: bool,
    #[command(flatten)]
    pub limits: LimitOptions,
}

/// How much of a file is read; said where a file is beyond a limit, and in the long help.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct LimitOptions {
    /// Bytes of a file, and of what it unpacks to (4GiB if left out).
    #[arg(long, help_heading = HEADING, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    pub max_file_size: Option<u64>,
    /// Bytes of all cells of a table that is held in memory (1GiB if left out).
    #[arg(long, help_heading = HEADING, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    pub max_table_size: Option<u64>,
    /// Bytes that a workbook, or a page of a Parquet file, unpacks to (256MiB if left out).
    #[arg(long, help_heading = HEADING, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    pub max_unpacked_size: Option<u64>,
    /// Bytes of a row (4MiB if left out).
    #[arg(long, help_heading = HEADING, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    pub max_row_size: Option<u64>,
    /// Bytes of a cell (1MiB if left out).
    #[arg(long, help_heading = HEADING, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    pub max_cell_size: Option<u64>,
    /// Columns of a table (65536 if left out).
    #[arg(long, help_heading = HEADING, value_name = "N", value_parser = size, hide_short_help = true)]
    pub max_columns: Option<u64>,
}

impl LimitOptions {
    fn limits(&self) -> Limits {
        let Limits { file, columns, cell, row, unpacked, table } = Limits::default();
        let said = |given: Option<u64>, usual: usize| {
            given.map_or(usual, |size| usize::try_from(size).unwrap_or(usize::MAX))
        };
        Limits {
            file: self.max_file_size.unwrap_or(file),
            columns: said(self.max_columns, columns),
            cell: said(self.max_cell_size, cell),
            row: said(self.max_row_size, row),
            unpacked: said(self.max_unpacked_size, unpacked),
            table: said(self.max_table_size, table),
        }
    }
}

/// A number of bytes: `1000`, or with a unit, `64KiB`, `2M` or `1GB`, each of which is a power of
/// 1024.
fn size(text: &str) -> Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let power = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => Some(0),
        "k" | "kb" | "kib" => Some(10),
        "m" | "mb" | "mib" => Some(20),
        "g" | "gb" | "gib" => Some(30),
        "t" | "tb" | "tib" => Some(40),
        _ => None,
    };
    let size = || number.parse::<u64>().ok()?.checked_mul(1 << power?).filter(|size| *size > 0);
    size().ok_or_else(|| "must be a number above 0, such as 1000, 64KiB, 200MiB or 4GiB".into())
}

impl TableOptions {
    /// The options of the reader; what is said here comes before what the schema says.
    pub fn options(&self, schema: Option<&Schema>) -> Options {
        Options {
            delimiter: self.delimiter,
            decimal: self.decimal,
            encoding: self.encoding,
            sheet: self.sheet.clone(),
            missing: self.missing.clone(),
            has_header: self.has_header,
            limits: self.limits.limits(),
        }
        .under(schema)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(["7", "64KiB", "2M", "1gb"].map(size), [7, 65_536, 2 << 20, 1 << 30].map(Ok));
        for wrong in ["", "KiB", "0", "-1", "1.5G", "9999999999T", "3 apples"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    /// What the help says of each limit is what holds.
    #[test]
    fn limits_are_those_of_the_help() {
        let usual = LimitOptions::default().limits();
        let said = LimitOptions::augment_args(clap::Command::new("limits"));
        let said = said.get_arguments().map(|limit| {
            let help = limit.get_help().expect("a help").to_string();
            let (_, text) = help.rsplit_once('(').expect("a default");
            size(text.split(' ').next().expect("a size")).expect("a size")
        });
        let numbers = [usual.table, usual.unpacked, usual.row, usual.cell, usual.columns];
        let limits = std::iter::once(usual.file).chain(numbers.map(|number| number as u64));
        assert_eq!(said.collect::<Vec<_>>(), limits.collect::<Vec<_>>());
    }
}
