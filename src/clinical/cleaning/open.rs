//! `drop_open`: drops variables with open answers: those that too few answered, and free text.

use super::action::Action;
use super::selection::{Names, described};
use super::word::listed;
use super::work::Work;
use ground::error::Result;
use serde::Deserialize;
use std::collections::HashSet;
use table::number::Text;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DropOpen {
    response: Option<f64>,
    texts_above: Option<usize>,
    length_above: Option<f64>,
    named: Option<Names>,
    columns: Option<Names>,
    #[serde(default)]
    except: Names,
}

impl Action for DropOpen {
    fn check(&self) -> std::result::Result<(), String> {
        if self.texts_above.is_some() != self.length_above.is_some() {
            return Err("`texts_above` and `length_above` go together".into());
        }
        if self.response.is_none() && self.texts_above.is_none() && self.named.is_none() {
            return Err(
                "give at least one of `response`, `texts_above` with `length_above`, and `named`"
                    .into(),
            );
        }
        if self.response.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err("`response` must be a share from 0 to 1 (1.25 % is 0.0125)".into());
        }
        Ok(())
    }

    fn what(&self) -> String {
        let mut ways = Vec::new();
        if let Some(share) = self.response {
            ways.push(format!("answered by less than {} %", 100.0 * share));
        }
        if let (Some(texts), Some(length)) = (self.texts_above, self.length_above) {
            ways.push(format!(
                "with more than {texts} texts of more than {length} characters on average"
            ));
        }
        if let Some(named) = &self.named {
            ways.push(format!("named {}", named.described()));
        }
        format!(
            "open responses out: {} (in {})",
            ways.join(", or "),
            described(self.columns.as_ref(), &self.except)
        )
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let none = Names::default();
        let spared = if self.except.0.is_empty() {
            Vec::new()
        } else {
            work.choose(Some(&self.except), &none)?
        };
        let named = self
            .named
            .as_ref()
            .map(|named| work.choose(Some(named), &none))
            .transpose()?
            .unwrap_or_default();
        let watched = work.choose(self.columns.as_ref(), &none)?;
        let (mut seldom, mut free, mut by_name) = (Vec::new(), Vec::new(), Vec::new());
        for column in (0..work.names().len()).filter(|column| !spared.contains(column)) {
            let looks = watched.contains(&column);
            if looks && self.is_seldom(work, column) {
                seldom.push(column);
            } else if looks && self.is_free_text(work, column) {
                free.push(column);
            } else if named.contains(&column) {
                by_name.push(column);
            }
        }
        for (columns, why) in
            [(&seldom, "answered by too few"), (&free, "free text"), (&by_name, "by name")]
        {
            if !columns.is_empty() {
                let names: Vec<&str> = columns.iter().map(|&column| work.name(column)).collect();
                work.note(format!("{} {why}: {}", columns.len(), listed(&names)));
            }
        }
        work.drop_columns(&[seldom, free, by_name].concat())
    }
}

impl DropOpen {
    fn is_seldom(&self, work: &Work, column: usize) -> bool {
        let answers = work.patients(|row| !work.cell(row, column).is_empty());
        let all = work.patients(|_| true);
        self.response.is_some_and(|share| (answers as f64) < share * all as f64)
    }

    fn is_free_text(&self, work: &Work, column: usize) -> bool {
        let (Some(most), Some(length)) = (self.texts_above, self.length_above) else {
            return false;
        };
        let texts: HashSet<&str> =
            work.values(column).filter(|cell| !matches!(Text::of(cell), Text::Number(_))).collect();
        let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
        texts.len() > most && characters as f64 > length * texts.len() as f64
    }
}
