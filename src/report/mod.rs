//! What may leave the house: pictures and text for `share/`, in which no group of fewer than five patients can be seen.

pub mod bins;
mod chart;
pub mod disclosure;
pub mod distributions;
mod markdown;
mod panels;
pub mod run_facts;
pub mod summary;
mod tables;
pub mod training;
