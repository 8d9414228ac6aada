//! What may leave the house: pictures and text for `share/`, in which no group of fewer than five patients can be seen.

pub mod bins;
mod chart;
pub mod cleaning;
mod column_tables;
pub mod disclosure;
pub mod distributions;
mod markdown;
pub mod pair;
mod panels;
mod paper_tables;
pub mod reproduction;
pub mod roofline;
pub mod run_facts;
pub mod summary;
pub mod training;
