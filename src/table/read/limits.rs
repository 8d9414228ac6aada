//! How much of a file may be read, and how much of it may be in memory.
//! A file that is broken, or made to do harm, ends in an error and does not fill the machine.

use ground::error::{Error, Place};

/// Bounds on what is read. The defaults are far beyond any clinical table.
///
/// An error beyond one of them names the option of the command that raises it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file, and of what it unpacks to if it is compressed (4 GiB); `--max-file-size`.
    pub file: u64,
    /// Columns (65,536); `--max-columns`.
    pub columns: usize,
    /// Bytes of one cell (1 MiB); `--max-cell-size`.
    pub cell: usize,
    /// Bytes of one row, line ends and empty lines before it included (4 MiB); `--max-row-size`.
    pub row: usize,
    /// Bytes that a workbook, or a page of a Parquet file, unpacks to (256 MiB);
    /// `--max-unpacked-size`. Reading a workbook takes several times that in memory.
    pub unpacked: usize,
    /// Bytes of all cells of a table that is held as a whole (1 GiB); `--max-table-size`.
    /// Rows that are read one by one have no such bound.
    pub table: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 1 << 32,
            columns: 1 << 16,
            cell: 1 << 20,
            row: 1 << 22,
            unpacked: 1 << 28,
            table: 1 << 30,
        }
    }
}

impl Limits {
    /// An error for a file of so many bytes, if that is too many.
    pub(super) fn check_file(&self, bytes: u64, place: &Place) -> Result<(), Error> {
        match bytes > self.file {
            true => Err(self.whole(place)),
            false => Ok(()),
        }
    }

    /// The error for a file that is too large, or unpacks to too much.
    pub(super) fn whole(&self, place: &Place) -> Error {
        let problem = format!("the file has, or unpacks to, more than {} bytes", self.file);
        let remedy = "give fewer rows or columns, or raise --max-file-size";
        Error::input(place.clone(), problem, remedy)
    }

    /// The error for a table that is too large to be held in memory.
    pub(super) fn held(&self, place: Place) -> Error {
        let problem = format!("the table is larger than {} bytes", self.table);
        let remedy = "give fewer rows or columns (mellizo holds the whole table in memory), or \
            raise --max-table-size";
        Error::input(place, problem, remedy)
    }
}

/// What a row takes in memory: its text, the end of each cell, and what any row takes beside that.
pub(super) fn memory_of(record: &csv::StringRecord) -> usize {
    const BESIDE: usize = 128;
    record.as_slice().len() + record.len() * size_of::<usize>() + BESIDE
}

/// Bytes at the beginning of a text file that tell its delimiter and its decimal commas.
pub(super) const SAMPLE: usize = 1 << 18;
