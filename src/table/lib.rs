//! The clinical table: reading, schema, cleaning, encoding to [-1, 1] and back.

pub mod bundled;
pub mod calibrate;
pub mod cells;
pub mod clean;
pub mod condition;
pub mod decode;
pub mod encode;
pub mod flattening;
pub mod formula;
mod from_file;
pub mod holdout;
pub mod infer;
mod kind;
pub mod number;
pub mod pixels;
pub mod postprocess;
pub mod quantile;
pub mod read;
pub mod relations;
mod schema;
mod table;
pub mod threshold;
pub mod typed;
mod warning;
mod widen;
pub mod write;
#[cfg(feature = "parquet")]
pub mod write_parquet;

pub use kind::Kind;
pub use schema::{Column, Schema};
pub use table::Table;
pub use warning::Warning;
