//! The clinical table: reading, schema, cleaning, encoding to [-1, 1] and back.
//!
//! A [`Table`] is a schema and a matrix: a number is itself, a level is its index, a missing cell
//! is NaN.
//!
//! The way of a table:
//!
//! 1. [`read`]: text cells with places, from text, gzip, .xlsx or .parquet;
//! 2. [`infer`] or [`Schema`]: what the columns are;
//! 3. [`cells`]: numbers, or the error that names the cell;
//! 4. [`clean`]: rows and columns with too many missing cells go;
//! 5. [`encode`] with [`pixels`] (the paper's encoding), or [`typed`]: a matrix for the engine;
//! 6. [`postprocess`], [`calibrate`], [`decode`], or [`typed`] again: a generated matrix becomes a
//!    table;
//! 7. [`write`](mod@write): CSV, or Parquet with the feature `parquet`.
//!
//! Beside this way:
//!
//! - [`condition`] is the language of `--where`, with the counts that say how many training rows
//!   are behind a condition;
//! - [`relations`] finds what all rows keep, writes it in that language, and repairs rows that
//!   break it;
//! - [`holdout`] keeps patients back before anything is fitted;
//! - [`formula`] guards texts that a spreadsheet would execute, wherever CSV is written, and takes
//!   the guard off where text is read;
//! - [`few`] takes away levels of too few patients;
//! - [`flattening`] is the rule behind `auto` thresholds;
//! - `widen` makes one schema hold two tables, and `recode` finds levels that one writes otherwise;
//! - [`coarse`] takes out of a model what describes patients;
//! - [`bundled`] carries the default cohort in the binary.

mod averaged;
pub mod bundled;
pub mod calibrate;
pub mod cells;
pub mod clean;
pub mod coarse;
mod column;
pub mod condition;
pub mod decode;
mod digits;
pub mod encode;
pub mod few;
pub mod flattening;
pub mod formula;
mod from_file;
pub mod holdout;
pub mod infer;
mod kind;
mod moment;
pub mod number;
pub mod pixels;
pub mod postprocess;
mod public;
pub mod quantile;
pub mod quantity;
pub mod read;
mod recode;
pub mod relations;
mod repeated;
mod schema;
mod shared_encoding;
mod spikes;
pub mod survival;
mod table;
mod telling;
pub mod threshold;
pub mod typed;
mod warning;
mod widen;
pub mod write;
#[cfg(feature = "parquet")]
pub mod write_parquet;

pub use kind::Kind;
pub use public::{End, Scale};
pub use schema::{Column, Schema};
pub use table::Table;
pub use telling::Tellable;
pub use warning::Warning;
pub use widen::Beside;
