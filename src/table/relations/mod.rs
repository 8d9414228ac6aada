//! Relations between columns that a table always keeps (`docs/method.md` section 10).
//!
//! They are found in the training rows, each with its support, listed for people, and stored as
//! text with a model.
//! Synthetic rows that break one are repaired and not thrown away.

mod chance;
mod columns;
mod find;
mod found;
mod implications;
mod keep;
mod parse;
mod reduce;
mod relation;
mod states;
mod stored;
mod sums;
mod worth;

pub use find::find;
pub use found::{Found, listed};
pub use keep::{Keeper, Kept};
pub use relation::Relation;
pub use stored::Stored;
pub use worth::worth_keeping;
