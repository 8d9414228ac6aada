//! `range`: the numbers that are possible at all. A number outside of them becomes an empty cell.

use super::action::Action;
use super::rounding::{REMEDY, number};
use super::work::{Ruling, Work};
use ground::error::Result;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    ranges: BTreeMap<String, Range>,
    #[serde(default)]
    strict: bool,
}

/// Smallest and largest possible value, both allowed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    min: Option<f64>,
    max: Option<f64>,
    unit: Option<String>,
}

impl Range {
    fn has(&self, value: f64) -> bool {
        self.min.is_none_or(|min| min <= value) && self.max.is_none_or(|max| value <= max)
    }

    fn described(&self) -> String {
        let range = match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, max) => format!("at most {}", max.unwrap_or(f64::INFINITY)),
        };
        self.unit.as_ref().map_or(range.clone(), |unit| format!("{range} {unit}"))
    }
}

impl Action for Limits {
    fn check(&self) -> std::result::Result<(), String> {
        if self.ranges.is_empty() {
            return Err("no ranges are given: write ranges.NAME = { min = 0, max = 1 }".into());
        }
        for (name, range) in &self.ranges {
            match (range.min, range.max) {
                (None, None) => {
                    return Err(format!("the range of {name:?} has neither `min` nor `max`"));
                }
                (Some(min), Some(max)) if min > max || min.is_nan() || max.is_nan() => {
                    return Err(format!("the range of {name:?} is empty: `min` is above `max`"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn what(&self) -> String {
        let ranges =
            self.ranges.iter().map(|(name, range)| format!("{name} {}", range.described()));
        format!("possible values: {}", ranges.collect::<Vec<_>>().join("; "))
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        for (column, range) in self.assigned(work)? {
            let before = work.summary(column);
            let (mut below, mut above) = (0, 0);
            let remedy = if self.strict { "correct the cell or the range" } else { REMEDY };
            work.revise(column, remedy, |cell| match number(cell) {
                Err(problem) => Ruling::Unreadable(problem),
                Ok(value) if range.has(value) => Ruling::Keep,
                Ok(_) if self.strict => {
                    Ruling::Unreadable(format!("a number outside of {}", range.described()))
                }
                Ok(value) => {
                    let low = range.min.is_some_and(|min| value < min);
                    (below, above) = (below + usize::from(low), above + usize::from(!low));
                    Ruling::Become("".into())
                }
            })?;
            if below + above > 0 {
                let (name, range) = (work.name(column).to_owned(), range.described());
                work.note(format!("{name} ({range}): {below} below, {above} above"));
            }
            let after = work.summary(column);
            work.remember(column, before, after);
        }
        Ok(())
    }
}

impl Limits {
    /// Every column with its range, left to right; an error when two entries name one column.
    fn assigned<'a>(&'a self, work: &Work) -> Result<BTreeMap<usize, &'a Range>> {
        let names = work.names();
        let mut assigned = BTreeMap::new();
        for (entry, range) in &self.ranges {
            for column in work.find(&names, entry)? {
                if assigned.insert(column, range).is_some() {
                    let problem = format!("two entries give {:?} a range", names[column]);
                    return Err(work.fault(problem, "make the pattern narrower, or use two rules"));
                }
            }
        }
        Ok(assigned)
    }
}
