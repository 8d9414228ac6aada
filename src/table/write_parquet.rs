//! Writes patients as Parquet: typed columns, and rows in groups of bounded size.
//! So a table of any length needs the memory of one group.
//!
//! A column's type follows from the cohort alone, never from the values that are written, so that
//! all shards of one table have one schema.

use super::{Column, Kind, Schema, Table};
use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnPath, SchemaDescriptor, Type};
use rayon::prelude::*;
use std::io::{self, Write};
use std::sync::Arc;

/// Whole numbers up to here are exact 64-bit floating-point numbers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What the cells of a column become.
#[derive(Clone, Debug, PartialEq)]
enum Cells {
    /// 64-bit integers: numbers without decimals, none beyond 2^53.
    Integers,
    /// 64-bit floating-point numbers.
    Doubles,
    /// Days since 1970-01-01.
    Days,
    /// Milliseconds since 1970-01-01.
    Moments,
    /// Texts of the times of day of a column.
    Times(Box<Column>),
    /// Truth values: the levels are a pair of [`TRUTH`].
    Booleans,
    /// Text of the levels, as UTF-8.
    Texts(Vec<ByteArray>),
}

/// Pairs of levels that mean false and true, in upper or lower case.
const TRUTH: [[&str; 2]; 5] =
    [["0", "1"], ["false", "true"], ["no", "yes"], ["f", "t"], ["n", "y"]];

/// The types of all columns, and how they are compressed.
#[derive(Clone, Debug)]
pub struct ParquetLayout {
    cells: Vec<Cells>,
    columns: Arc<SchemaDescriptor>,
    properties: Arc<WriterProperties>,
}

/// Encoded rows of all columns: what [`ParquetWriter::append`] takes.
pub struct RowGroup(Vec<(Bytes, ColumnCloseResult)>);

/// A Parquet file that is written group by group.
pub struct ParquetWriter<W: Write + Send>(SerializedFileWriter<W>);

impl ParquetLayout {
    /// The types of a table's columns.
    /// `largest` is the largest magnitude that the numbers of each column can have.
    ///
    /// - Numbers without decimals become INT64, unless the cohort has one beyond 2^53; other
    ///   numbers become DOUBLE.
    /// - Days become DATE, dates with times TIMESTAMP of no zone, times of day their text.
    /// - Two levels such as `no` and `yes`, or `0` and `1`, become BOOLEAN; other levels become
    ///   their text as a STRING.
    ///
    /// All are OPTIONAL: a missing cell is null.
    /// Errors: a name that Parquet refuses.
    pub fn of(schema: &Schema, largest: &[f64]) -> io::Result<Self> {
        let columns = schema.columns.iter();
        let cells: Vec<Cells> =
            columns.clone().zip(largest).map(|(c, largest)| cells(c, *largest)).collect();
        let fields = columns
            .zip(&cells)
            .map(|(column, cells)| field(&column.name, cells))
            .collect::<io::Result<_>>()?;
        let root =
            Type::group_type_builder("patients").with_fields(fields).build().map_err(plain)?;
        // Levels repeat, and so do whole numbers.
        // Numbers with decimals hardly do: a dictionary of them would be given up.
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_created_by(format!("mellizo {}", env!("CARGO_PKG_VERSION")));
        let doubles =
            schema.columns.iter().zip(&cells).filter(|(_, cells)| **cells == Cells::Doubles);
        let properties = doubles.fold(properties, |properties, (column, _)| {
            properties
                .set_column_dictionary_enabled(ColumnPath::new(vec![column.name.clone()]), false)
        });
        let columns = Arc::new(SchemaDescriptor::new(Arc::new(root)));
        Ok(Self { cells, columns, properties: Arc::new(properties.build()) })
    }

    /// Encodes the rows of some tables of the encoder's schema, one table after the other, as one
    /// group.
    /// The columns are encoded side by side.
    pub fn group(&self, tables: &[Table]) -> io::Result<RowGroup> {
        let chunk = |column: usize| self.chunk(column, tables).map_err(plain);
        Ok(RowGroup((0..self.cells.len()).into_par_iter().map(chunk).collect::<io::Result<_>>()?))
    }

    fn chunk(
        &self,
        column: usize,
        tables: &[Table],
    ) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        let cells = || tables.iter().flat_map(|table| table.cells.column(column));
        let present = || cells().filter(|cell| !cell.is_nan());
        let levels: Vec<i16> = cells().map(|cell| i16::from(!cell.is_nan())).collect();
        let levels = Some(levels.as_slice());
        let mut sink = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut sink));
        let mut writer =
            get_column_writer(self.columns.column(column), self.properties.clone(), pages);
        match (&mut writer, &self.cells[column]) {
            (ColumnWriter::Int64ColumnWriter(to), Cells::Integers) => {
                to.write_batch(&present().map(|cell| cell as i64).collect::<Vec<_>>(), levels, None)
            }
            (ColumnWriter::DoubleColumnWriter(to), Cells::Doubles) => {
                to.write_batch(&present().collect::<Vec<_>>(), levels, None)
            }
            (ColumnWriter::Int32ColumnWriter(to), Cells::Days) => {
                to.write_batch(&present().map(|cell| cell as i32).collect::<Vec<_>>(), levels, None)
            }
            (ColumnWriter::Int64ColumnWriter(to), Cells::Moments) => {
                let moments: Vec<i64> = present().map(|cell| 1000 * cell as i64).collect();
                to.write_batch(&moments, levels, None)
            }
            (ColumnWriter::ByteArrayColumnWriter(to), Cells::Times(column)) => {
                let text = |cell| column.number_text(cell).into_bytes().into();
                to.write_batch(&present().map(text).collect::<Vec<_>>(), levels, None)
            }
            (ColumnWriter::BoolColumnWriter(to), Cells::Booleans) => {
                to.write_batch(&present().map(|cell| cell == 1.0).collect::<Vec<_>>(), levels, None)
            }
            (ColumnWriter::ByteArrayColumnWriter(to), Cells::Texts(texts)) => to.write_batch(
                &present().map(|cell| texts[cell as usize].clone()).collect::<Vec<_>>(),
                levels,
                None,
            ),
            _ => unreachable!("column {column} was given its type by its cells"),
        }?;
        let close = writer.close()?;
        Ok((sink.into_inner()?.into(), close))
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Starts a file. Errors: those of `sink`.
    pub fn start(sink: W, layout: &ParquetLayout) -> io::Result<Self> {
        let root = layout.columns.root_schema_ptr();
        Ok(Self(SerializedFileWriter::new(sink, root, layout.properties.clone()).map_err(plain)?))
    }

    /// Writes a group after those before it.
    pub fn append(&mut self, group: RowGroup) -> io::Result<()> {
        let write = || {
            let mut to = self.0.next_row_group()?;
            for (bytes, close) in group.0 {
                to.append_column(&bytes, close)?;
            }
            to.close().map(|_| ())
        };
        write().map_err(plain)
    }

    /// Ends the file, which can only be read after that.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.finish().map(|_| ()).map_err(plain)
    }
}

fn cells(column: &Column, largest: f64) -> Cells {
    if column.kind.is_coded() {
        let means = |pair: &[&str; 2]| {
            column.levels.len() == 2
                && pair
                    .iter()
                    .zip(&column.levels)
                    .all(|(text, level)| text.eq_ignore_ascii_case(level))
        };
        return match TRUTH.iter().any(means) {
            true => Cells::Booleans,
            false => Cells::Texts(
                column.levels.iter().map(|level| level.as_bytes().to_vec().into()).collect(),
            ),
        };
    }
    match column.kind {
        Kind::Date => Cells::Days,
        Kind::Datetime => Cells::Moments,
        Kind::Time => Cells::Times(Box::new(column.clone())),
        _ if column.decimals == 0 && largest <= EXACT => Cells::Integers,
        _ => Cells::Doubles,
    }
}

fn field(name: &str, cells: &Cells) -> io::Result<Arc<Type>> {
    let (physical, logical) = match cells {
        Cells::Integers => (Physical::INT64, None),
        Cells::Doubles => (Physical::DOUBLE, None),
        Cells::Booleans => (Physical::BOOLEAN, None),
        Cells::Days => (Physical::INT32, Some(LogicalType::Date)),
        Cells::Moments => (Physical::INT64, Some(LogicalType::timestamp(false, TimeUnit::MILLIS))),
        Cells::Times(_) | Cells::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    field.with_logical_type(logical).build().map(Arc::new).map_err(plain)
}

/// The system's reason inside an error of the parquet crate.
fn plain(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => {
            inner.downcast().map_or_else(io::Error::other, |error| *error)
        }
        other => io::Error::other(other),
    }
}
