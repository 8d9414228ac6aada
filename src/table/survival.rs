//! How long patients were followed and whether the event came: the columns `time` and `event` of a
//! schema.
//!
//! Which value is the event must be clear: 1, a level that answers yes, or the one that is named
//! (`event = "status=2"`).
//! All other values mean that the patient was seen last at that time without it.

use super::recode::answer;
use super::{Column, Kind, Schema, Table};
use ground::error::{Error, Place, Result};
use ground::spelling::advice;

/// The columns of a table that tell about survival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Position of the column of times.
    pub time: usize,
    /// Position of the column of events.
    pub event: usize,
    /// The cell of a patient with the event.
    pub value: f64,
}

/// What is wrong: the column, the problem and the remedy.
type Wrong = (String, String, String);

impl Outcome {
    /// What a schema says of survival; none where it says nothing or contradicts itself.
    pub fn of(schema: &Schema) -> Option<Self> {
        outcome(schema).ok().flatten()
    }

    /// How long a patient was followed and whether the event came; none where one is missing or the
    /// time is negative.
    pub fn read(&self, row: &[f64]) -> Option<(f64, bool)> {
        let (time, event) = (row[self.time], row[self.event]);
        (time >= 0.0 && !event.is_nan()).then_some((time, event == self.value))
    }

    /// The value that is the event, as text.
    pub fn text(&self, schema: &Schema) -> String {
        let column = &schema.columns[self.event];
        match column.kind.is_coded() {
            true => column.levels[self.value as usize].clone(),
            false => self.value.to_string(),
        }
    }
}

impl Schema {
    /// Forgets `time` and `event` where one of their columns is gone.
    pub fn forget_survival(&mut self) {
        let there = |name: &str| self.columns.iter().any(|column| column.name == name);
        let time = self.time.as_deref().is_some_and(there);
        let event = self.event.as_deref().is_some_and(|event| split(self, event).is_some());
        if !(time && event) {
            (self.time, self.event) = (None, None);
        }
        if self.time.is_none() || !self.strata.as_deref().is_some_and(there) {
            self.strata = None;
        }
    }

    /// What to say where cleaning dropped a column that survival needs; `given` was there before.
    pub fn lost_survival(&self, given: &Self) -> Option<&'static str> {
        let said = "survival is not judged: the column of times or of events was dropped";
        let by_group = "survival is not judged by group: the column of strata was dropped";
        match (given.time.is_some() && self.time.is_none(), given.strata.is_some()) {
            (true, _) => Some(said),
            (false, true) if self.strata.is_none() => Some(by_group),
            _ => None,
        }
    }

    /// Names the level that is the event, so that further levels leave it clear.
    pub(super) fn settle_event(&mut self) {
        let Some(outcome) = Outcome::of(self) else { return };
        let column = &self.columns[outcome.event];
        if column.kind.is_coded() && self.event.as_ref() == Some(&column.name) {
            self.event = Some(format!("{}={}", column.name, outcome.text(self)));
        }
    }

    /// Refuses `time` and `event` that contradict the columns.
    pub(super) fn check_survival(&self, file: &Place) -> Result<()> {
        let found = outcome(self).map_err(|wrong| refused(wrong, file))?;
        strata(self, found).map_err(|wrong| refused(wrong, file))
    }
}

impl Table {
    /// Refuses an event of numbers in cells that are something else.
    ///
    /// Errors: [`Error::Input`] where the event is a column of numbers with others than 0 and 1 and
    /// no value is named, or where no patient has the value that is named.
    pub fn check_survival(&self, file: &Place) -> Result<()> {
        let Some(outcome) = Outcome::of(&self.schema) else { return Ok(()) };
        let column = &self.schema.columns[outcome.event];
        if column.kind.is_coded() {
            return Ok(());
        }
        let named = self.schema.event.as_deref() != Some(column.name.as_str());
        let mut cells = self.cells.column(outcome.event).filter(|cell| !cell.is_nan());
        let wrong = if named {
            cells.all(|cell| cell != outcome.value).then_some("no patient has that value")
        } else {
            cells.any(|cell| cell != 0.0 && cell != 1.0).then_some("its numbers are not 0 and 1")
        };
        match wrong {
            None => Ok(()),
            Some(problem) => {
                let problem = format!("the event is not clear: {problem}");
                Err(refused((column.name.clone(), problem, remedy(&column.name)), file))
            }
        }
    }
}

fn refused((column, problem, remedy): Wrong, file: &Place) -> Error {
    Error::input(file.clone().column(column), problem, remedy)
}

fn remedy(column: &str) -> String {
    format!("say which value is the event: event = \"{column}=VALUE\" (--event {column}=VALUE)")
}

/// The column of an event and the value that is named, if any. A column's name may contain `=`.
fn split<'a>(schema: &'a Schema, event: &'a str) -> Option<(usize, Option<&'a str>)> {
    let place = |name: &str| schema.columns.iter().position(|column| column.name == name);
    if let Some(place) = place(event) {
        return Some((place, None));
    }
    event.match_indices('=').find_map(|(at, _)| {
        place(event[..at].trim()).map(|place| (place, Some(event[at + 1..].trim())))
    })
}

/// Whether `strata` names a column of levels beside those of survival.
fn strata(schema: &Schema, outcome: Option<Outcome>) -> std::result::Result<(), Wrong> {
    let Some(name) = &schema.strata else { return Ok(()) };
    let fail = |problem: String, remedy: &str| Err((name.clone(), problem, remedy.to_owned()));
    let Some(outcome) = outcome else {
        let remedy = "give `time` and `event` too: strata are groups of survival curves";
        return fail("`strata` without `time` and `event`".into(), remedy);
    };
    let remedy = "name a Boolean, ordinal or nominal column other than those of time and event";
    match schema.columns.iter().position(|column| column.name == *name) {
        None => {
            let advice = advice(schema.columns.iter().map(|column| column.name.as_str()), name);
            let remedy = format!("{remedy} ({advice})");
            fail("`strata` names a column that the table lacks".into(), &remedy)
        }
        Some(place) if [outcome.time, outcome.event].contains(&place) => {
            fail("`strata` names the column of times or events".into(), remedy)
        }
        Some(place) if !schema.columns[place].kind.is_coded() => {
            fail(format!("`strata` names a column of kind {}", schema.columns[place].kind), remedy)
        }
        Some(_) => Ok(()),
    }
}

fn outcome(schema: &Schema) -> std::result::Result<Option<Outcome>, Wrong> {
    let (time, event) = match (&schema.time, &schema.event) {
        (None, None) => return Ok(None),
        (Some(time), Some(event)) => (time, event),
        (Some(one), None) | (None, Some(one)) => {
            let problem = "of `time` and `event` only one is given";
            let remedy = "give both: the column of times, and that of events";
            return Err((one.clone(), problem.into(), remedy.into()));
        }
    };
    let lacks = |role: &str, name: &str| {
        let problem = format!("`{role}` names a column that the table lacks");
        // What stands behind the last mark is a value.
        let column = name.rsplit_once('=').map_or(name, |(column, _)| column.trim());
        let advice = advice(schema.columns.iter().map(|column| column.name.as_str()), column);
        let remedy =
            format!("name a column of the table ({advice}), or leave `time` and `event` out");
        (name.to_owned(), problem, remedy)
    };
    let place = schema.columns.iter().position(|column| column.name == *time);
    let time = place.ok_or_else(|| lacks("time", time))?;
    if !matches!(schema.columns[time].kind, Kind::Numerical | Kind::Integer) {
        let Column { name, kind, .. } = &schema.columns[time];
        let problem = format!("`time` names a column of kind {kind}");
        let remedy = "name a column of numbers: how long each patient was followed";
        return Err((name.clone(), problem, remedy.into()));
    }
    let (event, named) = split(schema, event).ok_or_else(|| lacks("event", event))?;
    if event == time {
        let remedy =
            "name two columns: how long a patient was followed, and whether the event came";
        let name = schema.columns[time].name.clone();
        return Err((name, "`time` and `event` name one column".into(), remedy.into()));
    }
    let value = value(&schema.columns[event], named)?;
    Ok(Some(Outcome { time, event, value }))
}

/// The cell that is the event.
fn value(column: &Column, named: Option<&str>) -> std::result::Result<f64, Wrong> {
    let fail = |problem: &str| Err((column.name.clone(), problem.into(), remedy(&column.name)));
    if column.kind.is_time() {
        return fail("`event` names a column of dates or times");
    }
    let coded = column.kind.is_coded();
    let level = match named {
        Some(named) => column.levels.iter().position(|level| level == named),
        None => {
            let yes = column.levels.iter().map(|level| answer(level) == Some(true));
            let yes: Vec<usize> =
                yes.enumerate().filter(|(_, yes)| *yes).map(|(place, _)| place).collect();
            (column.levels.len() == 2 && yes.len() == 1).then(|| yes[0])
        }
    };
    match (coded, level, named) {
        (true, Some(level), _) => Ok(level as f64),
        (true, None, Some(named)) => {
            let advice = match column.meant_level(named) {
                Some(meant) => format!("did you mean {meant:?}?"),
                None => format!("its levels are {}", column.told_levels()),
            };
            fail(&format!("`event` names a level that the column lacks ({advice})"))
        }
        (true, None, None) => fail("which level of `event` is the event is not clear"),
        (false, _, None) => Ok(1.0),
        (false, _, Some(named)) => match named.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => fail("`event` names a value that is no number, of a column of numbers"),
        },
    }
}
