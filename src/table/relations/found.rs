//! A relation with the training rows that speak for it.

use super::Relation;
use crate::Schema;

/// A relation with what the training rows say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The relation.
    pub relation: Relation,
    /// Training rows that it says something about.
    pub support: usize,
    /// Those of them that break it; 0 unless the user asked for the relation.
    pub exceptions: usize,
    /// Whether other relations of the list already say it.
    pub follows: bool,
    /// Of an order: whether equal values are usual. Then a row that breaks it gets equal values.
    pub ties: bool,
}

/// The list for people: one relation a line with its support, without those that follow from
/// others.
pub fn listed(found: &[Found], schema: &Schema) -> Vec<String> {
    let line = |found: &Found| {
        let rows = if found.support == 1 { "row" } else { "rows" };
        let broken = match found.exceptions {
            0 => String::new(),
            exceptions => format!(", {exceptions} of which break it"),
        };
        format!("{} ({} {rows}{broken})", found.relation.text(schema), found.support)
    };
    found.iter().filter(|found| !found.follows).map(line).collect()
}
