//! What clinicians and data managers do with a table around the training: describe it, see what is
//! missing, clean it, make one up.

pub mod cleaning;
pub mod describe;
pub mod missing;
pub mod simulate;
pub mod source;
pub mod text_table;
