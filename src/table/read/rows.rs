//! Rows one by one, the same for every kind of file.
//! Every row has the length of the header; any other row is an error.

use super::decimal::Decimals;
use super::header::header_names;
use super::limits::Limits;
use super::missing::Codes;
use super::unnamed::check_names;
use super::{Options, Source};
use csv::StringRecord;
use ground::error::{Error, Place, Result};

/// The rows of a table file, in bounded memory.
pub struct RowReader {
    source: Box<dyn Source>,
    headers: Vec<String>,
    decimals: Decimals,
    codes: Codes,
    limits: Limits,
    record: StringRecord,
    /// Number of rows read.
    rows: usize,
}

/// One row: trimmed text cells with decimal points.
/// A cell is empty where its text is a code for missing that was given.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    record: &'a StringRecord,
    number: usize,
}

impl Row<'_> {
    /// Data row from 1, as in a [`Place`].
    pub fn number(&self) -> usize {
        self.number
    }

    /// Number of cells: that of the headers.
    pub fn len(&self) -> usize {
        self.record.len()
    }

    /// Whether the row has no cell, which never happens in a table file.
    pub fn is_empty(&self) -> bool {
        self.record.is_empty()
    }

    /// Text of a cell; panics for a column beyond the last.
    pub fn cell(&self, column: usize) -> &str {
        &self.record[column]
    }

    /// The cells from left to right.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.record.iter()
    }

    /// A copy of the row that can be kept.
    pub(super) fn record(&self) -> StringRecord {
        self.record.clone()
    }
}

impl RowReader {
    pub(super) fn new(mut source: Box<dyn Source>, options: &Options) -> Result<Self> {
        let header = source.header()?;
        if !options.has_header {
            let commas = source.sample().is_some_and(|sample| sample.commas);
            check_names(&header, source.beginning(), commas, source.place())?;
        }
        // Names that are no row: those of a DataFrame, or of Parquet.
        let apart = source.sample().is_none() && source.beginning().is_empty();
        let certain = options.has_header || apart;
        let headers = header_names(&header, source.place(), &options.limits, certain)?;
        let codes = Codes::new(&options.missing, &headers, source.place())?;
        let decimals = match source.sample() {
            Some(sample) => Decimals::new(options.decimal, &sample, &codes, headers.len()),
            None => Decimals::points(headers.len()),
        };
        Ok(Self {
            source,
            headers,
            decimals,
            codes,
            limits: options.limits,
            record: StringRecord::new(),
            rows: 0,
        })
    }

    /// Trimmed names of the columns, none empty and none twice.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The file, as a place for an error.
    pub fn place(&self) -> &Place {
        self.source.place()
    }

    /// The next row; none at the end.
    ///
    /// Errors: [`Error::Input`] with row and column for what is not a row of this table.
    /// [`Error::Io`] when the file cannot be read.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>> {
        let mut raw = std::mem::take(&mut self.record);
        let more = self.source.next(&mut raw)?;
        self.record = raw;
        if !more {
            return Ok(None);
        }
        self.rows += 1;
        self.check_cells()?;
        self.settle()?;
        Ok(Some(Row { record: &self.record, number: self.rows }))
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    fn check_cells(&self) -> Result<()> {
        let Some(column) = self.record.iter().position(|cell| cell.len() > self.limits.cell) else {
            return Ok(());
        };
        let problem = format!("a cell of more than {} bytes", self.limits.cell);
        let remedy = "leave the column out, look for a double quote that is never closed, or raise \
            --max-cell-size";
        Err(Error::input(
            self.place().clone().row(self.rows).column(&self.headers[column]),
            problem,
            remedy,
        ))
    }

    /// Trims the cells, turns decimal commas into points, and empties codes for missing.
    fn settle(&mut self) -> Result<()> {
        let plain = |cell: &str| cell.trim().len() == cell.len();
        if self.codes.is_empty() && self.decimals.are_points() && self.record.iter().all(plain) {
            return Ok(());
        }
        let mut settled =
            StringRecord::with_capacity(self.record.as_slice().len(), self.record.len());
        let mut number = String::new();
        for (column, cell) in self.record.iter().enumerate() {
            let cell = cell.trim();
            if self.codes.has(column, cell) {
                settled.push_field("");
                continue;
            }
            let with_point = self.decimals.with_point(column, cell, &mut number).map_err(
                |(problem, remedy)| {
                    let place =
                        self.source.place().clone().row(self.rows).column(&self.headers[column]);
                    Error::input(place, problem, remedy)
                },
            )?;
            settled.push_field(if self.codes.has(column, with_point) { "" } else { with_point });
        }
        self.record = settled;
        Ok(())
    }
}
