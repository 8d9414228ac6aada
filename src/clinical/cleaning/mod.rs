//! Cleaning an export by declared rules, each with a reason and a line in an audit log (the paper's
//! three iterations).
//!
//! `docs/cleaning.md` is the language.
//! A rule reaches the table only through `work::Work`, which records every change: that is why
//! nothing can be changed silently.

pub mod audit;
pub mod change;
mod cleaned;
mod codes;
mod complete;
mod dates;
mod derive;
mod drop_rows;
mod dropping;
mod duration;
mod limits;
mod lookup;
mod open;
mod outliers;
mod recode;
mod rounding;
pub mod rules;
mod selecting;
mod selection;
mod shape;
pub mod statistics;
mod word;
mod work;

pub use audit::Audit;
pub use cleaned::{Cleaned, clean};
pub use rules::Rules;
