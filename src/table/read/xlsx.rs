//! Workbooks (.xlsx): one sheet, whose first row that is not empty is the header.

use super::header::{check_count, empty};
use super::limits::memory_of;
use super::{Limits, Options, Sample, Source};
use calamine::{
    CellErrorType, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError,
};
use csv::StringRecord;
use ground::error::{Error, Place, Result};
use std::io::{self, BufReader, Read, Seek};

/// Columns of the largest sheet that the format allows.
const MOST_COLUMNS: u32 = 16_384;

/// The rows of a sheet. The whole sheet is in memory: its texts are stored apart from its cells.
pub(super) struct Workbook {
    header: StringRecord,
    rows: std::vec::IntoIter<StringRecord>,
    place: Place,
}

impl Workbook {
    /// Errors: [`Error::Input`] for a file that is no workbook or unpacks to more than the limit,
    /// for cells beside the header's columns, and for spreadsheet errors other than `#N/A`.
    /// [`Error::Usage`] for a sheet that is not there.
    pub(super) fn open<R: Read + Seek>(
        mut file: R,
        place: Place,
        options: &Options,
    ) -> Result<Self> {
        check_size(&mut file, &place, &options.limits)?;
        let mut book =
            Xlsx::new(BufReader::new(file)).map_err(|error| unreadable(&place, &error))?;
        let name = sheet(&book, &place, options.sheet.as_deref())?;
        let mut cells =
            book.worksheet_cells_reader(&name).map_err(|error| unreadable(&place, &error))?;
        let mut grid = Grid::new(&place, options.limits);
        while let Some(cell) = cells.next_cell().map_err(|error| unreadable(&place, &error))? {
            let (row, column) = cell.get_position();
            grid.add(row, column, cell.get_value())?;
        }
        grid.finish()
    }
}

impl Source for Workbook {
    fn header(&mut self) -> Result<StringRecord> {
        Ok(self.header.clone())
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool> {
        let next = self.rows.next();
        Ok(next.map(|row| *record = row).is_some())
    }

    fn beginning(&self) -> &[StringRecord] {
        self.rows.as_slice()
    }

    fn sample(&self) -> Option<Sample<'_>> {
        None
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

/// The crate's messages about parts of a workbook may quote a cell, so they are not shown.
fn unreadable(place: &Place, error: &XlsxError) -> Error {
    match error {
        XlsxError::Io(error) => broken(place, error),
        XlsxError::Zip(error) => broken(place, error),
        XlsxError::CellError(_) | XlsxError::CellTAttribute(_) => {
            broken(place, &"a cell of no known kind")
        }
        _ => broken(place, &"its parts do not fit together"),
    }
}

fn broken(place: &Place, error: &dyn std::fmt::Display) -> Error {
    let remedy = "open and save it again, or save the sheet as CSV";
    Error::input(place.clone(), format!("it cannot be read as a workbook ({error})"), remedy)
}

/// An error for an archive that unpacks to more than the limit.
/// It is unpacked to know that: the sizes that it claims may be false.
fn check_size<R: Read + Seek>(file: &mut R, place: &Place, limits: &Limits) -> Result<()> {
    let mut archive =
        zip::ZipArchive::new(BufReader::new(&mut *file)).map_err(|error| broken(place, &error))?;
    let mut left = limits.unpacked as u64;
    for entry in 0..archive.len() {
        let part = archive.by_index(entry).map_err(|error| broken(place, &error))?;
        // One byte beyond the limit tells a part that is cut off here from one that just fits.
        let size = io::copy(&mut part.take(left + 1), &mut io::sink())
            .map_err(|error| broken(place, &error))?;
        left = left.checked_sub(size).ok_or_else(|| {
            let problem = format!("the workbook unpacks to more than {} bytes", limits.unpacked);
            Error::input(
                place.clone(),
                problem,
                "give fewer rows or columns, save the sheet as CSV, or raise --max-unpacked-size",
            )
        })?;
    }
    file.rewind().map_err(|source| Error::io(&place.file, source))
}

/// The name of the sheet to read: the given one, else the first visible one with cells.
fn sheet<R: Read + Seek>(
    book: &Xlsx<BufReader<R>>,
    place: &Place,
    given: Option<&str>,
) -> Result<String> {
    let sheets = book.sheets_metadata();
    if let Some(name) = given {
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let known = names.contains(&name).then(|| name.to_owned());
        let file = place.file.display();
        return known.ok_or_else(|| {
            Error::Usage(format!("{file} has no sheet {name:?}; its sheets are {names:?}"))
        });
    }
    let visible = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    };
    sheets.iter().find(visible).map(|sheet| sheet.name.clone()).ok_or_else(|| empty(place))
}

/// Rows, made of single cells.
/// A row without any value is left out, as an empty line of a CSV is.
struct Grid<'a> {
    place: &'a Place,
    limits: Limits,
    /// The sheet's row that is being read, and its cells that are not empty.
    row: u32,
    cells: Vec<(u32, String)>,
    /// The sheet's column where the header starts.
    first: u32,
    header: StringRecord,
    rows: Vec<StringRecord>,
    held: usize,
}

impl<'a> Grid<'a> {
    fn new(place: &'a Place, limits: Limits) -> Self {
        let (header, rows) = (StringRecord::new(), Vec::new());
        Self { place, limits, row: 0, cells: Vec::new(), first: 0, header, rows, held: 0 }
    }

    fn add(&mut self, row: u32, column: u32, value: &DataRef) -> Result<()> {
        if column >= MOST_COLUMNS {
            return Err(broken(self.place, &"a cell beyond the last column that a sheet can have"));
        }
        if row < self.row
            || self.cells.last().is_some_and(|&(last, _)| row == self.row && column <= last)
        {
            return Err(broken(self.place, &"cells out of order"));
        }
        if row > self.row {
            self.end_row()?;
            self.row = row;
        }
        let text = self.text(column, value)?;
        if !text.trim().is_empty() {
            self.cells.push((column, text));
        }
        Ok(())
    }

    fn text(&self, column: u32, value: &DataRef) -> Result<String> {
        Ok(match value {
            DataRef::Empty => String::new(),
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => number.to_string(),
            DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.into(),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                text.clone()
            }
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::DateTime(moment) => iso(moment),
            DataRef::Error(CellErrorType::NA) => "#N/A".into(),
            DataRef::Error(error) => {
                let problem = format!("the spreadsheet error {error}");
                let remedy = "repair the formula, or empty the cell if the value is missing";
                return Err(Error::input(self.at(column), problem, remedy));
            }
        })
    }

    /// Where a cell of the row being read is.
    fn at(&self, column: u32) -> Place {
        let name = column
            .checked_sub(self.first)
            .and_then(|at| self.header.get(at as usize))
            .map(str::trim);
        let number = if self.header.is_empty() { 0 } else { self.rows.len() + 1 };
        self.place
            .clone()
            .row(number)
            .column(name.map_or_else(|| format!("number {}", column + 1), str::to_owned))
    }

    fn end_row(&mut self) -> Result<()> {
        let (Some(&(first, _)), Some(&(last, _))) = (self.cells.first(), self.cells.last()) else {
            return Ok(());
        };
        if self.header.is_empty() {
            self.first = first;
            check_count((last - first) as usize + 1, self.place, &self.limits)?;
            self.header = self.record(last - first + 1);
            self.cells.clear();
            return Ok(());
        }
        let width = self.header.len() as u32;
        if let Some(&(column, _)) =
            self.cells.iter().find(|(column, _)| !(self.first..self.first + width).contains(column))
        {
            let remedy = "give the column a name, or clear what stands beside the table";
            return Err(Error::input(
                self.at(column),
                "a cell beside the columns that the header names",
                remedy,
            ));
        }
        let record = self.record(width);
        self.held += memory_of(&record);
        if self.held > self.limits.table {
            return Err(self.limits.held(self.place.clone().row(self.rows.len() + 1)));
        }
        self.rows.push(record);
        self.cells.clear();
        Ok(())
    }

    fn record(&self, width: u32) -> StringRecord {
        let mut cells = self.cells.iter().peekable();
        let text = |column: u32| {
            cells.next_if(|(at, _)| *at == column).map_or("", |(_, text)| text.as_str())
        };
        (self.first..self.first + width).map(text).collect()
    }

    fn finish(mut self) -> Result<Workbook> {
        self.end_row()?;
        if self.header.is_empty() {
            return Err(empty(self.place));
        }
        Ok(Workbook { header: self.header, rows: self.rows.into_iter(), place: self.place.clone() })
    }
}

/// A date as `2020-03-12`, with its time behind a `T` unless it is midnight; a duration as hours,
/// minutes and seconds.
fn iso(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        let seconds = (moment.as_f64() * 86_400.0).round() as i64;
        let sign = if seconds < 0 { "-" } else { "" };
        let seconds = seconds.abs();
        return format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (.., 0) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}
