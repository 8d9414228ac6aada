//! Dates in declared formats, and `drop_dates`, which drops the columns of dates after durations
//! were made.

use super::action::Action;
use super::selection::{Names, described};
use super::word::listed;
use super::work::Work;
use ground::error::Result;
use jiff::civil::{Date, DateTime, date};
use serde::Deserialize;

/// Formats of dates (strftime), tried in order.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Formats(Vec<String>);

impl Formats {
    /// An error for an empty list, and for a format that cannot read a date that it wrote.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        // No two of its parts are equal, so that %d cannot be taken for %m.
        let sample: DateTime = date(2014, 11, 23).at(21, 45, 36, 0);
        if self.0.is_empty() {
            return Err("`formats` names no format of dates, such as \"%d/%m/%Y\"".into());
        }
        for format in &self.0 {
            let text = sample.strftime(format).to_string();
            if Date::strptime(format, &text).ok() != Some(sample.date()) {
                return Err(format!(
                    "{format:?} is no format from which a day, a month and a year can be read"
                ));
            }
        }
        Ok(())
    }

    /// The date that a text is.
    pub(crate) fn read(&self, text: &str) -> Option<Date> {
        // Most cells of an export are short numbers, so not every format is tried on them.
        if !(5..=60).contains(&text.len()) || !text.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.0.iter().find_map(|format| Date::strptime(format, text).ok())
    }

    /// The formats, in a sentence.
    pub(crate) fn described(&self) -> String {
        listed(&self.0)
    }
}

/// The keys of `drop_dates`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DropDates {
    formats: Formats,
    #[serde(default = "nine_tenths")]
    share: f64,
    columns: Option<Names>,
    #[serde(default)]
    except: Names,
}

fn nine_tenths() -> f64 {
    0.9
}

impl Action for DropDates {
    fn check(&self) -> std::result::Result<(), String> {
        if !(self.share > 0.0 && self.share <= 1.0) {
            return Err("`share` must be above 0 and at most 1".into());
        }
        self.formats.check()
    }

    fn what(&self) -> String {
        let among = described(self.columns.as_ref(), &self.except);
        format!("columns of dates out ({}), among {among}", self.formats.described())
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let (mut dropped, mut partly) = (Vec::new(), Vec::new());
        for column in work.choose(self.columns.as_ref(), &self.except)? {
            let values = work.rows() - work.empty(column);
            let dates =
                work.values(column).filter(|cell| self.formats.read(cell).is_some()).count();
            if dates > 0 && dates as f64 >= self.share * values as f64 {
                dropped.push(column);
            } else if dates > 0 {
                partly.push(work.name(column));
            }
        }
        if !partly.is_empty() {
            let note =
                format!("{} kept, with some dates but too few: {}", partly.len(), listed(&partly));
            work.note(note);
        }
        work.drop_columns(&dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(list: &[&str]) -> Formats {
        Formats(list.iter().map(|&format| format.to_owned()).collect())
    }

    #[test]
    fn a_format_must_give_a_date() {
        for good in ["%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y", "%d.%m.%y", "%Y%m%d", "%Y-%m-%d %H:%M:%S"]
        {
            assert_eq!(formats(&[good]).check(), Ok(()), "{good}");
        }
        for bad in ["%m/%Y", "d/m/Y", "", "%d/%d/%Y", "%Q"] {
            assert!(formats(&[bad]).check().is_err(), "{bad}");
        }
        assert!(formats(&[]).check().is_err());
    }

    #[test]
    fn the_first_format_that_fits_is_that_of_the_date() {
        let both = ["%d/%m/%Y", "%m/%d/%Y"];
        assert_eq!(formats(&both).read("03/04/2020"), Some(date(2020, 4, 3)));
        assert_eq!(formats(&[both[1], both[0]]).read("03/04/2020"), Some(date(2020, 3, 4)));
        assert_eq!(formats(&both).read("03/14/2020"), Some(date(2020, 3, 14)));
    }

    #[test]
    fn the_whole_text_must_be_a_date_that_exists() {
        let formats = formats(&["%d/%m/%Y", "%Y-%m-%d"]);
        assert_eq!(formats.read("29/02/2016"), Some(date(2016, 2, 29)));
        assert_eq!(formats.read("2016-02-29"), Some(date(2016, 2, 29)));
        for bad in ["29/02/2015", "2016-02-29 x", "31/04/2016", "12", "02/29/2016"] {
            assert_eq!(formats.read(bad), None, "{bad}");
        }
    }
}
