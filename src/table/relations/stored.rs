//! A found relation as a model file has it: its text and its counts.

use super::{Found, Relation};
use crate::Schema;
use serde::{Deserialize, Serialize};

/// A found relation in a model file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    relation: String,
    support: usize,
    exceptions: usize,
    follows: bool,
    ties: bool,
}

impl Found {
    /// For a model file.
    pub fn stored(&self, schema: &Schema) -> Stored {
        let Self { support, exceptions, follows, ties, .. } = *self;
        Stored { relation: self.relation.text(schema), support, exceptions, follows, ties }
    }

    /// From a model file; says what is wrong with it.
    pub fn of(stored: &Stored, schema: &Schema) -> Result<Self, String> {
        let Stored { support, exceptions, follows, ties, .. } = *stored;
        Ok(Self {
            relation: Relation::parse(&stored.relation, schema)?,
            support,
            exceptions,
            follows,
            ties,
        })
    }
}
