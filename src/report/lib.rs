//! Reports: pictures and text for `share/`, in which no group of fewer than five patients can be
//! seen.
//!
//! `html` makes two pages, one for `share/` and one for the owner.
//!
//! `missing`, `contact_sheet` and `encoding_steps` are for the owner of a table alone, because they
//! show single patients.

pub mod bins;
mod chart;
pub mod cleaning;
mod column_tables;
pub mod contact_sheet;
pub mod disclosure;
pub mod distributions;
pub mod encoding_steps;
pub mod html;
pub mod json;
mod markdown;
pub mod missing;
pub mod pair;
mod panels;
mod paper_tables;
pub mod reproduction;
pub mod roofline;
pub mod run_facts;
pub mod scaling;
pub mod scores;
pub mod summary;
pub mod training;
pub mod verdict;
