//! What every kind of rule can do.

use super::work::Work;
use ground::error::Result;
use std::fmt::Debug;

/// What a kind of rule is and does.
pub(super) trait Action: Debug + Send + Sync {
    /// What contradicts itself in the rule, before any table is seen.
    fn check(&self) -> std::result::Result<(), String> {
        Ok(())
    }

    /// What the rule does, in words for the log.
    fn what(&self) -> String;

    /// Does it.
    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()>;
}
