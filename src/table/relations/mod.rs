//! Relations between columns that a table always keeps (`docs/method.md` section 10): found on the
//! training rows with the support each has, listed for people, stored as text with a model, and
//! kept in synthetic rows by repair instead of by throwing rows away.

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
