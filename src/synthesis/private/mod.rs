//! The recipe `private`: patients made of two noisy releases alone.
//!
//! | step | what it does | who sees patients |
//! |---|---|---|
//! | [`PublicTable::of`] | what the schema says of every column | nobody |
//! | [`Ledger`] | adds up what was spent on a table, before more is spent | nobody |
//! | [`Release::draw`] | histograms and second moments with noise | the mechanism |
//! | [`Release::copula`] | patients from the releases, to train a generator on | nobody |

mod choice;
mod form;
mod imagined;
mod ledger;
#[cfg(test)]
mod neighbours;
mod public;
mod release;
mod words;

pub use form::form;
pub use ledger::{Account, Ledger, LockedLedger, Spent};
pub use privacy::accountant;
pub use privacy::copula::Copula;
pub use privacy::mechanism::{Entropy, OperatingSystem};
pub use public::PublicTable;
pub use release::{Keep, Plan, Release};
pub use report::release::MadeBy;
