//! Reports: pictures and text for `share/`, in which no group of fewer than five patients can be
//! seen.
//!
//! [`disclosure`] is the one rule of what may be shown; every picture, table and number for
//! `share/` applies it.
//! `synthetic.csv` is no report and does not: with the recipe `paper` an extreme or a rare level of
//! a single patient can appear in it, and the summary says so.
//!
//! `html` makes two pages, one for `share/` and one for the owner; `disclosure::Audience` is the
//! one switch between them.
//! `verdict` makes the sentences from the scores by fixed thresholds, and knows nothing of HTML;
//! `json` prints the same verdict.
//!
//! `release` is the report of a private run for anyone: nothing in it is computed from patients
//! except what was released.
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
pub mod gathered;
pub mod html;
pub mod json;
pub mod kept_relations;
mod markdown;
pub mod missing;
pub mod pair;
mod panels;
mod paper_tables;
pub mod release;
pub mod reproduction;
pub mod roofline;
pub mod run_record;
pub mod scaling;
pub mod scores;
pub mod summary;
pub mod survival;
mod tally;
pub mod training;
pub mod verdict;
