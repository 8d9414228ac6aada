//! Parquet files with flat columns: every value as the text that a CSV would have.

use super::damaged::unless_damaged;
use super::header::empty;
use super::limits::memory_of;
use super::parquet_pages::check_pages;
use super::{Limits, Sample, Source};
use csv::StringRecord;
use ground::error::{Error, Place, Result};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type};
use parquet::data_type::Decimal;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::ColumnDescriptor;
use std::fmt::Write;

/// The rows of a Parquet file, one row group after the other.
pub(super) struct ParquetFile {
    header: StringRecord,
    /// Whether a column counts nanoseconds: the crate gives them as plain numbers.
    nanoseconds: Vec<bool>,
    rows: RowIter<'static>,
    row: usize,
    text: String,
    place: Place,
    limits: Limits,
    /// Bytes that all rows so far took as text.
    unpacked: u64,
}

impl ParquetFile {
    /// Errors: [`Error::Input`] for a damaged file, for one that unpacks to more than the limits,
    /// and for nested, repeated and binary columns.
    pub(super) fn open<R>(file: R, place: Place, limits: Limits) -> Result<Self>
    where
        R: ChunkReader + 'static,
    {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file);
        let metadata = metadata.map_err(|error| broken(&place, &error))?;
        check_pages(&file, &metadata, &limits, &place)?;
        let reader = SerializedFileReader::new(file).map_err(|error| broken(&place, &error))?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        for field in schema.root_schema().get_fields() {
            if field.is_group() || field.get_basic_info().repetition() == Repetition::REPEATED {
                return Err(unsuited(
                    &place,
                    field.name(),
                    "a nested column (a list, a map or a struct)",
                ));
            }
        }
        for column in schema.columns() {
            if let Some(what) = unreadable(column) {
                return Err(unsuited(&place, column.name(), what));
            }
        }
        if schema.num_columns() == 0 {
            return Err(empty(&place));
        }
        let header = schema.columns().iter().map(|column| column.name()).collect();
        let nanoseconds =
            schema.columns().iter().map(|column| counts_nanoseconds(column)).collect();
        let rows = RowIter::from_file_into(Box::new(reader));
        let text = String::new();
        Ok(Self { header, nanoseconds, rows, row: 0, text, place, limits, unpacked: 0 })
    }
}

impl Source for ParquetFile {
    fn header(&mut self) -> Result<StringRecord> {
        Ok(self.header.clone())
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool> {
        self.row += 1;
        let place = || self.place.clone().row(self.row);
        let Some(row) = unless_damaged(place, || Ok(self.rows.next()))? else { return Ok(false) };
        let row = row.map_err(|error| broken(&self.place.clone().row(self.row), &error))?;
        record.clear();
        for ((name, field), &nanoseconds) in row.get_column_iter().zip(&self.nanoseconds) {
            self.text.clear();
            if print(&mut self.text, field, nanoseconds).is_none() {
                let place = self.place.clone().row(self.row).column(name);
                let problem = "a date, a time or a decimal number beyond what can be read";
                return Err(Error::input(
                    place,
                    problem,
                    "correct the value, or save the table as CSV",
                ));
            }
            record.push_field(&self.text);
        }
        self.unpacked += memory_of(record) as u64;
        if self.unpacked > self.limits.file {
            return Err(self.limits.whole(&self.place.clone().row(self.row)));
        }
        Ok(true)
    }

    fn sample(&self) -> Option<Sample<'_>> {
        None
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

fn broken(place: &Place, error: &ParquetError) -> Error {
    // The crate's messages may have several lines and may quote values, so they are not shown.
    let kind = match error {
        ParquetError::EOF(_) => "it ends too early",
        ParquetError::NYI(_) => "it uses a feature that cannot be read",
        _ => "its parts do not fit together",
    };
    let remedy = "write the file again (compressed with Snappy or gzip, or not at all), or save \
        the table as CSV";
    Error::input(place.clone(), format!("it cannot be read as Parquet ({kind})"), remedy)
}

fn unsuited(place: &Place, column: &str, what: &str) -> Error {
    let remedy = "leave the column out of the file, or make it text, a number or a date";
    Error::input(place.clone().row(0).column(column), what, remedy)
}

fn counts_nanoseconds(column: &ColumnDescriptor) -> bool {
    match column.logical_type_ref() {
        Some(LogicalType::Timestamp(kind)) => kind.unit == TimeUnit::NANOS,
        _ => false,
    }
}

/// Why a column cannot be read as text; none if it can.
fn unreadable(column: &ColumnDescriptor) -> Option<&'static str> {
    use ConvertedType as C;
    let (kind, logical) = (column.converted_type(), column.logical_type_ref());
    let readable = match column.physical_type() {
        Type::BOOLEAN | Type::FLOAT | Type::DOUBLE | Type::INT96 => true,
        Type::INT32 => !matches!(
            kind,
            C::TIME_MICROS | C::TIMESTAMP_MILLIS | C::TIMESTAMP_MICROS | C::INT_64 | C::UINT_64
        ),
        Type::INT64 => {
            let bare_time = matches!(logical, Some(LogicalType::Time(_))) && kind == C::NONE;
            let narrow = matches!(
                kind,
                C::INT_8
                    | C::INT_16
                    | C::INT_32
                    | C::UINT_8
                    | C::UINT_16
                    | C::UINT_32
                    | C::DATE
                    | C::TIME_MILLIS
            );
            !bare_time && !narrow
        }
        Type::BYTE_ARRAY => matches!(kind, C::UTF8 | C::ENUM | C::DECIMAL),
        Type::FIXED_LEN_BYTE_ARRAY => kind == C::DECIMAL || logical == Some(&LogicalType::Float16),
    };
    (!readable).then_some("a column of binary data, or of a type that has no text")
}

/// The text of a value, nothing for null; none for a value out of range.
fn print(text: &mut String, field: &Field, nanoseconds: bool) -> Option<()> {
    match field {
        Field::Null => Ok(()),
        Field::Bool(value) => text.write_str(if *value { "TRUE" } else { "FALSE" }),
        Field::Byte(number) => write!(text, "{number}"),
        Field::Short(number) => write!(text, "{number}"),
        Field::Int(number) => write!(text, "{number}"),
        Field::Long(number) if nanoseconds => return moment(text, number.div_euclid(1000)),
        Field::Long(number) => write!(text, "{number}"),
        Field::UByte(number) => write!(text, "{number}"),
        Field::UShort(number) => write!(text, "{number}"),
        Field::UInt(number) => write!(text, "{number}"),
        Field::ULong(number) => write!(text, "{number}"),
        Field::Float16(number) => write!(text, "{}", number.to_f32()),
        Field::Float(number) => write!(text, "{number}"),
        Field::Double(number) => write!(text, "{number}"),
        Field::Decimal(number) => return decimal(text, number),
        Field::Str(value) => text.write_str(value),
        Field::Date(days) => return moment(text, i64::from(*days).checked_mul(86_400_000_000)?),
        Field::TimeMillis(time) => return clock(text, i64::from(*time) * 1000),
        Field::TimeMicros(time) => return clock(text, *time),
        Field::TimestampMillis(time) => return moment(text, time.checked_mul(1000)?),
        Field::TimestampMicros(time) => return moment(text, *time),
        Field::Bytes(_) | Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
            return None;
        }
    }
    .ok()
}

/// Microseconds since 1970 as `2020-03-12`, with the time behind a `T` unless it is midnight.
fn moment(text: &mut String, microseconds: i64) -> Option<()> {
    let moment = TimeZone::UTC.to_datetime(Timestamp::from_microsecond(microseconds).ok()?);
    match moment.time() == Time::midnight() {
        true => write!(text, "{}", moment.date()).ok(),
        false => write!(text, "{moment}").ok(),
    }
}

/// Microseconds since midnight as `08:30:00`.
fn clock(text: &mut String, microseconds: i64) -> Option<()> {
    (0..86_400_000_000).contains(&microseconds).then_some(())?;
    let moment = TimeZone::UTC.to_datetime(Timestamp::from_microsecond(microseconds).ok()?);
    write!(text, "{}", moment.time()).ok()
}

/// A decimal number: a whole number of at most 128 bits (big-endian), and how many of its digits
/// stand after the point.
fn decimal(text: &mut String, number: &Decimal) -> Option<()> {
    let bytes = number.data();
    let scale = usize::try_from(number.scale()).ok()?;
    if bytes.is_empty() || bytes.len() > 16 || scale > 38 {
        return None;
    }
    let mut wide = if bytes[0] >= 0x80 { [0xFF; 16] } else { [0; 16] };
    wide[16 - bytes.len()..].copy_from_slice(bytes);
    let value = i128::from_be_bytes(wide);
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, decimals) = digits.split_at(digits.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    write!(text, "{sign}{whole}{point}{decimals}").ok()
}
