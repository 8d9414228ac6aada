//! What clinicians and data managers do to a table around the training.

pub mod simulate;
