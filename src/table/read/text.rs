//! Text files: cells between delimiters, in quotes where they hold a delimiter, a quote or a line
//! end; any kind of line end.

use super::bytes::{Encoding, Exceeded, Guard, unreadable};
use super::delimiter::{delimiter, sample_rows};
use super::header::{check_count, check_length, empty};
use super::limits::{Limits, SAMPLE};
use super::{Options, Sample, Source};
use crate::formula::unguard;
use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};
use ground::error::{Error, Place, Result};
use std::io::{Cursor, Read};

/// The rows of a text file.
pub(super) struct TextFile {
    reader: Reader<Guard>,
    record: ByteRecord,
    header: StringRecord,
    sample: Vec<StringRecord>,
    /// Whether the user gave the delimiter.
    given: bool,
    delimiter: u8,
    encoding: Encoding,
    compressed: bool,
    limits: Limits,
    place: Place,
    rows: usize,
}

impl TextFile {
    /// Finds the delimiter at the beginning of the text.
    ///
    /// Errors: those of `reader`; [`Error::Input`] for UTF-16, and for UTF-8 where the options say
    /// otherwise.
    pub(super) fn new(
        mut reader: Box<dyn Read>,
        place: Place,
        options: &Options,
        compressed: bool,
    ) -> Result<Self> {
        let mut sample = Vec::new();
        let read = reader.by_ref().take(SAMPLE as u64).read_to_end(&mut sample);
        read.map_err(|source| unreadable(source, &place, compressed))?;
        let whole = sample.len() < SAMPLE;
        let marked = sample.starts_with(b"\xEF\xBB\xBF");
        check_mark(&sample, marked, &place, options.encoding)?;
        let text = &sample[if marked { 3 } else { 0 }..];
        let delimiter = options.delimiter.unwrap_or_else(|| delimiter(text, whole));
        let rows = sample_rows(text, delimiter, whole);
        let mut beginning = Cursor::new(sample);
        beginning.set_position(if marked { 3 } else { 0 });
        let guard =
            Guard::new(Box::new(beginning.chain(reader)), options.limits.row, options.limits.file);
        // `flexible`, because the crate's own message for a row of another length has neither our
        // number of the row nor a remedy.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(guard);
        Ok(Self {
            reader,
            record: ByteRecord::new(),
            header: StringRecord::new(),
            sample: rows,
            given: options.delimiter.is_some(),
            delimiter,
            encoding: options.encoding,
            compressed,
            limits: options.limits,
            place,
            rows: 0,
        })
    }

    /// Reads the next record; false at the end of the file. `row` is its number, 0 for the header.
    fn read(&mut self, row: usize) -> Result<bool> {
        self.reader.get_mut().renew();
        let line = self.reader.position().line();
        let read = self.reader.read_byte_record(&mut self.record);
        read.map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(source) => match self.reader.get_ref().exceeded() {
                Some(Exceeded::File) => self.limits.whole(&self.place.clone().row(row)),
                Some(Exceeded::Row) => self.endless(row, line),
                None => unreadable(source, &self.place, self.compressed),
            },
            other => {
                let problem = format!("it cannot be read as CSV ({other:?})");
                let remedy = "save the file again as comma-separated text";
                Error::input(self.place.clone(), problem, remedy)
            }
        })
    }

    /// The error for a row that has no end within its limit.
    fn endless(&self, row: usize, line: u64) -> Error {
        let most = self.limits.row;
        let problem = format!("no end of the row within {most} bytes (from line {line})");
        let remedy = "look there for a double quote that is never closed, or for empty lines \
            without end; if the row is right, raise --max-row-size";
        Error::input(self.place.clone().row(row), problem, remedy)
    }

    /// The record's cells as text.
    /// An error for bytes that are not text in this encoding, and for a NUL byte, which only binary
    /// files hold.
    fn text(&self, row: usize, text: &mut StringRecord) -> Result<()> {
        let utf8 = |cell: &[u8]| {
            self.encoding == Encoding::Windows1252 || std::str::from_utf8(cell).is_ok()
        };
        if let Some(bad) = self.record.iter().position(|cell| !utf8(cell) || cell.contains(&0)) {
            return Err(self.no_text(row, bad));
        }
        match self.encoding {
            Encoding::Utf8 => {
                text.clear();
                let decode = |cell| std::str::from_utf8(cell).unwrap_or_default();
                self.record.iter().for_each(|cell| text.push_field(unguarded(decode(cell))));
            }
            Encoding::Windows1252 => {
                let decode = |cell| encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0;
                text.clear();
                self.record.iter().for_each(|cell| text.push_field(unguarded(&decode(cell))));
            }
        }
        Ok(())
    }

    fn no_text(&self, row: usize, bad: usize) -> Error {
        let name = self.header.get(bad).map(str::trim).filter(|_| row > 0);
        let column = name.map_or_else(|| format!("number {}", bad + 1), str::to_owned);
        let place = self.place.clone().row(row).column(column);
        if self.record[bad].contains(&0) {
            let remedy = "save the table as comma-separated text in UTF-8 (this looks like a \
                binary file or UTF-16)";
            return Error::input(place, "a NUL byte, which is not text", remedy);
        }
        let problem = "bytes that are not UTF-8 text and look like Latin-1 or Windows-1252";
        Error::input(
            place,
            problem,
            "read it with --encoding latin1, or save the file again in UTF-8",
        )
    }
}

/// The text of a cell without the apostrophe that guards a formula.
fn unguarded(cell: &str) -> &str {
    // Few cells begin with an apostrophe, so most need no trimming here.
    if cell.trim_start().starts_with('\'') { unguard(cell.trim()) } else { cell }
}

impl Source for TextFile {
    fn header(&mut self) -> Result<StringRecord> {
        if !self.read(0)? {
            return Err(empty(&self.place));
        }
        check_count(self.record.len(), &self.place, &self.limits)?;
        let mut header = StringRecord::new();
        self.text(0, &mut header)?;
        let other =
            |c: &char| matches!(c, ',' | ';' | '\t' | '|') && *c != char::from(self.delimiter);
        if let (true, 1, Some(mark)) = (self.given, header.len(), header[0].chars().find(other)) {
            // Its name is not repeated: it may be a whole patient.
            let marks = header[0].matches(mark).count();
            let problem = format!("one column only, with {marks} marks {mark:?} in its name");
            let remedy = format!("leave out --delimiter, or say --delimiter {mark:?}");
            return Err(Error::input(self.place.clone().row(0), problem, remedy));
        }
        self.header = header.clone();
        Ok(header)
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool> {
        let row = self.rows + 1;
        if !self.read(row)? {
            return Ok(false);
        }
        self.rows = row;
        let line = self.record.position().map_or(0, |position| position.line());
        check_length(self.record.len(), &self.header, &self.place, row, line)?;
        self.text(row, record)?;
        Ok(true)
    }

    fn beginning(&self) -> &[StringRecord] {
        &self.sample
    }

    fn sample(&self) -> Option<Sample<'_>> {
        Some(Sample { rows: &self.sample, commas: self.delimiter != b',' })
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

/// An error for the byte order mark of another encoding than the one to read.
fn check_mark(sample: &[u8], utf8: bool, place: &Place, encoding: Encoding) -> Result<()> {
    if sample.starts_with(b"\xFF\xFE") || sample.starts_with(b"\xFE\xFF") {
        let remedy = "save it as CSV in UTF-8 (in Excel: `CSV UTF-8`)";
        return Err(Error::input(place.clone().row(0), "the file is UTF-16 text", remedy));
    }
    if utf8 && encoding != Encoding::Utf8 {
        let remedy = "leave out --encoding";
        return Err(Error::input(
            place.clone().row(0),
            "the file says by its first bytes that it is UTF-8",
            remedy,
        ));
    }
    Ok(())
}
