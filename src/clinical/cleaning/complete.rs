//! `complete`: dependent variables get the value that their independent variable implies.
//! Example: a patient who never smoked has no pack-years.

use super::action::Action;
use super::lookup::{Lookup, Spelling};
use super::selection::Names;
use super::word::{Word, listed};
use super::work::Work;
use ground::error::Result;
use serde::Deserialize;
use std::borrow::Cow;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Complete {
    column: Option<String>,
    equals: Option<Vec<Word>>,
    #[serde(default)]
    empty: bool,
    targets: Names,
    value: Option<Word>,
    from: Option<String>,
    #[serde(default)]
    overwrite: bool,
}

impl Action for Complete {
    fn check(&self) -> std::result::Result<(), String> {
        if self.value.is_some() == self.from.is_some() {
            return Err("give exactly one of `value` and `from`".into());
        }
        if self.value.as_ref().is_some_and(|value| value.0.is_empty()) {
            return Err("`value` is empty: a rule of kind `missing` empties cells".into());
        }
        match (&self.column, &self.equals, self.empty) {
            (Some(_), Some(_), false) | (Some(_), None, true) => Ok(()),
            (None, None, false) if self.from.is_some() => Ok(()),
            _ => Err("the condition is `column` with either `equals` or `empty = true`".into()),
        }
    }

    fn what(&self) -> String {
        let filled = if self.overwrite { "set" } else { "filled where empty" };
        let source = match (&self.value, &self.from) {
            (Some(value), _) => format!("with {:?}", value.0),
            (_, from) => format!("from {:?}", from.as_deref().unwrap_or_default()),
        };
        let condition = match (&self.column, &self.equals) {
            (Some(column), Some(values)) => format!(", if {column:?} is {}", listed(values)),
            (Some(column), None) => format!(", if {column:?} is empty"),
            _ => String::new(),
        };
        format!("{} {filled} {source}{condition}", self.targets.described())
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let rows = self.rows(work)?;
        let from = self.from.as_ref().map(|from| work.position(from)).transpose()?;
        let mut kept = 0;
        for target in work.choose(Some(&self.targets), &Names::default())? {
            if Some(target) == from {
                return Err(work
                    .fault("a column would be completed from itself", "take it out of `targets`"));
            }
            for &row in &rows {
                let new: Cow<'a, str> = match (from, &self.value) {
                    (Some(from), _) => Cow::Owned(work.cell(row, from).to_owned()),
                    (None, value) => {
                        Cow::Borrowed(value.as_ref().map_or("", |value| value.0.as_str()))
                    }
                };
                let old = work.cell(row, target);
                if new.is_empty() || same(old, &new) {
                    continue;
                }
                if old.is_empty() || self.overwrite {
                    work.set(row, target, new);
                } else {
                    kept += 1;
                }
            }
        }
        if kept > 0 {
            work.note(format!("{kept} cells with a different value kept"));
        }
        Ok(())
    }
}

impl Complete {
    /// The rows that meet the condition.
    fn rows(&self, work: &Work) -> Result<Vec<usize>> {
        let Some(column) = &self.column else {
            return Ok((0..work.rows()).collect());
        };
        let column = work.position(column)?;
        let values =
            Lookup::new(self.equals.iter().flatten().map(AsRef::as_ref), Spelling::default());
        let meets = |cell: &str| if cell.is_empty() { self.empty } else { values.has(cell) };
        Ok((0..work.rows()).filter(|&row| meets(work.cell(row, column))).collect())
    }
}

/// `0.0` is the same value as `0`.
fn same(old: &str, new: &str) -> bool {
    !old.is_empty() && Lookup::new([new], Spelling::default()).has(old)
}
