//! The clinician's work before and around the network: what is in an export, what is missing from it, and how it is cleaned.

pub mod cleaning;
pub mod simulate;
