//! Guessing a schema from the text of a table, so that the first run needs nothing but a CSV.
//!
//! `tally` counts what the cells of a column are, `guess` decides what the column is, `identifier`
//! tells numbers that were given out from those that were measured, and `trouble` makes one message
//! of all columns that cannot be used.

mod guess;
mod identifier;
mod natural;
mod tally;
mod trouble;

pub use natural::natural;
pub use tally::{is_free_text, is_numeric};

use super::moment::{day_first, reversed};
use super::read::Sheet;
use super::{Column, Schema, Warning};
use ground::error::Result;
use guess::{Guess, either_way};
use rayon::prelude::*;
use trouble::Trouble;
pub use trouble::drop_option;

impl Sheet {
    /// Guesses the kind of every column.
    ///
    /// - Numbers: at least 90 % of the cells that are neither empty nor a code such as `NA` or
    ///   `nan` are numbers, unless there are few values and the words among them are usual.
    ///   Two distinct ones make the column Boolean; else it is integer when all are whole, or
    ///   numerical.
    ///   Whole numbers of few values are learned as choices ([`crate::Column::choice`]); numbers of
    ///   many sizes keep their significant digits ([`crate::Column::digits`]).
    /// - Dates, dates with times and times of day: 90 % of the cells have one format.
    /// - Text: two distinct texts make a Boolean column, more a nominal one, with the levels in
    ///   natural order (`stage 2` before `stage 10`; `no` before `yes`).
    ///   Digits that no number holds (`01234`, or beyond 2^53) are text.
    /// - No cell at all: numerical (and later kept out of training).
    ///
    /// Cells that are missing by themselves ([`is_missing`](super::read::is_missing)) count as
    /// empty, with a warning.
    ///
    /// The words and other codes in a column of numbers are found when its cells are read
    /// ([`Sheet::table`]).
    ///
    /// Errors: one [`Error::Input`](ground::error::Error::Input) for all columns that cannot be
    /// used: text that looks like an identifier or free text (more than 50 distinct texts, or more
    /// than 10 that exceed half of the cells), numbers that were given out and not measured, dates
    /// whose day and month cannot be told apart, detection limits, units.
    /// They are refused, and not left out with a warning: a synthetic table without one of the
    /// columns would surprise later than a message does now.
    pub fn infer(&self) -> Result<(Schema, Vec<Warning>)> {
        self.infer_beside(&[])
    }

    /// Like [`Sheet::infer`], where something else than the text tells what some columns are.
    /// Known columns that the sheet lacks are ignored.
    ///
    /// Errors: as [`Sheet::infer`], for the other columns.
    pub fn infer_beside(&self, known: &[Column]) -> Result<(Schema, Vec<Warning>)> {
        let (mut columns, warnings, troubles) = self.guesses(known);
        if !troubles.is_empty() {
            return Err(trouble::error(self, &troubles));
        }
        self.count_levels(&mut columns);
        Ok((Schema { columns, ..Schema::default() }, warnings))
    }

    /// The columns that [`Sheet::infer`] refuses.
    pub fn refused(&self) -> Vec<Refused> {
        let (_, _, troubles) = self.guesses(&[]);
        let told = |of: Trouble| Refused { column: of.column, problem: of.problem };
        troubles.into_iter().map(told).collect()
    }

    /// What every column is guessed to be, what to know of it, and those that cannot be used.
    fn guesses(&self, known: &[Column]) -> (Vec<Column>, Vec<Warning>, Vec<Trouble>) {
        let guess = |column: usize| {
            let name = self.column_name(column);
            match known.iter().find(|known| known.name == name) {
                Some(known) => Guess::Column(Box::new(known.clone()), Vec::new()),
                None => self.guess(column),
            }
        };
        // Column by column, because a tally holds every number of its column.
        let mut guessed: Vec<Guess> = (0..self.columns()).into_par_iter().map(guess).collect();
        tell_days_from_months(&mut guessed);
        let mut columns = Vec::with_capacity(self.columns());
        let (mut warnings, mut troubles) = (Vec::new(), Vec::new());
        for guess in guessed {
            match guess {
                Guess::Column(column, remarks) => {
                    warnings.extend(
                        remarks
                            .into_iter()
                            .map(|text| Warning { column: column.name.clone(), text }),
                    );
                    columns.push(*column);
                }
                Guess::EitherWay(column) => troubles.push(either_way(column.name)),
                Guess::Trouble(trouble) => troubles.push(trouble),
            }
        }
        (columns, warnings, troubles)
    }
}

/// A column that cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its name.
    pub column: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Dates whose day and month could be either way round are read as the other dates of the file, if
/// these agree.
fn tell_days_from_months(guessed: &mut [Guess]) {
    let orders = guessed.iter().filter_map(|guess| match guess {
        Guess::Column(column, _) => column.format.as_deref().and_then(day_first),
        _ => None,
    });
    let orders: Vec<bool> = orders.collect();
    let Some(&first) = orders.first().filter(|first| orders.iter().all(|order| order == *first))
    else {
        return;
    };
    for guess in guessed {
        if let Guess::EitherWay(column) = guess {
            if !first {
                column.format = column.format.as_deref().map(reversed);
            }
            let remark = format!(
                "dates are read {} first, as those of other columns",
                if first { "day" } else { "month" }
            );
            *guess = Guess::Column(column.clone(), vec![remark]);
        }
    }
}
