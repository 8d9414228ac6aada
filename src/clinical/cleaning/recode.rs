//! `recode`: texts become numbers, or other texts; nominal levels get an order.

use super::action::Action;
use super::lookup::{Lookup, Spelling};
use super::selection::{Names, described};
use super::word::{Word, listed};
use super::work::{Ruling, Work};
use ground::error::Result;
use serde::Deserialize;
use std::collections::BTreeMap;
use table::number::kind_of;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recode {
    columns: Names,
    #[serde(default)]
    except: Names,
    order: Option<Vec<Word>>,
    start: Option<i64>,
    levels: Option<BTreeMap<String, Word>>,
    #[serde(default)]
    ignore_case: bool,
    #[serde(default)]
    ignore_space: bool,
    #[serde(default)]
    unknown: Unknown,
}

/// What happens to a text that is no level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unknown {
    #[default]
    Error,
    Empty,
    Keep,
}

impl Action for Recode {
    fn check(&self) -> std::result::Result<(), String> {
        if self.order.is_some() == self.levels.is_some() {
            return Err("give exactly one of `order` and `levels`".into());
        }
        if self.start.is_some() && self.levels.is_some() {
            return Err("`start` goes with `order`".into());
        }
        let pairs = self.pairs();
        if pairs.is_empty() {
            return Err("no levels are given".into());
        }
        let lookup = self.lookup(&pairs);
        for (text, new) in &pairs {
            if text.is_empty() {
                return Err("an empty text is no level: empty cells stay empty".into());
            }
            let first = lookup.find(text).expect("every level is looked up");
            if pairs[first].1 != *new {
                return Err(format!(
                    "{:?} and {text:?} are the same level with different numbers",
                    pairs[first].0
                ));
            }
        }
        Ok(())
    }

    fn what(&self) -> String {
        let pairs: Vec<String> = self
            .pairs()
            .into_iter()
            .map(|(old, new)| format!("{old} = {}", if new.is_empty() { "empty" } else { &new }))
            .collect();
        let columns = described(Some(&self.columns), &self.except);
        format!("{columns} recoded: {}", pairs.join(", "))
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let pairs = self.pairs();
        let lookup = self.lookup(&pairs);
        let mut met = vec![false; pairs.len()];
        let remedy = "add the level to the rule, or correct the cell";
        let mut kept = 0;
        for column in work.choose(Some(&self.columns), &self.except)? {
            work.revise(column, remedy, |cell| match (lookup.find(cell), self.unknown) {
                (Some(level), _) => {
                    met[level] = true;
                    Ruling::Become(pairs[level].1.clone().into())
                }
                (None, Unknown::Empty) => Ruling::Become("".into()),
                (None, Unknown::Keep) => {
                    kept += 1;
                    Ruling::Keep
                }
                (None, Unknown::Error) => Ruling::Unreadable(format!(
                    "{} that is none of the {} levels",
                    kind_of(cell),
                    pairs.len()
                )),
            })?;
        }
        if kept > 0 {
            work.note(format!("{kept} cells with an unknown level kept"));
        }
        self.note_unmet(&pairs, &lookup, &met, work);
        Ok(())
    }
}

impl Recode {
    /// Every level with its new text, in order.
    fn pairs(&self) -> Vec<(String, String)> {
        let start = self.start.unwrap_or(1);
        let ordered = self.order.iter().flatten().enumerate();
        let ordered =
            ordered.map(|(place, level)| (level.0.clone(), (start + place as i64).to_string()));
        let named = self
            .levels
            .iter()
            .flatten()
            .map(|(level, new)| (level.trim().to_owned(), new.0.clone()));
        ordered.chain(named).collect()
    }

    fn lookup(&self, pairs: &[(String, String)]) -> Lookup {
        let spelling = Spelling { ignore_case: self.ignore_case, ignore_space: self.ignore_space };
        Lookup::new(pairs.iter().map(|(level, _)| level.as_str()), spelling)
    }

    fn note_unmet(
        &self,
        pairs: &[(String, String)],
        lookup: &Lookup,
        met: &[bool],
        work: &mut Work,
    ) {
        let is_met = |level: &str| lookup.find(level).is_some_and(|first| met[first]);
        let unmet: Vec<&str> =
            pairs.iter().map(|(level, _)| level.as_str()).filter(|level| !is_met(level)).collect();
        if !unmet.is_empty() {
            work.note(format!("no cell has the level {}", listed(&unmet)));
        }
    }
}
