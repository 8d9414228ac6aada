//! What clinicians and data managers do to a table around the training: look at it, see what is
//! missing from it, clean it, make one up.

pub mod cleaning;
pub mod describe;
pub mod missing;
pub mod simulate;
pub mod source;
pub mod text_table;
