//! The clinician's work before and around the network: what is in an export, what is missing from it.

pub mod describe;
pub mod missing;
pub mod source;
