//! What can be asked for on the command line.

mod bench;
mod changes;
mod clean;
mod clinical;
mod course;
mod engine;
mod evaluate;
mod examples;
mod export;
mod formula;
mod keeping;
mod reproduce;
mod run;
mod sample;
mod schema;
mod simulate;
mod survival;
mod sweep;
mod table;

pub(super) use self::engine::{ApiOption, EngineOptions};
pub(super) use self::table::TableOptions;
pub(super) use bench::{BenchBackend, BenchOptions};
pub(super) use changes::ChangeOptions;
pub(super) use clean::CleanOptions;
pub(super) use clinical::{DescribeOptions, ImagesOptions, MissingOptions};
pub(super) use course::CourseOptions;
pub(super) use evaluate::EvaluateOptions;
pub(super) use export::ExportOptions;
pub(super) use formula::FormulaOptions;
pub(super) use keeping::{CheckpointOptions, GateOptions, OnDeviceLoss};
pub(super) use reproduce::ReproduceOptions;
pub(super) use run::RunOptions;
pub(super) use sample::SampleOptions;
pub(super) use schema::SchemaOptions;
pub(super) use simulate::SimulateOptions;
pub(super) use survival::SurvivalOptions;
pub(super) use sweep::{GatherOptions, SweepOptions};

use clap::{Args, Parser, Subcommand};

/// Synthetic patients from a small clinical table, by a GAN on any GPU or on the CPU.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true, max_term_width = 80)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Clean a table, train on it, sample synthetic patients and compare them with the real ones.
    #[command(after_long_help = examples::RUN)]
    Run(RunOptions),
    /// Clean a table and train on it; `sample` makes patients of the model later.
    #[command(after_long_help = examples::TRAIN)]
    Train(RunOptions),
    /// Say what `run` with the same options would do, without training: kinds and why, columns that
    /// cannot be used, relations, steps, time and memory.
    #[command(after_long_help = examples::CHECK)]
    Check(RunOptions),
    /// Clean an export by declared rules, with a log of every change.
    Clean(CleanOptions),
    /// Synthetic patients from a trained model, as CSV or Parquet.
    #[command(after_long_help = examples::SAMPLE)]
    Sample(SampleOptions),
    /// A model for sharing, without what describes patients, and a list of what remains.
    Export(ExportOptions),
    /// Print the schema of a table, or a form for what is public of it.
    Schema(SchemaOptions),
    /// Every variable of a table: its type, how often it is answered, its levels or its mean,
    /// quartiles and outliers.
    Describe(DescribeOptions),
    /// The missing values of a table: per patient and per feature, where their curves flatten, what
    /// is missing together.
    Missing(MissingOptions),
    /// Patients as grey pictures, as the paper encodes them, and a feature before and after every
    /// step.
    Images(ImagesOptions),
    /// List the tasks of a plan (seeds x recipes x tables, shadow models, parts of a synthetic
    /// table), or do one of them by its number, as jobs of a cluster do.
    #[command(after_long_help = examples::SWEEP)]
    Sweep(SweepOptions),
    /// Put the results of `sweep` together: means and intervals over seeds, ranks, one report.
    #[command(after_long_help = examples::GATHER)]
    Gather(GatherOptions),
    /// How good a synthetic table is, made by any tool: likeness, use and measured privacy risks,
    /// each between its ceiling and its floor.
    #[command(after_long_help = examples::EVALUATE)]
    Evaluate(EvaluateOptions),
    /// Repeat the paper from the export to its Tables 1, 4, 5, 6 and 7, on the made-up cohort of
    /// `simulate`.
    Reproduce(ReproduceOptions),
    /// Made-up patients with the published counts of the paper's cohort, which is not public, as
    /// CSV with a schema.
    Simulate(SimulateOptions),
    /// Measure how fast this machine trains, kernel by kernel, beside what it can do at most.
    Bench(BenchOptions),
    /// List the GPUs and what the CPU backend would use.
    Devices(DevicesOptions),
    /// Look for what is in the way of computing on this machine, and say what to do about it.
    Doctor(DevicesOptions),
    /// Print a recipe, to change and pass to --recipe; without a name, list the built-in ones.
    Recipe(RecipeOptions),
    /// Print a script that completes this command line in a shell.
    #[command(after_long_help = examples::COMPLETIONS)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print a page for `man`.
    #[command(after_long_help = examples::MANUAL)]
    Man {
        /// The command that it is about; all of them, in short, if left out.
        command: Option<String>,
    },
}

impl Command {
    /// Threads to work with, where they are limited.
    pub fn threads(&self) -> Option<u16> {
        match self {
            Command::Run(options) | Command::Train(options) | Command::Check(options) => {
                options.engine.threads
            }
            Command::Sample(options) => options.engine.threads,
            Command::Reproduce(options) => options.engine.threads,
            Command::Bench(options) => options.threads,
            Command::Clean(_)
            | Command::Export(_)
            | Command::Schema(_)
            | Command::Describe(_)
            | Command::Missing(_)
            | Command::Images(_)
            | Command::Sweep(_)
            | Command::Gather(_)
            | Command::Evaluate(_)
            | Command::Simulate(_)
            | Command::Devices(_)
            | Command::Doctor(_)
            | Command::Recipe(_)
            | Command::Completions { .. }
            | Command::Man { .. } => None,
        }
    }

    /// Which GPUs it may use; none for a command that uses no GPU.
    pub fn api(&self) -> Option<&ApiOption> {
        match self {
            Command::Run(options) | Command::Train(options) | Command::Check(options) => {
                Some(&options.engine.api)
            }
            Command::Sample(options) => Some(&options.engine.api),
            Command::Reproduce(options) => Some(&options.engine.api),
            Command::Bench(options) => Some(&options.api),
            Command::Devices(options) | Command::Doctor(options) => Some(&options.api),
            Command::Clean(_)
            | Command::Export(_)
            | Command::Schema(_)
            | Command::Describe(_)
            | Command::Missing(_)
            | Command::Images(_)
            | Command::Evaluate(_)
            | Command::Simulate(_)
            | Command::Recipe(_)
            | Command::Sweep(_)
            | Command::Gather(_)
            | Command::Completions { .. }
            | Command::Man { .. } => None,
        }
    }

    /// Whether one JSON object is to be the result.
    pub fn json(&self) -> bool {
        match self {
            Command::Run(options) | Command::Train(options) | Command::Check(options) => {
                options.json
            }
            Command::Clean(options) => options.json,
            Command::Sample(options) => options.json,
            Command::Export(options) => options.json,
            Command::Sweep(options) => options.json,
            Command::Gather(options) => options.json,
            Command::Describe(options) => options.json,
            Command::Missing(options) => options.json,
            Command::Images(options) => options.json,
            Command::Bench(options) => options.json,
            Command::Devices(options) => options.json,
            // What it prints is one object even where it fails.
            Command::Doctor(_)
            | Command::Recipe(_)
            | Command::Schema(_)
            | Command::Simulate(_)
            | Command::Reproduce(_)
            | Command::Evaluate(_)
            | Command::Completions { .. }
            | Command::Man { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub struct DevicesOptions {
    #[command(flatten)]
    pub api: ApiOption,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RecipeOptions {
    /// Name of a built-in recipe; with --resolved also a TOML file.
    pub name: Option<String>,
    /// Print the value of every key as a run would use it, and where it is from: the recipe, an
    /// option, MELLIZO_SET, or a default.
    #[arg(long, requires = "name")]
    pub resolved: bool,
    #[command(flatten)]
    pub changes: ChangeOptions,
}
