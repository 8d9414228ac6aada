//! `duration`: two dates become the time between them, in a new column.

use super::action::Action;
use super::dates::Formats;
use super::work::Work;
use ground::error::Result;
use jiff::civil::Date;
use serde::Deserialize;
use std::borrow::Cow;
use table::number::kind_of;
use table::number::round;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Duration {
    from: String,
    to: String,
    into: String,
    formats: Formats,
    unit: Unit,
    #[serde(default)]
    decimals: usize,
    #[serde(default)]
    negative: Negative,
}

/// What a duration is counted in.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Days,
    Weeks,
    Months,
    Years,
}

impl Unit {
    /// Days of one unit: a year has 365.25, a month a twelfth of that.
    fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Weeks => 7.0,
            Self::Months => 365.25 / 12.0,
            Self::Years => 365.25,
        }
    }
}

/// What happens when the second date is before the first one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Negative {
    #[default]
    Error,
    Empty,
    Keep,
}

impl Action for Duration {
    fn check(&self) -> std::result::Result<(), String> {
        if self.into.is_empty() || self.into.trim() != self.into {
            return Err("`into` must be a column name without blanks around it".into());
        }
        if self.decimals > 6 {
            return Err("`decimals` must be from 0 to 6".into());
        }
        self.formats.check()
    }

    fn what(&self) -> String {
        let unit = format!("{:?}", self.unit).to_lowercase();
        format!(
            "{:?} = {unit} from {:?} to {:?} ({})",
            self.into,
            self.from,
            self.to,
            self.formats.described()
        )
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let (from, to) = (work.position(&self.from)?, work.position(&self.to)?);
        let mut cells: Vec<Cow<'a, str>> = Vec::with_capacity(work.rows());
        let (mut incomplete, mut negative) = (0, 0);
        for row in 0..work.rows() {
            let dates = (self.date(work, row, from)?, self.date(work, row, to)?);
            let (Some(start), Some(end)) = dates else {
                incomplete += usize::from(dates != (None, None));
                cells.push("".into());
                continue;
            };
            if end < start && self.negative != Negative::Keep {
                if self.negative == Negative::Error {
                    let problem = format!("a date before that of {:?}", self.from);
                    work.excuse(row, to, &problem, "correct one of the two dates")?;
                }
                negative += 1;
                cells.push("".into());
                continue;
            }
            cells.push(self.text(start, end).into());
        }
        if incomplete > 0 {
            work.note(format!("{incomplete} incomplete, with one of the two dates"));
        }
        if negative > 0 {
            work.note(format!("{negative} negative durations left empty"));
        }
        work.add_column(&self.into, cells)
    }
}

impl Duration {
    fn date(&self, work: &mut Work, row: usize, column: usize) -> Result<Option<Date>> {
        let cell = work.cell(row, column);
        if cell.is_empty() {
            return Ok(None);
        }
        let date = self.formats.read(cell);
        if date.is_none() {
            let problem = format!("{} instead of a date in one of the formats", kind_of(cell));
            work.unreadable(
                row,
                column,
                &problem,
                "write a date as in `formats`, or declare its format",
            )?;
        }
        Ok(date)
    }

    fn text(&self, start: Date, end: Date) -> String {
        let days = end.duration_since(start).as_hours() / 24;
        let decimals = self.decimals;
        format!("{:.decimals$}", round(days as f64 / self.unit.days(), decimals))
    }
}
