//! Reads a table as text, whatever a hospital sends: one front door tells the kinds of files apart
//! by their first bytes.
//!
//! Only what belongs to the file is interpreted here, and nothing that belongs to the medicine:
//! delimiters, encodings, decimal commas, codes for missing.
//! Readers behind the door get trimmed text with decimal points, and an empty cell for a missing
//! value.

mod bytes;
#[cfg(any(feature = "xlsx", feature = "parquet"))]
mod damaged;
mod decimal;
mod decimal_mark;
mod delimiter;
mod door;
mod header;
mod limits;
mod memory;
mod missing;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "parquet")]
mod parquet_pages;
mod rows;
mod sheet;
mod source;
mod text;
mod unnamed;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use bytes::Encoding;
pub use decimal_mark::Decimal;
pub use door::{from_bytes, from_reader, open};
pub use limits::Limits;
pub use memory::{Columns, from_memory};
pub(super) use missing::{Code, is_zero};
pub use missing::{MissingCode, is_missing};
pub use options::Options;
pub use rows::{Row, RowReader};
pub use sheet::Sheet;

use source::{Sample, Source};
