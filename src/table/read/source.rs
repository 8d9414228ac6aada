//! What the readers of text, workbooks and Parquet have in common.

use csv::StringRecord;
use ground::error::{Place, Result};

/// Rows of text cells from one kind of file.
pub(super) trait Source {
    /// The header's cells, as they are in the file.
    fn header(&mut self) -> Result<StringRecord>;

    /// Reads the next row, as long as the header, into `record`; false at the end.
    fn next(&mut self, record: &mut StringRecord) -> Result<bool>;

    /// The first rows, which tell the columns with decimal commas.
    /// None for a kind of file whose numbers are not text.
    fn sample(&self) -> Option<Sample<'_>>;

    /// Rows behind the header that are known already; none of a source whose names are no row.
    fn beginning(&self) -> &[StringRecord] {
        &[]
    }

    /// The file, as a place for an error.
    fn place(&self) -> &Place;
}

/// The first rows of a text file.
pub(super) struct Sample<'a> {
    pub(super) rows: &'a [StringRecord],
    /// Whether commas may be decimal: columns are not separated by commas.
    pub(super) commas: bool,
}
