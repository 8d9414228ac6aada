//! `derive`: one variable from several.
//! Examples: any chemotherapy = induction or concomitant or adjuvant; how many relatives had
//! cancer.

use super::action::Action;
use super::lookup::{Lookup, Spelling};
use super::selection::{Names, described};
use super::word::{Word, listed};
use super::work::Work;
use ground::error::Result;
use serde::Deserialize;
use std::borrow::Cow;
use table::number::kind_of;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Derive {
    into: String,
    how: How,
    columns: Names,
    #[serde(default)]
    except: Names,
    #[serde(default = "one")]
    true_values: Vec<Word>,
    #[serde(default = "zero")]
    false_values: Vec<Word>,
    #[serde(default)]
    missing: Missing,
    write: Option<[Word; 2]>,
    #[serde(default)]
    ignore_case: bool,
}

fn zero() -> Vec<Word> {
    vec![Word("0".into())]
}

fn one() -> Vec<Word> {
    vec![Word("1".into())]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum How {
    Any,
    All,
    None,
    Count,
}

/// What an empty cell counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Missing {
    #[default]
    Unknown,
    False,
}

/// How many cells of a row are true, false and unknown.
#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    yes: usize,
    no: usize,
    unknown: usize,
}

impl Action for Derive {
    fn check(&self) -> std::result::Result<(), String> {
        if self.into.is_empty() || self.into.trim() != self.into {
            return Err("`into` must be a column name without blanks around it".into());
        }
        if self.how == How::Count && self.write.is_some() {
            return Err("`write` does not go with how = \"count\"".into());
        }
        let spelling = self.spelling();
        let no = Lookup::new(self.false_values.iter().map(AsRef::as_ref), spelling);
        match self.true_values.iter().find(|word| no.has(&word.0)) {
            Some(both) => Err(format!("{:?} is in `true_values` and in `false_values`", both.0)),
            None if self.true_values.is_empty() => Err("`true_values` is empty".into()),
            None => Ok(()),
        }
    }

    fn what(&self) -> String {
        let how = format!("{:?}", self.how).to_lowercase();
        let missing = if self.missing == Missing::False { "counts as false" } else { "is unknown" };
        let columns = described(Some(&self.columns), &self.except);
        let (yes, no) = (listed(&self.true_values), listed(&self.false_values));
        format!(
            "{:?} = {how} of {columns} (true: {yes}; false: {no}; an empty cell {missing})",
            self.into
        )
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let yes = Lookup::new(self.true_values.iter().map(AsRef::as_ref), self.spelling());
        let no = Lookup::new(self.false_values.iter().map(AsRef::as_ref), self.spelling());
        let any_text = yes.has("*");
        let mut votes = vec![Votes::default(); work.rows()];
        for column in work.choose(Some(&self.columns), &self.except)? {
            for (row, votes) in votes.iter_mut().enumerate() {
                let cell = work.cell(row, column);
                if cell.is_empty() {
                    votes.unknown += 1;
                } else if no.has(cell) {
                    votes.no += 1;
                } else if any_text || yes.has(cell) {
                    votes.yes += 1;
                } else {
                    votes.unknown += 1;
                    let problem =
                        format!("{} that is neither true nor false by the rule", kind_of(cell));
                    work.unreadable(
                        row,
                        column,
                        &problem,
                        "add it to `true_values` or `false_values`",
                    )?;
                }
            }
        }
        let cells: Vec<Cow<'a, str>> = votes.into_iter().map(|votes| self.text(votes)).collect();
        let empty = cells.iter().filter(|cell| cell.is_empty()).count();
        if empty > 0 {
            work.note(format!("{empty} cells of {:?} stay empty: not known", self.into));
        }
        work.add_column(&self.into, cells)
    }
}

impl Derive {
    fn spelling(&self) -> Spelling {
        Spelling { ignore_case: self.ignore_case, ignore_space: false }
    }

    fn text(&self, votes: Votes) -> Cow<'_, str> {
        if self.how == How::Count {
            return match self.value_known(votes) {
                true => votes.yes.to_string().into(),
                false => "".into(),
            };
        }
        let [no, yes] =
            self.write.as_ref().map_or(["0", "1"], |[no, yes]| [no.0.as_str(), yes.0.as_str()]);
        match self.truth(votes) {
            Some(true) => yes.into(),
            Some(false) => no.into(),
            None => "".into(),
        }
    }

    fn value_known(&self, votes: Votes) -> bool {
        votes.unknown == 0 || self.missing == Missing::False
    }

    /// Kleene's three-valued logic: the result is known if no value of the unknown cells could
    /// change it.
    fn truth(&self, votes: Votes) -> Option<bool> {
        let known = self.value_known(votes);
        let any = if votes.yes > 0 { Some(true) } else { known.then_some(false) };
        match self.how {
            How::Any => any,
            How::None => any.map(|any| !any),
            How::All if votes.no > 0 || (votes.unknown > 0 && self.missing == Missing::False) => {
                Some(false)
            }
            How::All => known.then_some(true),
            How::Count => unreachable!("a count has no truth"),
        }
    }
}
