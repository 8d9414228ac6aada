//! `round`: numbers with no more decimals than were measured; and reading numbers for every rule
//! that needs them.

use super::action::Action;
use super::selection::{Names, described};
use super::statistics::Summary;
use super::work::{Ruling, Work};
use ground::error::Result;
use serde::Deserialize;
use table::number::kind_of;
use table::number::{self, Text};

/// What a user can do about a cell that should be a number.
pub(crate) const REMEDY: &str =
    "write a number with a decimal point, declare the text in a rule of kind `missing`";

/// The number that a cell is, or what is wrong with it.
pub(crate) fn number(cell: &str) -> std::result::Result<f64, String> {
    match Text::of(cell) {
        Text::Number(number) => Ok(number),
        _ => Err(format!("{} instead of a number", kind_of(cell))),
    }
}

impl Work<'_> {
    /// The summary of a column's numbers.
    pub(crate) fn summary(&self, column: usize) -> Summary {
        let numbers = self.values(column).filter_map(|cell| number(cell).ok()).collect();
        Summary::of(numbers, self.empty(column))
    }
}

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Round {
    columns: Names,
    #[serde(default)]
    except: Names,
    decimals: usize,
}

impl Action for Round {
    fn check(&self) -> std::result::Result<(), String> {
        if self.decimals > 15 { Err("`decimals` must be from 0 to 15".into()) } else { Ok(()) }
    }

    fn what(&self) -> String {
        format!(
            "{} rounded to {} decimals",
            described(Some(&self.columns), &self.except),
            self.decimals
        )
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let decimals = self.decimals;
        for column in work.choose(Some(&self.columns), &self.except)? {
            work.revise(column, REMEDY, |cell| match number(cell) {
                Err(problem) => Ruling::Unreadable(problem),
                Ok(value) if number::decimals(value) <= decimals => Ruling::Keep,
                Ok(value) => {
                    Ruling::Become(format!("{:.decimals$}", number::round(value, decimals)).into())
                }
            })?;
        }
        Ok(())
    }
}
