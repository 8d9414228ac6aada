//! Synthetic patients from a model, as many as there is time for, in bounded memory.
//!
//! A patient depends on the model, the seed and its number alone, so any range of the endless
//! synthetic table can be made by itself.

mod conditions;
mod generator;
mod pipeline;
mod rows;
mod stream;
mod writing;

pub use conditions::{Accepted, Wanted};
pub(super) use generator::Source;
pub use generator::{Finish, Generator, Part, Raw};
pub use rows::Rows;
pub use stream::Stream;
pub use writing::Format;
