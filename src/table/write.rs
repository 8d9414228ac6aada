//! Writing a table as the cohort was: its header, its levels' text, its decimals, an empty cell for a missing value.

use super::{Column, Kind, Table};
use csv::Writer;
use std::io::Write;

impl Table {
    /// Writes the table as CSV with a header; what [`super::read::Sheet`] reads back is the same table.
    ///
    /// Errors: those of `sink`.
    pub fn write(&self, sink: impl Write) -> std::io::Result<()> {
        let mut writer = Writer::from_writer(sink);
        write_header(&mut writer, self)?;
        write_rows(&mut writer, self)?;
        writer.flush()
    }

    /// Writes the rows alone, to continue a file that already has the header.
    ///
    /// Errors: those of `sink`.
    pub fn write_more(&self, sink: impl Write) -> std::io::Result<()> {
        let mut writer = Writer::from_writer(sink);
        write_rows(&mut writer, self)?;
        writer.flush()
    }
}

fn write_header<W: Write>(writer: &mut Writer<W>, table: &Table) -> std::io::Result<()> {
    writer.write_record(table.schema.columns.iter().map(|column| column.name.as_str())).map_err(plain)
}

fn write_rows<W: Write>(writer: &mut Writer<W>, table: &Table) -> std::io::Result<()> {
    let mut text = Vec::new();
    for row in 0..table.rows() {
        for (column, &cell) in table.schema.columns.iter().zip(table.cells.row(row)) {
            text.clear();
            print(&mut text, column, cell)?;
            writer.write_field(&text).map_err(plain)?;
        }
        writer.write_record(None::<&[u8]>).map_err(plain)?;
    }
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

/// The system's reason inside an error of the csv crate.
fn plain(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => source,
        other => std::io::Error::other(format!("{other:?}")),
    }
}
