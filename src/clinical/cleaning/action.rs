//! What every kind of rule can do.

use super::work::Work;
use ground::error::Result;
use std::fmt::Debug;

/// A kind of rule.
pub(super) trait Action: Debug + Send + Sync {
    /// Finds a contradiction in the rule, before any table is seen. The error says what it is.
    fn check(&self) -> std::result::Result<(), String> {
        Ok(())
    }

    /// What the rule does, in words for the log.
    fn what(&self) -> String;

    /// Applies the rule to the table.
    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()>;
}
