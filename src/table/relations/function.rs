//! The functions of a formula.

use crate::moment;
use serde::{Deserialize, Serialize};

/// A function of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Function {
    /// The square root.
    Sqrt,
    /// e to the power of the value.
    Exp,
    /// The natural logarithm.
    Ln,
    /// The logarithm to the base of ten.
    Log10,
    /// The magnitude.
    Abs,
    /// The largest whole number that is not above.
    Floor,
    /// The nearest whole number.
    Round,
    /// The year of a day.
    Year,
    /// The quarter of a day, from 1 to 4.
    Quarter,
    /// The month of a day, from 1 to 12.
    Month,
    /// The day of the week, from 1 for Monday to 7 for Sunday.
    Weekday,
    /// Year, month and day of a day as eight digits: the difference of two, by 10000, is the time
    /// between them in birthdays.
    Yyyymmdd,
    /// The day of a moment.
    Date,
    /// The hour of a moment or of a time of day, from 0 to 23.
    Hour,
}

/// Names of the functions, as a formula has them.
pub(super) const FUNCTIONS: [(&str, Function); 14] = [
    ("sqrt", Function::Sqrt),
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("log10", Function::Log10),
    ("abs", Function::Abs),
    ("floor", Function::Floor),
    ("round", Function::Round),
    ("year", Function::Year),
    ("quarter", Function::Quarter),
    ("month", Function::Month),
    ("weekday", Function::Weekday),
    ("yyyymmdd", Function::Yyyymmdd),
    ("date", Function::Date),
    ("hour", Function::Hour),
];

impl Function {
    pub(super) fn of(self, x: f64) -> f64 {
        match self {
            Self::Sqrt => x.sqrt(),
            Self::Exp => x.exp(),
            Self::Ln => x.ln(),
            Self::Log10 => x.log10(),
            Self::Abs => x.abs(),
            Self::Floor => x.floor(),
            Self::Round => x.round(),
            Self::Year => moment::year_month_day(x)[0],
            Self::Quarter => ((moment::year_month_day(x)[1] - 1.0) / 3.0).floor() + 1.0,
            Self::Month => moment::year_month_day(x)[1],
            // The first day was a Thursday.
            Self::Weekday => (x.floor() + 3.0).rem_euclid(7.0) + 1.0,
            Self::Yyyymmdd => moment::year_month_day(x)
                .into_iter()
                .fold(0.0, |digits, part| 100.0 * digits + part),
            Self::Date => (x / moment::DAY).floor(),
            Self::Hour => (x.rem_euclid(moment::DAY) / 3600.0).floor(),
        }
    }

    /// Whether it is a function of days: of a moment it is that of the moment's day.
    pub(super) fn is_of_days(self) -> bool {
        matches!(self, Self::Year | Self::Quarter | Self::Month | Self::Weekday | Self::Yyyymmdd)
    }
}

/// A function of several values that leaves out those that are missing, as statistics programs do
/// (`SUM` of SQL, `rowSums(na.rm = TRUE)` of R).
/// Where all are missing it has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aggregate {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

/// Names of the aggregates, as a formula has them.
pub(super) const AGGREGATES: [(&str, Aggregate); 4] = [
    ("sum", Aggregate::Sum),
    ("mean", Aggregate::Mean),
    ("min", Aggregate::Min),
    ("max", Aggregate::Max),
];

impl Aggregate {
    pub(super) fn of(self, values: impl Iterator<Item = f64>) -> f64 {
        let (mut count, mut so_far) = (0, f64::NAN);
        for value in values.filter(|value| !value.is_nan()) {
            so_far = match self {
                _ if count == 0 => value,
                Self::Sum | Self::Mean => so_far + value,
                Self::Min => so_far.min(value),
                Self::Max => so_far.max(value),
            };
            count += 1;
        }
        match self {
            Self::Mean => so_far / f64::from(count),
            _ => so_far,
        }
    }
}
