//! What clinicians and data managers do to a table around the training: look at it, see what is
//! missing from it, clean it, make one up.
//!
//! - [`cleaning`] applies declared rules to a sheet of texts and records every change.
//! - [`describe`] says what every variable is; it reads a table once, and again only for order
//!   statistics that do not fit in memory.
//! - [`missing`] counts what is missing; it needs one bit for each cell.
//! - [`simulate`] makes the stand-in for the paper's cohort.
//! - [`source`] is a table that can be read several times.
//!
//! A column is always seen by one thread in the order of its rows, so no sum depends on the number
//! of threads.
//!
//! What `describe` and `missing` show counts single patients: it is for the owner alone, and no
//! rule of disclosure is applied to it.

pub mod cleaning;
pub mod describe;
pub mod missing;
pub mod simulate;
pub mod source;
pub mod text_table;
