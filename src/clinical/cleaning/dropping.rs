//! `drop` and `drop_identifiers`: drop columns by name.

use super::action::Action;
use super::selection::{Names, described};
use super::work::Work;
use ground::error::Result;
use serde::Deserialize;

/// The keys of `drop`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Drop {
    columns: Names,
    #[serde(default)]
    except: Names,
}

impl Action for Drop {
    fn what(&self) -> String {
        format!("columns out: {}", described(Some(&self.columns), &self.except))
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let dropped = work.choose(Some(&self.columns), &self.except)?;
        work.drop_columns(&dropped)
    }
}

/// The keys of `drop_identifiers`: those of `drop`.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct DropIdentifiers(Drop);

impl Action for DropIdentifiers {
    fn what(&self) -> String {
        format!("identifiers out: {}", described(Some(&self.0.columns), &self.0.except))
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let dropped = work.choose(Some(&self.0.columns), &self.0.except)?;
        // A rule above may have changed some of their cells.
        // The texts of these changes are identifiers, too, and must not stay in the list of
        // changes.
        for &column in &dropped {
            work.forget(column);
        }
        work.drop_columns(&dropped)
    }
}
