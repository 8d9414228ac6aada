//! How much of a file may be in memory.
//! A file that is broken, or made to do harm, ends in an error and does not fill the machine.

/// Bounds on what is read. The defaults are far beyond any clinical table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Columns (65,536).
    pub columns: usize,
    /// Bytes of one cell (1 MiB).
    pub cell: usize,
    /// Bytes of one row, line ends and empty lines before it included (4 MiB).
    pub row: usize,
    /// Bytes that a workbook unpacks to (256 MiB). Reading takes several times that in memory.
    pub workbook: usize,
    /// Bytes of all cells of a table that is held as a whole (1 GiB).
    /// Rows that are read one by one have no such bound.
    pub table: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { columns: 1 << 16, cell: 1 << 20, row: 1 << 22, workbook: 1 << 28, table: 1 << 30 }
    }
}

/// Bytes at the beginning of a text file that tell its delimiter and its decimal commas.
pub(super) const SAMPLE: usize = 1 << 18;
