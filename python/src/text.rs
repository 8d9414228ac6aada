//! Cells of Arrow arrays as the text that a CSV would have.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// How the cells of a column are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By the type alone.
    Plain,
    /// Moments, so many of whose units are a second; as days if all are midnights.
    Moments { units: i64, days: bool, fractions: bool },
    /// Times of day, so many of whose units are a second.
    Clock { units: i64, fractions: bool },
}

impl Form {
    /// None for a type that is no cell of a table.
    pub fn of(kind: &DataType, chunks: &[ArrayRef]) -> Option<Self> {
        use DataType as D;
        match kind {
            D::Null | D::Boolean | D::Date32 => Some(Self::Plain),
            D::Utf8 | D::LargeUtf8 | D::Utf8View => Some(Self::Plain),
            D::Decimal128(..) | D::Decimal256(..) => Some(Self::Plain),
            kind if kind.is_integer() || kind.is_floating() => Some(Self::Plain),
            D::Dictionary(_, values) => {
                let inside = |chunk: &ArrayRef| chunk.as_any_dictionary().values().clone();
                Self::of(values, &chunks.iter().map(inside).collect::<Vec<_>>())
            }
            D::Timestamp(unit, _) => Some(Self::moments(units(unit), chunks)),
            D::Date64 => Some(Self::moments(1000, chunks)),
            D::Time32(unit) | D::Time64(unit) => {
                let units = units(unit);
                Some(Self::Clock { units, fractions: any(chunks, |number| number % units != 0) })
            }
            _ => None,
        }
    }

    fn moments(units: i64, chunks: &[ArrayRef]) -> Self {
        let days = !any(chunks, |number| number.rem_euclid(units * DAY) >= units);
        Self::Moments { units, days, fractions: any(chunks, |number| number % units != 0) }
    }

    /// Whether cells have parts of a second, which are not read.
    pub fn loses_fractions(self) -> bool {
        match self {
            Self::Plain => false,
            Self::Moments { fractions, .. } | Self::Clock { fractions, .. } => fractions,
        }
    }
}

fn units(unit: &TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// Whether any number of columns of times is so.
fn any(chunks: &[ArrayRef], is: impl Fn(i64) -> bool) -> bool {
    chunks.iter().any(|chunk| {
        (0..chunk.len()).any(|row| !chunk.is_null(row) && number(chunk, row).is_some_and(&is))
    })
}

/// The number behind a time.
fn number(array: &ArrayRef, row: usize) -> Option<i64> {
    use DataType as D;
    use TimeUnit as U;
    Some(match array.data_type() {
        D::Date64 => array.as_primitive::<Date64Type>().value(row),
        D::Timestamp(U::Second, _) => array.as_primitive::<TimestampSecondType>().value(row),
        D::Timestamp(U::Millisecond, _) => {
            array.as_primitive::<TimestampMillisecondType>().value(row)
        }
        D::Timestamp(U::Microsecond, _) => {
            array.as_primitive::<TimestampMicrosecondType>().value(row)
        }
        D::Timestamp(U::Nanosecond, _) => {
            array.as_primitive::<TimestampNanosecondType>().value(row)
        }
        D::Time32(U::Second) => array.as_primitive::<Time32SecondType>().value(row).into(),
        D::Time32(_) => array.as_primitive::<Time32MillisecondType>().value(row).into(),
        D::Time64(U::Microsecond) => array.as_primitive::<Time64MicrosecondType>().value(row),
        D::Time64(_) => array.as_primitive::<Time64NanosecondType>().value(row),
        _ => return None,
    })
}

/// Appends the text of a cell, nothing for null and for NaN; none for a value out of range.
pub fn print(text: &mut String, array: &ArrayRef, row: usize, form: &Form) -> Option<()> {
    use DataType as D;
    if array.is_null(row) {
        return Some(());
    }
    macro_rules! plain {
        ($kind:ty) => {
            write!(text, "{}", array.as_primitive::<$kind>().value(row)).ok()
        };
    }
    match array.data_type() {
        D::Null => Some(()),
        D::Boolean => {
            write!(text, "{}", if array.as_boolean().value(row) { "True" } else { "False" }).ok()
        }
        D::Int8 => plain!(Int8Type),
        D::Int16 => plain!(Int16Type),
        D::Int32 => plain!(Int32Type),
        D::Int64 => plain!(Int64Type),
        D::UInt8 => plain!(UInt8Type),
        D::UInt16 => plain!(UInt16Type),
        D::UInt32 => plain!(UInt32Type),
        D::UInt64 => plain!(UInt64Type),
        D::Float16 => known(text, array.as_primitive::<Float16Type>().value(row).to_f32()),
        D::Float32 => known(text, array.as_primitive::<Float32Type>().value(row)),
        D::Float64 => known(text, array.as_primitive::<Float64Type>().value(row)),
        D::Decimal128(..) => {
            text.push_str(&array.as_primitive::<Decimal128Type>().value_as_string(row));
            Some(())
        }
        D::Decimal256(..) => {
            text.push_str(&array.as_primitive::<Decimal256Type>().value_as_string(row));
            Some(())
        }
        D::Utf8 => write!(text, "{}", array.as_string::<i32>().value(row)).ok(),
        D::LargeUtf8 => write!(text, "{}", array.as_string::<i64>().value(row)).ok(),
        D::Utf8View => write!(text, "{}", array.as_string_view().value(row)).ok(),
        D::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let key = key(dictionary.keys(), row)?;
            (key < dictionary.values().len()).then_some(())?;
            print(text, dictionary.values(), key, form)
        }
        D::Date32 => {
            let days = i64::from(array.as_primitive::<Date32Type>().value(row));
            moment(text, days.checked_mul(DAY)?, true)
        }
        _ => time(text, number(array, row)?, form),
    }
}

/// The place of a category.
fn key(keys: &dyn Array, row: usize) -> Option<usize> {
    use DataType as D;
    match keys.data_type() {
        D::Int8 => keys.as_primitive::<Int8Type>().value(row).try_into().ok(),
        D::Int16 => keys.as_primitive::<Int16Type>().value(row).try_into().ok(),
        D::Int32 => keys.as_primitive::<Int32Type>().value(row).try_into().ok(),
        D::Int64 => keys.as_primitive::<Int64Type>().value(row).try_into().ok(),
        D::UInt8 => Some(keys.as_primitive::<UInt8Type>().value(row).into()),
        D::UInt16 => Some(keys.as_primitive::<UInt16Type>().value(row).into()),
        D::UInt32 => keys.as_primitive::<UInt32Type>().value(row).try_into().ok(),
        D::UInt64 => keys.as_primitive::<UInt64Type>().value(row).try_into().ok(),
        _ => None,
    }
}

/// A number; NaN stands for a missing one.
fn known<T: std::fmt::Display + PartialEq>(text: &mut String, number: T) -> Option<()> {
    #[allow(clippy::eq_op)]
    let nan = number != number;
    if nan { Some(()) } else { write!(text, "{number}").ok() }
}

fn time(text: &mut String, number: i64, form: &Form) -> Option<()> {
    match form {
        Form::Moments { units, days, .. } => moment(text, number.div_euclid(*units), *days),
        Form::Clock { units, .. } => {
            let seconds = number.div_euclid(*units);
            (0..DAY).contains(&seconds).then_some(())?;
            let (minutes, second) = (seconds / 60, seconds % 60);
            write!(text, "{:02}:{:02}:{second:02}", minutes / 60, minutes % 60).ok()
        }
        Form::Plain => None,
    }
}

/// Seconds since 1970 as `2020-03-12T08:30:00`, or as the day alone.
fn moment(text: &mut String, seconds: i64, day: bool) -> Option<()> {
    let moment = TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
    let date = moment.date();
    match day {
        true => write!(text, "{date}").ok(),
        false => {
            let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
            write!(text, "{date}T{hour:02}:{minute:02}:{second:02}").ok()
        }
    }
}
