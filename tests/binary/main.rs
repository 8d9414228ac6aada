//! The real binary, run as a user runs it: files, streams and exit codes, on the CPU and on the
//! GPU.

#[path = "../adapter/mod.rs"]
mod adapter;

mod audit;
mod bad_tables;
mod bench_command;
mod bench_comparison;
mod canaries;
mod check;
mod cleaning_command;
mod commands;
mod conditional;
mod course;
mod csv_file;
mod damaged_models;
mod desk;
mod divergence;
mod evaluation;
mod evaluation_input;
mod exit_codes;
mod export;
mod finished;
mod formulas;
mod gates;
mod help;
mod holdout;
mod hospital_files;
mod hostile_files;
#[cfg(unix)]
mod interrupt;
#[cfg(unix)]
mod left_over;
mod licences;
mod manual;
#[cfg(unix)]
mod modes;
mod nearest_names;
mod odd_columns;
mod output_folder;
mod owner;
#[cfg(feature = "parquet")]
mod parquet_files;
mod patients;
mod plain_replay;
mod private;
mod rare_levels;
mod recipe_choices;
mod recoded;
mod reference;
mod refusals;
#[cfg(unix)]
mod remedies;
mod resume;
#[cfg(unix)]
mod resumed_tables;
mod rooms;
mod same_seed;
mod sampling;
mod shards;
mod simulate_command;
mod size;
mod stopping;
mod survival;
mod sweep;
mod tensors;
mod threads;
mod usage;
mod walls;
