//! A table that can be read several times, row by row, in the memory of a few rows.

use crate::error::{Error, Place, Result};
use crate::table::bundled;
use crate::table::read::{check_length, header_names};
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

/// Where the rows come from.
#[derive(Debug)]
enum Origin {
    File(PathBuf),
    /// A copy of a stream, which has no name and goes with the process.
    Spooled(File),
    Bundled,
}

/// A table as text.
#[derive(Debug)]
pub struct Source {
    name: PathBuf,
    origin: Origin,
}

impl Source {
    /// A file.
    pub fn file(path: &Path) -> Self {
        Self { name: path.to_path_buf(), origin: Origin::File(path.to_path_buf()) }
    }

    /// The cohort inside the binary.
    pub fn bundled() -> Self {
        Self { name: bundled::NAME.into(), origin: Origin::Bundled }
    }

    /// A stream, copied to a temporary file that only this process can reach.
    ///
    /// Errors: [`Error::Io`] when it cannot be read or the copy not be written.
    pub fn spool(mut stream: impl Read, name: &str) -> Result<Self> {
        let mut copy = || -> std::io::Result<File> {
            let mut file = tempfile::tempfile()?;
            std::io::copy(&mut stream, &mut file)?;
            Ok(file)
        };
        Ok(Self { name: name.into(), origin: Origin::Spooled(copy().map_err(|error| Error::io(name, error))?) })
    }

    /// What errors call it.
    pub fn place(&self) -> Place {
        Place::file(&self.name)
    }

    /// The rows from the first one on.
    ///
    /// Errors: [`Error::Io`] when it cannot be opened, [`Error::Input`] for an empty file and a header that cannot be used.
    pub fn rows(&self) -> Result<Rows> {
        let fail = |error| Error::io(&self.name, error);
        let input: Box<dyn Read + Send> = match &self.origin {
            Origin::File(path) => Box::new(File::open(path).map_err(fail)?),
            Origin::Spooled(file) => {
                let mut file = file.try_clone().map_err(fail)?;
                file.rewind().map_err(fail)?;
                Box::new(file)
            }
            Origin::Bundled => Box::new(bundled::CSV),
        };
        Rows::open(input, self.place())
    }
}

/// The rows of a table, one after the other.
pub struct Rows {
    reader: Reader<Box<dyn Read + Send>>,
    header: ByteRecord,
    names: Vec<String>,
    place: Place,
    row: usize,
}

impl Rows {
    fn open(mut input: Box<dyn Read + Send>, place: Place) -> Result<Self> {
        let mut start = [0; 3];
        let mut held = 0;
        while held < 3 {
            match input.read(&mut start[held..]).map_err(|error| Error::io(&place.file, error))? {
                0 => break,
                more => held += more,
            }
        }
        let mark = if &start[..held] == b"\xEF\xBB\xBF" { 3 } else { 0 };
        let input: Box<dyn Read + Send> = Box::new(std::io::Cursor::new(start[mark..held].to_vec()).chain(input));
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 18).from_reader(input);
        let mut header = ByteRecord::new();
        if !next(&mut reader, &mut header, &place)? {
            let remedy = "give a CSV file with a header row and one row per patient";
            return Err(Error::input(place, "the file is empty", remedy));
        }
        for (position, name) in header.iter().enumerate() {
            check_text(name, || place.clone().row(0).column(format!("number {}", position + 1)))?;
        }
        let text = csv::StringRecord::from_byte_record(header.clone()).expect("every name was checked to be UTF-8");
        let names = header_names(&text, &place)?.into_iter().map(|(name, _)| name).collect();
        Ok(Self { reader, header, names, place, row: 0 })
    }

    /// The trimmed names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Reads the next row into `record`; false behind the last one. Cells are not trimmed and may be no text.
    ///
    /// Errors: [`Error::Input`] for a row of another length than the header.
    pub fn read(&mut self, record: &mut ByteRecord) -> Result<bool> {
        if !next(&mut self.reader, record, &self.place)? {
            return Ok(false);
        }
        self.row += 1;
        if record.len() != self.header.len() {
            let header = csv::StringRecord::from_byte_record(self.header.clone()).expect("checked when it was opened");
            check_length(record, &header, &self.place, self.row)?;
        }
        Ok(true)
    }
}

fn next<R: Read>(reader: &mut Reader<R>, record: &mut ByteRecord, place: &Place) -> Result<bool> {
    reader.read_byte_record(record).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io(&place.file, error),
        kind => {
            let remedy = "save the file again as comma-separated text";
            Error::input(place.clone(), format!("it cannot be read as CSV ({kind:?})"), remedy)
        }
    })
}

/// The trimmed text of a cell.
///
/// Errors: [`Error::Input`] at `place` for bytes that are no UTF-8 text and for NUL, which only binary files hold.
pub fn check_text(cell: &[u8], place: impl FnOnce() -> Place) -> Result<&str> {
    match std::str::from_utf8(cell) {
        Ok(text) if !text.contains('\0') => Ok(text.trim()),
        Ok(_) => {
            let remedy = "save the table as comma-separated text in UTF-8 (this looks like a binary file or UTF-16)";
            Err(Error::input(place(), "a NUL byte, which is not text", remedy))
        }
        Err(_) => Err(Error::input(place(), "bytes that are not UTF-8 text", "save the file again in UTF-8")),
    }
}
