//! The columns of the export while they are made.

/// Columns under construction: a name and one cell per patient.
pub(super) type Columns = Vec<(String, Vec<String>)>;
