//! Writing a table as the cohort was: its header, its levels' text, its decimals, an empty cell for a missing value.

use super::{Column, Kind, Table};
use std::io::Write;

/// Bytes that make quotes necessary: besides the comma every other one that a reader may take for a delimiter. Quotes also stand around
/// control characters and byte order marks, so that no file begins as one of another kind does.
const QUOTED: &[u8] = b",;\t|\"\r\n";

impl Table {
    /// Writes the table as CSV with a header; what [`super::read::Sheet`] reads back is the same table.
    ///
    /// UTF-8 with commas, decimal points and line feeds, whatever the table was read from.
    ///
    /// Errors: those of `sink`.
    pub fn write(&self, mut sink: impl Write) -> std::io::Result<()> {
        let mut line = Vec::new();
        for column in &self.schema.columns {
            push(&mut line, column.name.as_bytes());
        }
        end(&mut line, &mut sink)?;
        self.write_more(sink)
    }

    /// Writes the rows alone, to continue a file that already has the header.
    ///
    /// Errors: those of `sink`.
    pub fn write_more(&self, mut sink: impl Write) -> std::io::Result<()> {
        let (mut line, mut text) = (Vec::new(), Vec::new());
        for row in 0..self.rows() {
            for (column, &cell) in self.schema.columns.iter().zip(self.cells.row(row)) {
                text.clear();
                print(&mut text, column, cell)?;
                push(&mut line, &text);
            }
            end(&mut line, &mut sink)?;
        }
        sink.flush()
    }
}

/// Appends a cell and a comma.
fn push(line: &mut Vec<u8>, text: &[u8]) {
    let quoted = |byte: &u8| QUOTED.contains(byte) || byte.is_ascii_control();
    if text.iter().any(quoted) || text.starts_with("\u{feff}".as_bytes()) {
        line.push(b'"');
        for &byte in text {
            line.extend(std::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
        }
        line.push(b'"');
    } else {
        line.extend_from_slice(text);
    }
    line.push(b',');
}

/// Writes the line without the last comma, and empties it.
fn end(line: &mut Vec<u8>, sink: &mut impl Write) -> std::io::Result<()> {
    line.pop();
    if line.is_empty() {
        // An empty line would be no row.
        line.extend_from_slice(b"\"\"");
    }
    line.push(b'\n');
    sink.write_all(line)?;
    line.clear();
    Ok(())
}

/// The text of one cell.
fn print(text: &mut Vec<u8>, column: &Column, cell: f64) -> std::io::Result<()> {
    if cell.is_nan() {
        return Ok(());
    }
    match column.kind {
        Kind::Numerical => write!(text, "{cell:.*}", column.decimals),
        Kind::Integer => write!(text, "{cell:.0}"),
        Kind::Boolean | Kind::Ordinal | Kind::Nominal => text.write_all(column.levels[cell as usize].as_bytes()),
    }
}
