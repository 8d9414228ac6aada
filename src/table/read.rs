//! Reading a CSV as text: every cell trimmed, every row as long as the header, nothing interpreted yet.

use super::number::quote;
use crate::error::{Error, Place, Result};
use csv::{ByteRecord, ReaderBuilder, StringRecord};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A CSV file as text, before the kinds of its columns are known.
#[derive(Clone, Debug)]
pub struct Sheet {
    name: PathBuf,
    /// Header text and position in the file of every column that is used.
    columns: Vec<(String, usize)>,
    rows: Vec<StringRecord>,
}

impl Sheet {
    /// Reads a file.
    ///
    /// Errors: [`Error::Io`] when it cannot be read, else as [`Sheet::from_bytes`].
    pub fn open(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
        Self::from_bytes(&bytes, path)
    }

    /// Reads the bytes of a CSV file: commas, a header, UTF-8 with or without byte order mark, any line ends.
    ///
    /// Errors: [`Error::Input`] with the place in `name` for an empty file, a header without rows, a row of another
    /// length, an empty or doubled column name, a single column with a semicolon or tab in its name (another separator),
    /// and bytes that are not text.
    pub fn from_bytes(bytes: &[u8], name: impl AsRef<Path>) -> Result<Self> {
        let file = Place::file(&name);
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        // `flexible`, because the crate's own message for a ragged row knows neither our row numbers nor the remedy.
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let mut record = ByteRecord::new();
        if !next(&mut reader, &mut record, &file)? {
            let remedy = "give a CSV file with a header row and one row per patient";
            return Err(Error::input(file, "the file is empty", remedy));
        }
        let header = text(&record, &file, 0, None)?;
        let columns = header_names(&header, &file)?;
        let mut rows = Vec::new();
        while next(&mut reader, &mut record, &file)? {
            check_length(&record, &header, &file, rows.len() + 1)?;
            rows.push(text(&record, &file, rows.len() + 1, Some(&header))?);
        }
        if rows.is_empty() {
            let remedy = "add one row per patient below the header";
            return Err(Error::input(file, "the file has a header but no rows", remedy));
        }
        Ok(Self { name: name.as_ref().to_path_buf(), columns, rows })
    }

    /// The same sheet without the named columns.
    ///
    /// Errors: [`Error::Usage`] for a name that the header lacks, or when no column is left.
    pub fn without<S: AsRef<str>>(mut self, names: &[S]) -> Result<Self> {
        for name in names.iter().map(AsRef::as_ref) {
            let Some(position) = self.columns.iter().position(|(column, _)| column == name) else {
                let file = self.name.display();
                return Err(Error::Usage(format!("{file} has no column {name:?} to leave out; check its spelling")));
            };
            self.columns.remove(position);
        }
        if self.columns.is_empty() {
            return Err(Error::Usage("every column is left out; keep at least one".into()));
        }
        Ok(self)
    }

    /// Number of data rows.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Header text of a column.
    pub fn column_name(&self, column: usize) -> &str {
        &self.columns[column].0
    }

    /// Trimmed text of a cell (row from 0); empty when the value is missing.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows[row].get(self.columns[column].1).map_or("", str::trim)
    }

    /// The trimmed text of every cell of a column, top to bottom.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }

    /// The file, as a place for an error.
    pub fn place(&self) -> Place {
        Place::file(&self.name)
    }
}

/// Reads the next record; false at the end of the file.
fn next(reader: &mut csv::Reader<&[u8]>, record: &mut ByteRecord, file: &Place) -> Result<bool> {
    reader.read_byte_record(record).map_err(|error| {
        let remedy = "save the file again as comma-separated text";
        Error::input(file.clone(), format!("it cannot be read as CSV ({error})"), remedy)
    })
}

/// The record as text, refused where it is not UTF-8 or holds a NUL byte, which only binary files do.
fn text(record: &ByteRecord, file: &Place, row: usize, header: Option<&StringRecord>) -> Result<StringRecord> {
    let bad = record.iter().position(|cell| std::str::from_utf8(cell).is_err() || cell.contains(&0));
    let Some(bad) = bad else {
        return Ok(StringRecord::from_byte_record(record.clone()).expect("every cell was checked to be UTF-8"));
    };
    let column = header.and_then(|names| names.get(bad)).map(str::trim);
    let place = file.clone().row(row).column(column.map_or_else(|| format!("number {}", bad + 1), str::to_owned));
    if record[bad].contains(&0) {
        let remedy = "save the table as comma-separated text in UTF-8 (this looks like a binary file or UTF-16)";
        return Err(Error::input(place, "a NUL byte, which is not text", remedy));
    }
    Err(Error::input(place, "bytes that are not UTF-8 text", "save the file again in UTF-8"))
}

fn header_names(header: &StringRecord, file: &Place) -> Result<Vec<(String, usize)>> {
    let place = file.clone().row(0);
    if let (1, Some(mark)) = (header.len(), header[0].chars().find(|c| matches!(c, ';' | '\t'))) {
        let problem = format!("one column only, {}", quote(header[0].trim()));
        return Err(Error::input(place, problem, format!("separate columns with commas, not with {mark:?}")));
    }
    let mut seen = HashSet::new();
    for (position, name) in header.iter().map(str::trim).enumerate() {
        if name.is_empty() {
            let problem = format!("column number {} has an empty name", position + 1);
            return Err(Error::input(place, problem, "give every column a name"));
        }
        if !seen.insert(name) {
            let remedy = "rename or remove one of the two columns";
            return Err(Error::input(place.column(name), "the column name occurs twice", remedy));
        }
    }
    Ok(header.iter().enumerate().map(|(position, name)| (name.trim().to_owned(), position)).collect())
}

fn check_length(record: &ByteRecord, header: &StringRecord, file: &Place, row: usize) -> Result<()> {
    if record.len() == header.len() {
        return Ok(());
    }
    let line = record.position().map_or(0, |position| position.line());
    let place = file.clone().row(row);
    // The first column without a cell is where to look; for a row that is too long it is the last one.
    let place = place.column(header[record.len().min(header.len() - 1)].trim());
    let problem = format!("{} cells where the header has {} (line {line})", record.len(), header.len());
    let remedy = "give every row one cell per column, and put a cell with a comma in it between double quotes";
    Err(Error::input(place, problem, remedy))
}
