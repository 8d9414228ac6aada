//! What a user should know about a column.

use std::fmt;

/// Something about a column that the user should know and that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Name of the column.
    pub column: String,
    /// What is remarkable, and what happens to the column because of it.
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {:?}: {}", self.column, self.text)
    }
}
