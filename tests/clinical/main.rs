//! The owner's view of a table: described, its missing values, its pictures.

mod description;
mod flattening;
mod large_tables;
mod missing_values;
mod oracle;
mod pictures;
mod types;
