//! What can be asked for on the command line.

use super::clean::CleanOptions;
use super::clinical_args::{DescribeOptions, ImagesOptions, MissingOptions};
use super::evaluate::EvaluateOptions;
use super::formula::FormulaOptions;
use super::reproduce::ReproduceOptions;
use super::sample::Rows;
use super::simulate::SimulateOptions;
use super::table_options::TableOptions;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Synthetic patients from a small clinical table, by a GAN on any GPU or on the CPU.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Clean a table, train on it, sample synthetic patients and compare them with the real ones.
    Run(RunOptions),
    /// Clean a table and train on it; `sample` makes patients of the model later.
    Train(RunOptions),
    /// Clean an export by declared rules, with a log of every change.
    Clean(CleanOptions),
    /// Synthetic patients from a trained model, as CSV or Parquet.
    Sample(SampleOptions),
    /// Every variable of a table: its type, how often it is answered, its levels or its mean,
    /// quartiles and outliers.
    Describe(DescribeOptions),
    /// The missing values of a table: per patient and per feature, where their curves flatten, what
    /// is missing together.
    Missing(MissingOptions),
    /// Patients as grey pictures, as the paper encodes them, and a feature before and after every
    /// step.
    Images(ImagesOptions),
    /// How good a synthetic table is, made by any tool: likeness, use and measured privacy risks,
    /// each between its ceiling and its floor.
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
    /// Print a built-in recipe, to change and pass to --recipe; without a name, list them.
    Recipe(RecipeOptions),
}

impl Command {
    /// Whether one JSON object is to be the result.
    pub(super) fn json(&self) -> bool {
        match self {
            Command::Run(options) | Command::Train(options) => options.json,
            Command::Clean(options) => options.json,
            Command::Sample(options) => options.json,
            Command::Describe(options) => options.json,
            Command::Missing(options) => options.json,
            Command::Images(options) => options.json,
            Command::Bench(options) => options.json,
            Command::Devices(options) => options.json,
            Command::Recipe(_)
            | Command::Simulate(_)
            | Command::Reproduce(_)
            | Command::Evaluate(_) => false,
        }
    }
}

/// Which backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum BackendName {
    /// The best GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// A GPU; an error if there is none.
    Gpu,
    /// The CPU.
    Cpu,
}

#[derive(Clone, Debug, Args)]
pub(super) struct EngineOptions {
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    pub(super) backend: BackendName,
    /// Part of the name of the GPU to use; the only way to a software GPU.
    #[arg(long, value_name = "NAME")]
    pub(super) adapter: Option<String>,
    /// Threads of the CPU backend; all processors by default. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(super) struct RunOptions {
    /// The cohort with a header, as CSV (also .csv.gz), .xlsx or .parquet; the bundled one (908
    /// lung-cancer patients of SUPPORT2) if left out.
    pub(super) data: Option<PathBuf>,
    /// Kinds, levels, units and labels of the columns as TOML; inferred from the data if left out.
    #[arg(long, value_name = "FILE")]
    pub(super) schema: Option<PathBuf>,
    /// Columns to leave out, such as identifiers and free text.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(super) drop: Vec<String>,
    #[command(flatten)]
    pub(super) table: TableOptions,
    /// A built-in recipe or a TOML file.
    #[arg(long, value_name = "joint|paper|FILE", default_value = "joint")]
    pub(super) recipe: String,
    #[command(flatten)]
    pub(super) engine: EngineOptions,
    /// Epochs at most, instead of the recipe's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) epochs: Option<u32>,
    /// Rows of a batch instead of the recipe's: a number, `auto` for a third of the patients, or
    /// `all` for all of them (1024 at most).
    #[arg(long, value_name = "N|auto|all")]
    pub(super) batch: Option<String>,
    /// Run all epochs: no early stopping.
    #[arg(long)]
    pub(super) no_stop: bool,
    /// Seed of everything random.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// Independent models to train side by side; the one with the lowest joint Fréchet distance is
    /// kept.
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) models: u16,
    /// Share of the patients, such as 0.2, to keep back from training so that they can judge it;
    /// they are written to private/holdout.csv.
    #[arg(long, value_name = "FRACTION", value_parser = holdout)]
    pub(super) holdout: Option<f64>,
    /// Leave out the scores and the report; `evaluate` makes them later.
    #[arg(long)]
    pub(super) no_evaluation: bool,
    /// Also train small shadow models on halves of the patients for about so many minutes (5 if no
    /// number is given), to see whose presence shows in the synthetic table.
    /// With more minutes more models learn for longer.
    #[arg(long, value_name = "M", num_args = 0..=1, default_missing_value = "5", value_parser = minutes, conflicts_with = "no_evaluation")]
    pub(super) audit_minutes: Option<f64>,
    /// Folder for the results: `private` stays in the house, `share` may leave it.
    #[arg(long, value_name = "DIR", default_value = "mellizo-out")]
    pub(super) out: PathBuf,
    /// Overwrite the results of an earlier run in that folder.
    #[arg(long)]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) formulas: FormulaOptions,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct SampleOptions {
    /// A model.safetensors of `run` or `train`.
    pub(super) model: PathBuf,
    /// So many synthetic patients, or those from number A up to B (not included; the first is
    /// number 0); the recipe's multiple of the cohort by default.
    /// CSV files of ranges that follow each other are, joined, the file of the whole range.
    #[arg(long, value_name = "N|A..B")]
    pub(super) rows: Option<Rows>,
    /// Only patients that satisfy this (and every other --where): "status=dead", "age>70", "stage
    /// in III|IV", "dose is missing".
    /// They are the first so many of the endless table; that costs as many more rows as the
    /// condition is rarer.
    #[arg(long = "where", value_name = "CONDITION", requires = "rows")]
    pub(super) conditions: Vec<String>,
    /// Seed of the noise; the run's by default, which gives the same patients as `run`.
    #[arg(long, value_name = "S")]
    pub(super) seed: Option<u64>,
    #[command(flatten)]
    pub(super) engine: EngineOptions,
    /// File to write instead of stdout (-): .csv, .csv.gz or .parquet.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Overwrite that file.
    #[arg(long)]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) formulas: FormulaOptions,
    /// Print one JSON object at the end (needs --out).
    #[arg(long, requires = "out")]
    pub(super) json: bool,
}

/// Which backends to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum BenchBackend {
    /// The best GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// The best GPU; an error if there is none.
    Gpu,
    /// The CPU.
    Cpu,
    /// The CPU and every GPU that is no software.
    All,
}

#[derive(Debug, Args)]
pub(super) struct BenchOptions {
    /// A built-in recipe or a TOML file.
    #[arg(long, value_name = "paper|joint|FILE", default_value = "paper")]
    pub(super) recipe: String,
    /// What to measure.
    #[arg(long, value_enum, default_value_t)]
    pub(super) backend: BenchBackend,
    /// Parts of the names of GPUs to measure (besides the CPU and all others with `--backend all`);
    /// the only way to a software GPU.
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub(super) adapter: Vec<String>,
    /// Threads of the CPU backend; all processors by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
    /// Rows of the made-up cohort.
    #[arg(long, value_name = "N", default_value_t = 804)]
    pub(super) rows: usize,
    /// Its features.
    #[arg(long, value_name = "N", default_value_t = 63, value_parser = features)]
    pub(super) features: usize,
    /// Models to train side by side.
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) models: u16,
    /// Fuse kernels on a software GPU, too, where single ones are quicker
    #[arg(long)]
    pub(super) fused: bool,
    /// About how long to measure each backend.
    #[arg(long, value_name = "S", default_value_t = 10.0, value_parser = seconds)]
    pub(super) seconds: f64,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub(super) json: bool,
    /// The JSON of an earlier call, to compare with.
    #[arg(long, value_name = "OLD.json")]
    pub(super) compare: Option<PathBuf>,
    /// File for a roofline picture.
    #[arg(long, value_name = "FILE")]
    pub(super) svg: Option<PathBuf>,
}

fn features(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|features| (1..=65_536).contains(features))
        .ok_or("must be a number from 1 to 65536".into())
}

fn seconds(text: &str) -> Result<f64, String> {
    let within = |seconds: &f64| (0.01..=86_400.0).contains(seconds);
    text.parse().ok().filter(within).ok_or("must be a number of seconds from 0.01 to 86400".into())
}

/// Minutes of an audit.
pub(super) fn minutes(text: &str) -> Result<f64, String> {
    let within = |minutes: &f64| (0.01..=10_000.0).contains(minutes);
    text.parse().ok().filter(within).ok_or("must be a number of minutes from 0.01 to 10000".into())
}

fn holdout(text: &str) -> Result<f64, String> {
    let within = |share: &f64| 0.0 < *share && *share < 1.0;
    text.parse().ok().filter(within).ok_or("must be a share between 0 and 1, such as 0.2".into())
}

#[derive(Debug, Args)]
pub(super) struct DevicesOptions {
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct RecipeOptions {
    /// Name of a built-in recipe.
    pub(super) name: Option<String>,
}
