//! How much of a file may be in memory: a file that is broken or made to harm ends in an error and
//! not in a full machine.

/// Bounds on what is read; the defaults are far beyond any clinical table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Columns (65,536).
    pub columns: usize,
    /// Bytes of one cell (1 MiB).
    pub cell: usize,
    /// Bytes of one row, line ends and empty lines before it included (4 MiB).
    pub row: usize,
    /// Bytes that a workbook unpacks to (256 MiB); while it is read, its parts take several times
    /// that.
    pub workbook: usize,
    /// Bytes of all cells of a table that is held as a whole (1 GiB); rows that are read one by one
    /// have no such bound.
    pub table: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { columns: 1 << 16, cell: 1 << 20, row: 1 << 22, workbook: 1 << 28, table: 1 << 30 }
    }
}

/// Bytes from the beginning of a text file by which delimiter and decimal commas are known.
pub(super) const SAMPLE: usize = 1 << 18;
