//! `missing`: codes that mean "no value" become empty cells.

use super::action::Action;
use super::lookup::{Lookup, Spelling};
use super::selection::{Names, described};
use super::word::{Word, listed};
use super::work::{Ruling, Work};
use ground::error::Result;
use serde::Deserialize;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Missing {
    codes: Vec<Word>,
    columns: Option<Names>,
    #[serde(default)]
    except: Names,
    #[serde(default)]
    ignore_case: bool,
}

impl Action for Missing {
    fn check(&self) -> std::result::Result<(), String> {
        if self.codes.iter().all(|code| code.0.is_empty()) {
            return Err("`codes` names no code (an empty cell is missing anyway)".into());
        }
        Ok(())
    }

    fn what(&self) -> String {
        format!(
            "{} mean missing in {}",
            listed(&self.codes),
            described(self.columns.as_ref(), &self.except)
        )
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let spelling = Spelling { ignore_case: self.ignore_case, ignore_space: false };
        let codes = Lookup::new(self.codes.iter().map(AsRef::as_ref), spelling);
        for column in work.choose(self.columns.as_ref(), &self.except)? {
            let judge = |cell: &str| {
                if codes.has(cell) { Ruling::Become("".into()) } else { Ruling::Keep }
            };
            work.revise(column, "", judge)?;
        }
        Ok(())
    }
}
