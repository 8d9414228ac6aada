//! A whole table as text: every cell is trimmed, every row is as long as the header, and no kind of
//! column is known yet.

use super::limits::memory_of;
use super::{Options, RowReader, from_reader, open};
use csv::StringRecord;
use ground::error::{Error, Place, Result};
use ground::spelling::advice;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// A table file as text, before the kinds of its columns are known.
#[derive(Clone, Debug)]
pub struct Sheet {
    name: PathBuf,
    /// Header text and position in the file of every column that is used.
    columns: Vec<(String, usize)>,
    rows: Vec<StringRecord>,
    /// Who each row is of; none where every row is a patient.
    patients: Option<Vec<usize>>,
}

impl Sheet {
    /// Reads a file of any kind with the default options.
    ///
    /// Errors: as [`Sheet::read`].
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(open(path, &Options::default())?)
    }

    /// Reads the bytes of a text file; `name` stands for it in errors.
    ///
    /// Errors: as [`Sheet::read`].
    pub fn from_bytes(bytes: &[u8], name: impl AsRef<Path>) -> Result<Self> {
        Self::read(from_reader(Cursor::new(bytes.to_vec()), name, &Options::default())?)
    }

    /// Reads all rows.
    ///
    /// Errors: those of [`open`] and [`RowReader::next_row`]; [`Error::Input`] for a header without
    /// rows, and for more text than [`super::Limits::table`].
    pub fn read(mut reader: RowReader) -> Result<Self> {
        let place = reader.place().clone();
        let limits = reader.limits();
        let columns = reader
            .headers()
            .iter()
            .cloned()
            .enumerate()
            .map(|(position, name)| (name, position))
            .collect();
        let (mut rows, mut held) = (Vec::new(), 0);
        while let Some(row) = reader.next_row()? {
            let record = row.record();
            held += memory_of(&record);
            if held > limits.table {
                return Err(limits.held(place.row(rows.len() + 1)));
            }
            rows.push(record);
        }
        if rows.is_empty() {
            let remedy = "add one row per patient below the header";
            return Err(Error::input(place, "the file has a header but no rows", remedy));
        }
        Ok(Self { name: place.file, columns, rows, patients: None })
    }

    /// The same sheet without the named columns.
    ///
    /// Errors: [`Error::Usage`] for a name that the header lacks, or when no column is left.
    pub fn without<S: AsRef<str>>(mut self, names: &[S]) -> Result<Self> {
        for name in names.iter().map(AsRef::as_ref) {
            let Some(position) = self.columns.iter().position(|(column, _)| column == name) else {
                let file = self.name.display();
                let advice = advice(self.columns.iter().map(|(known, _)| known.as_str()), name);
                return Err(Error::Usage(format!(
                    "{file} has no column {name:?} to leave out; {advice}"
                )));
            };
            self.columns.remove(position);
        }
        if self.columns.is_empty() {
            return Err(Error::Usage("every column is left out; keep at least one".into()));
        }
        Ok(self)
    }

    /// The same sheet, of which is known who each row is of.
    pub fn of_patients(self, patients: Option<Vec<usize>>) -> Self {
        Self { patients, ..self }
    }

    /// Who a row (from 0) is of.
    pub(crate) fn patient_of(&self, row: usize) -> usize {
        self.patients.as_ref().map_or(row, |patients| patients[row])
    }

    /// The same sheet with some texts of a column written otherwise: (text, what it becomes).
    pub(crate) fn rewrite(&mut self, column: usize, texts: &[(&str, &str)]) {
        if texts.is_empty() {
            return;
        }
        let at = self.columns[column].1;
        for row in &mut self.rows {
            if let Some((_, new)) = texts.iter().find(|(text, _)| *text == &row[at]) {
                let cells = row.iter().enumerate();
                *row = cells.map(|(place, cell)| if place == at { *new } else { cell }).collect();
            }
        }
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

    /// Trimmed text of a cell (row from 0); empty when the value is missing by a code that was
    /// given.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        &self.rows[row][self.columns[column].1]
    }

    /// The trimmed text of every cell of a column, top to bottom.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> + Clone {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }

    /// The file, as a place for an error.
    pub fn place(&self) -> Place {
        Place::file(&self.name)
    }
}
