//! Relations between columns that a table always keeps (`docs/method.md` section 10).
//!
//! They are found in the training rows, each with its support, listed for people, and stored as
//! text with a model.
//! Synthetic rows that break one are repaired and not thrown away.

mod calendar;
mod chance;
mod columns;
mod conjunctions;
mod cut_offs;
mod deciding;
mod decision;
mod decisions;
mod either;
mod exact;
mod exclusive;
mod expression;
mod expression_parse;
mod extremes;
mod few_values;
mod find;
mod follows;
mod formula;
mod formulas;
mod found;
mod function;
mod groups;
mod implications;
mod keep;
mod known;
mod lacking;
mod linear;
mod nearly;
mod parse;
mod power_law;
mod products;
mod pursuit;
mod reduce;
mod relation;
mod search;
mod solve;
mod states;
mod stored;
mod sums;
mod totals;
mod transforms;
mod turned;
mod values;
mod worth;

pub use decision::DecisionTable;
pub(crate) use exact::is_single;
pub use expression::Expression;
pub use find::{declared, find, still};
pub use formula::Formula;
pub use found::{Found, listed};
pub use function::{Aggregate, Function};
pub use keep::{Keeper, Kept};
pub(crate) use known::nearest;
pub use known::{Combination, Lookup, combinations};
pub use nearly::nearly;
pub(crate) use pursuit::pursue;
pub use relation::Relation;
pub(crate) use relation::either;
pub(crate) use solve::least_squares;
pub use stored::Stored;
pub use worth::worth_keeping;
