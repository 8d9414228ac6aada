//! Dates in the forms that exports use, each with a name.
//! All forms are tried to find the one of a column.

use jiff::civil::Date;

/// A way to print a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// `2021-09-10`, with or without a time behind `T` or a blank; also with slashes or points.
    YearMonthDay,
    /// `10/09/2021`, `10-09-2021`, `10.09.2021`, with or without a time.
    DayMonthYear,
    /// `09/10/2021`.
    MonthDayYear,
    /// `10-Sep-2021`, `10 Sep 2021`.
    DayNameYear,
}

/// All forms; where several fit every cell, the first one is taken.
pub(crate) const FORMS: [Form; 4] =
    [Form::YearMonthDay, Form::DayMonthYear, Form::MonthDayYear, Form::DayNameYear];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Form {
    /// The form in letters.
    pub fn name(self) -> &'static str {
        match self {
            Self::YearMonthDay => "yyyy-mm-dd",
            Self::DayMonthYear => "dd/mm/yyyy",
            Self::MonthDayYear => "mm/dd/yyyy",
            Self::DayNameYear => "dd-mmm-yyyy",
        }
    }

    /// The date of a trimmed cell in this form; none for any other text and for a day that does not
    /// exist.
    pub fn read(self, cell: &str) -> Option<Date> {
        let [first, second, third] = parts(cell)?;
        let number = |text: &str, digits: usize| {
            let fits = text.len() <= digits
                && !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_digit());
            fits.then(|| text.parse::<i16>().ok()).flatten()
        };
        let year = |text: &str| number(text, 4).filter(|_| text.len() == 4);
        let (year, month, day) = match self {
            Self::YearMonthDay => (year(first)?, number(second, 2)?, number(third, 2)?),
            Self::DayMonthYear => (year(third)?, number(second, 2)?, number(first, 2)?),
            Self::MonthDayYear => (year(third)?, number(first, 2)?, number(second, 2)?),
            Self::DayNameYear => {
                let name = second.to_ascii_lowercase();
                (
                    year(third)?,
                    MONTHS.iter().position(|month| *month == name)? as i16 + 1,
                    number(first, 2)?,
                )
            }
        };
        Date::new(year, month as i8, day as i8).ok()
    }
}

/// The three parts of a date between equal marks, without a time after them.
fn parts(cell: &str) -> Option<[&str; 3]> {
    // A text that is short or has no digit in its first two bytes is no date.
    // Most cells that are no date are told here.
    if cell.len() < 8 || !cell.as_bytes()[..2].iter().any(u8::is_ascii_digit) {
        return None;
    }
    let mark = cell.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(mark, '-' | '/' | '.' | ' ') {
        return None;
    }
    let mut parts = cell.splitn(3, mark);
    let (first, second, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    is_time(&rest[end..]).then_some([first, second, &rest[..end]])
}

/// Nothing, or a time of day behind `T` or a blank.
fn is_time(text: &str) -> bool {
    let Some(time) = text.strip_prefix(['T', ' ']) else { return text.is_empty() };
    let clock = time.trim_end_matches('Z');
    clock.len() >= 4
        && clock.contains(':')
        && clock.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'+' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_nothing_else() {
        let day = Date::new(2021, 9, 10).unwrap();
        for (form, cells) in [
            (
                Form::YearMonthDay,
                &["2021-09-10", "2021/9/10", "2021-09-10T08:15:00Z", "2021-09-10 08:15"][..],
            ),
            (Form::DayMonthYear, &["10/09/2021", "10-9-2021", "10.09.2021 08:15"]),
            (Form::MonthDayYear, &["09/10/2021"]),
            (Form::DayNameYear, &["10-Sep-2021", "10 SEP 2021"]),
        ] {
            assert!(cells.iter().all(|cell| form.read(cell) == Some(day)), "{form:?}");
        }
        for cell in [
            "",
            "2021",
            "31/02/2021",
            "99-99-9999",
            "10/09/21",
            "1.5.2",
            "2021-09-10 noon",
            "é0/09/2021",
            "T2N1M0",
        ] {
            assert!(FORMS.iter().all(|form| form.read(cell).is_none()), "{cell}");
        }
        assert_eq!(Form::DayMonthYear.read("10/13/2021"), None);
        assert_eq!(Form::DayMonthYear.read("29/02/2021"), None);
        assert_eq!(Form::DayMonthYear.read("29/02/2024"), Date::new(2024, 2, 29).ok());
        assert_eq!(Form::MonthDayYear.read("10/13/2021"), Date::new(2021, 10, 13).ok());
    }
}
