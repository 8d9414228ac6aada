//! The clinician's side: cleaning by declared rules, and the stand-in cohort.

mod cleaning_cells;
mod cleaning_columns;
mod cleaning_command;
mod cleaning_desk;
mod cleaning_language;
mod cleaning_numbers;
mod cleaning_silence;
mod raw_export;
mod simulate_command;
mod stand_in;
