//! `--where`: which generated patients are wanted, how long to look for them, and when a condition
//! is too rare to be honest about.

use ground::error::{Error, Result};
use std::ops::Range;
use table::condition::{Condition, Support};
use table::quantile::TOGETHER;
use table::{Schema, Table};

/// Generated rows that are looked at before giving up, whatever was found.
const LEAST_TRIES: u64 = 200_000;

/// And for every row that was found.
const TRIES_EACH: u64 = 10_000;

/// All conditions of a run.
pub struct Wanted {
    conditions: Vec<Condition>,
    /// As the user wrote them.
    text: String,
    training: usize,
}

/// What was found so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accepted {
    /// Rows that satisfy the conditions.
    pub count: u64,
    /// Rows up to the last of them, or all that were looked at.
    pub tried: u64,
}

impl Wanted {
    /// Reads the conditions; none without any.
    /// Errors ([`Error::Usage`]): a condition that the model's columns do not allow, or that fewer
    /// than five training patients satisfy.
    pub fn of(
        texts: &[impl AsRef<str>],
        schema: &Schema,
        support: &Support,
    ) -> Result<Option<Self>> {
        let mut schema = schema.clone();
        support.tell_levels(&mut schema);
        let read = |text: &str| {
            let wrong = |problem: String| Error::Usage(format!("--where {text:?}: {problem}"));
            let condition = Condition::parse(text, &schema).map_err(wrong)?;
            if support.rows_with(&condition) < TOGETHER {
                let problem = format!(
                    "fewer than {TOGETHER} of the {} training patients are like that; what a \
                     model makes of so few is either them or invented. Ask for more",
                    support.rows()
                );
                return Err(wrong(problem));
            }
            Ok(condition)
        };
        let conditions =
            texts.iter().map(|text| read(text.as_ref())).collect::<Result<Vec<_>>>()?;
        let joined = texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join("\" and \"");
        let wanted = Self { conditions, text: joined, training: support.rows() };
        Ok((!texts.is_empty()).then_some(wanted))
    }

    fn holds(&self, row: &[f64]) -> bool {
        self.conditions.iter().all(|condition| condition.holds(row))
    }
}

impl Accepted {
    /// Looks at the rows of a table that starts at row `first` of the endless one.
    /// Of the rows that satisfy the conditions, counted from 0, those in `range` are appended to
    /// `cells`; nothing is looked at behind the last of them.
    pub(super) fn take(
        &mut self,
        wanted: &Wanted,
        table: &Table,
        first: u64,
        range: Range<u64>,
        cells: &mut Vec<f64>,
    ) {
        for row in 0..table.rows() {
            if self.count == range.end {
                return;
            }
            self.tried = first + row as u64 + 1;
            let row = table.cells.row(row);
            if wanted.holds(row) {
                if range.contains(&self.count) {
                    cells.extend_from_slice(row);
                }
                self.count += 1;
            }
        }
    }

    /// Whether it is worth while to look at more rows. Errors ([`Error::Usage`]) when it is not.
    pub(super) fn go_on(&self, wanted: &Wanted, rows: u64) -> Result<()> {
        let most = LEAST_TRIES.max(TRIES_EACH.saturating_mul(self.count));
        if self.tried < most { Ok(()) } else { Err(self.given_up(wanted, rows)) }
    }

    /// Too few rows satisfy the conditions.
    pub(super) fn given_up(&self, wanted: &Wanted, rows: u64) -> Error {
        let Wanted { text, training, .. } = wanted;
        Error::Usage(format!(
            "--where \"{text}\": given up after {} generated patients, of which {} satisfy the \
             conditions ({rows} are asked for); that would be about {:.1} of the {training} \
             training patients, too rare to be learned; ask for more",
            self.tried,
            self.count,
            self.expected(*training)
        ))
    }

    /// How rare the conditions are.
    pub fn told(&self, training: usize) -> String {
        let (count, tried) = (self.count, self.tried);
        let (share, expected) =
            (100.0 * self.count as f64 / self.tried.max(1) as f64, self.expected(training));
        let told = format!(
            "{count} of {tried} generated patients satisfy the conditions ({share:.2} %), which \
             would be about {expected:.0} of the {training} training patients"
        );
        if expected >= TOGETHER as f64 {
            return told;
        }
        format!(
            "warning: {told}: too few to learn from. Take these for the generator's guess, not \
             for what such patients are like"
        )
    }

    /// Training patients that would satisfy the conditions if they were as common as among
    /// generated ones.
    fn expected(&self, training: usize) -> f64 {
        training as f64 * self.count as f64 / self.tried.max(1) as f64
    }
}
