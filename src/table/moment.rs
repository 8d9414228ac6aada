//! Days, moments and times of day: which format a column has, and the number that a text of it is.
//!
//! A date is its number of days since 1970-01-01, a moment its seconds since the beginning of that
//! day, a time of day its seconds since midnight.

use super::Kind;
use jiff::civil::{Date, DateTime, Time, date};

/// The first day, which is 0.
const EPOCH: Date = date(1970, 1, 1);

/// Seconds of a day.
pub(crate) const DAY: f64 = 86_400.0;

/// Formats of days that are told by themselves; those of a day and a month in numbers come last.
const DAYS: [&str; 14] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d.%m.%Y",
    "%-d.%-m.%Y",
    "%Y%m%d",
    "%d/%m/%Y",
    "%-d/%-m/%Y",
    "%m/%d/%Y",
    "%-m/%-d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
];
/// Formats of times of day.
const TIMES: [&str; 3] = ["%H:%M:%S", "%H:%M", "%-H:%M"];

/// A format, and the kind of column that it makes.
pub(crate) type Form = (Kind, String);

/// What the texts of a column say of its format.
pub(crate) enum Told {
    /// Nothing: they are no dates.
    Nothing,
    /// This format.
    Form(Form),
    /// Day and month could be either way round; this is the format with the day first.
    Either(Form),
}

/// Whether the order of day and month of a format is day first; none if it is plain.
pub(crate) fn day_first(format: &str) -> Option<bool> {
    let day = format.find(['d'])?;
    let month = format.find("%m").or_else(|| format.find("%-m"))?;
    let year = format.find("%Y")?;
    (year > month && !format.contains('.')).then_some(day < month)
}

/// The format with day and month changed round.
pub(crate) fn reversed(format: &str) -> String {
    let mut out = String::with_capacity(format.len());
    let mut is_letter = false;
    for c in format.chars() {
        out.push(match c {
            'd' if is_letter => 'm',
            'm' if is_letter => 'd',
            c => c,
        });
        is_letter = c == '%' || (is_letter && c == '-');
    }
    out
}

/// The format that nine of ten of the texts have, and that most of them come back from as they
/// were.
pub(crate) fn told<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Told {
    let count = texts.clone().count();
    let allowed = count / 10;
    let mut fits: Vec<(usize, Form)> = Vec::new();
    for form in forms(texts.clone()) {
        let (mut wrong, mut other) = (0, 0);
        for text in texts.clone() {
            match read(&form.1, form.0, text) {
                None => wrong += 1,
                Some(value) => other += usize::from(print(&form.1, form.0, value) != text),
            }
            if wrong > allowed {
                break;
            }
        }
        if wrong <= allowed {
            fits.push((wrong * count + other, form));
        }
    }
    // The first of several that fit as well.
    fits.sort_by_key(|(other, _)| *other);
    let Some((least, best)) = fits.first().cloned() else { return Told::Nothing };
    let turned =
        |form: &Form| day_first(&form.1).is_some_and(|day| Some(!day) == day_first(&best.1));
    let wrong = least / count.max(1);
    match fits.into_iter().find(|(other, form)| turned(form) && other / count.max(1) <= wrong) {
        Some(_) if day_first(&best.1) == Some(true) => Told::Either(best),
        Some((_, other)) => Told::Either(other),
        None => Told::Form(best),
    }
}

/// The formats that a column may have, by the look of its first text.
fn forms<'a>(mut texts: impl Iterator<Item = &'a str>) -> Vec<Form> {
    let Some(first) = texts.find(|text| text.bytes().any(|byte| byte.is_ascii_digit())) else {
        return Vec::new();
    };
    if !(4..=30).contains(&first.len()) {
        return Vec::new();
    }
    let days = DAYS.iter().map(|day| (Kind::Date, (*day).to_owned()));
    if !first.contains(':') {
        return days.collect();
    }
    let clocks = TIMES.iter().flat_map(|time| ["", "Z"].map(|end| format!("{time}{end}")));
    let moments = days.flat_map(|(_, day)| {
        clocks.clone().flat_map(move |time| {
            ["T", " "].map(|mark| (Kind::Datetime, format!("{day}{mark}{time}")))
        })
    });
    let times = TIMES.iter().map(|time| (Kind::Time, (*time).to_owned()));
    times.chain(moments.collect::<Vec<_>>()).collect()
}

/// The number that a text of a format is; none for another text, and for a day that there is not.
pub(crate) fn read(format: &str, kind: Kind, text: &str) -> Option<f64> {
    // A blank at a place where a number is read would be passed over.
    if !text.as_bytes().first()?.is_ascii_alphanumeric() || text.contains("  ") {
        return None;
    }
    match kind {
        Kind::Date => days(Date::strptime(format, text).ok()?),
        Kind::Datetime => seconds(DateTime::strptime(format, text).ok()?),
        Kind::Time => {
            let time = Time::strptime(format, text).ok()?;
            Some(time.duration_since(Time::midnight()).as_secs() as f64)
        }
        _ => None,
    }
    // Four digits of a year, or a column of short numbers is one of days of the first centuries.
    .filter(|&value| {
        kind == Kind::Time || value >= days(date(1000, 1, 1)).unwrap_or(0.0) * unit(kind)
    })
}

fn unit(kind: Kind) -> f64 {
    if kind == Kind::Datetime { DAY } else { 1.0 }
}

fn days(date: Date) -> Option<f64> {
    Some((date.duration_since(EPOCH).as_hours() / 24) as f64)
}

fn seconds(moment: DateTime) -> Option<f64> {
    Some(moment.duration_since(EPOCH.at(0, 0, 0, 0)).as_secs() as f64)
}

/// The text of a number in a format; that of the nearest day that there is.
pub(crate) fn print(format: &str, kind: Kind, value: f64) -> String {
    match kind {
        Kind::Date => day(value).strftime(format).to_string(),
        Kind::Datetime => {
            let days = (value / DAY).floor();
            DateTime::from_parts(day(days), time(value - DAY * days)).strftime(format).to_string()
        }
        _ => time(value).strftime(format).to_string(),
    }
}

fn day(days: f64) -> Date {
    let (least, most) = (-354_285.0, 2_932_896.0);
    let days = days.round().clamp(least, most) as i64;
    EPOCH.saturating_add(jiff::Span::new().days(days))
}

/// The year, the month and the day of a number of days; NaN of none.
pub(crate) fn year_month_day(days: f64) -> [f64; 3] {
    if days.is_nan() {
        return [f64::NAN; 3];
    }
    let day = day(days);
    [day.year().into(), day.month().into(), day.day().into()]
}

fn time(seconds: f64) -> Time {
    let seconds = seconds.round().clamp(0.0, 86_399.0) as i64;
    Time::midnight().saturating_add(jiff::Span::new().seconds(seconds))
}

/// The step of the numbers that a format can hold: 1, or 60 where it has no seconds, or 3600.
pub(crate) fn step(format: &str, kind: Kind) -> f64 {
    let has = |letters: &[&str]| letters.iter().any(|letter| format.contains(letter));
    match kind {
        Kind::Datetime | Kind::Time if !has(&["%S", "%-S", "%T"]) => {
            if has(&["%M", "%-M", "%R"]) {
                60.0
            } else {
                3600.0
            }
        }
        _ => 1.0,
    }
}

/// The nearest number that the format can hold.
pub(crate) fn settle(format: &str, kind: Kind, value: f64) -> f64 {
    let step = step(format, kind);
    let value = (value / step).round() * step;
    if kind == Kind::Time { value.clamp(0.0, DAY - step) } else { value + 0.0 }
}

/// Whether a text of the format brings its day, moment or time back.
pub(crate) fn is_format(format: &str, kind: Kind) -> bool {
    // No two of its parts are equal, so that %d cannot pass for %m.
    let sample = date(2014, 11, 23).at(21, 45, 36, 0);
    let value = match kind {
        Kind::Date => days(sample.date()),
        Kind::Datetime => seconds(sample),
        _ => Some(f64::from(21 * 3600 + 45 * 60 + 36)),
    };
    let Some(value) = value else { return false };
    // A wrong letter makes the library panic where it prints, so it is parsed first.
    let safe = jiff::fmt::strtime::format(format, sample);
    let Ok(text) = safe else { return false };
    let step = step(format, kind);
    read(format, kind, &text) == Some((value / step).floor() * step)
}

#[cfg(test)]
mod tests;
