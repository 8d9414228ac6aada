//! What clinicians and data managers do to a table around the training.

mod description;
mod flattening;
mod large_tables;
mod missing_values;
mod oracle;
mod pictures;
mod stand_in;
mod types;
