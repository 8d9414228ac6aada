//! What clinicians and data managers do to a table around the training.

mod cleaning_cells;
mod cleaning_columns;
mod cleaning_desk;
mod cleaning_language;
mod cleaning_numbers;
mod cleaning_silence;
mod description;
mod flattening;
mod large_tables;
mod missing_values;
mod oracle;
mod pictures;
mod raw_export;
mod stand_in;
mod types;
