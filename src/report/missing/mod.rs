//! Pictures of missing values for the owner of a table: the paper's Figures 1 to 3, and which
//! features are missing together.
//!
//! They count single patients and do not use [`crate::disclosure`], so they are not for `share/`.

mod cumulative;
mod per_patient;
mod together;

pub use cumulative::{Cumulative, cumulative_svg};
pub use per_patient::per_patient_svg;
pub use together::together_svg;
