//! Cleans an export by declared rules, each with a reason and a line in a log (the paper's three
//! iterations).
//!
//! `docs/cleaning.md` describes the language.
//! A rule can change the table only through `work::Work`, which records every change.
//! So nothing is changed silently.

mod action;
pub mod change;
mod cleaned;
mod codes;
mod complete;
mod dates;
mod derive;
mod detection;
mod drop_rows;
mod dropping;
mod duration;
mod limits;
pub mod log;
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
mod units;
mod word;
mod work;

pub use cleaned::{Cleaned, clean};
pub use log::CleaningLog;
pub use rules::Rules;
