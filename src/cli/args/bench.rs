//! What `bench` can be asked for.

use super::ApiOption;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Which backends to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum BenchBackend {
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
pub struct BenchOptions {
    /// A built-in recipe or a TOML file.
    #[arg(long, value_name = "paper|joint|FILE", default_value = "paper")]
    pub recipe: String,
    /// What to measure.
    #[arg(long, value_enum, default_value_t)]
    pub backend: BenchBackend,
    /// Parts of the names of GPUs to measure (besides the CPU and all others with `--backend all`);
    /// the only way to a software GPU.
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub adapter: Vec<String>,
    #[command(flatten)]
    pub api: ApiOption,
    /// Threads of the CPU backend; all processors by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Rows of the made-up cohort.
    #[arg(long, value_name = "N", default_value_t = 804)]
    pub rows: usize,
    /// Its features.
    #[arg(long, value_name = "N", default_value_t = 63, value_parser = features)]
    pub features: usize,
    /// Models to train side by side.
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub models: u16,
    /// Say what a step would ask of a GPU, and how long a model of some GPUs expects it to take;
    /// nothing is measured and no GPU is needed.
    #[arg(long, conflicts_with_all = [
        "backend", "adapter", "threads", "fused", "seconds", "compare", "svg", "until_stable", "curve", "quality",
    ])]
    pub plan: bool,
    /// Train this many times for 20 steps from the same state, compare all bits after every step, and
    /// say whether the machine repeats itself; the exit code is 5 where it does not.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..), conflicts_with_all = ["plan", "seconds", "compare", "svg"])]
    pub repeat: Option<u32>,
    /// Fuse kernels on a software GPU, too, where single ones are quicker
    #[arg(long)]
    pub fused: bool,
    /// About how long to measure each backend.
    #[arg(long, value_name = "S", default_value_t = 10.0, value_parser = seconds)]
    pub seconds: f64,
    /// Go on until the 95 % interval of a step's median is no wider than this, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub until_stable: Option<f64>,
    /// The most seconds that steps are measured for with `--until-stable`.
    #[arg(long, value_name = "S", default_value_t = 120.0, value_parser = seconds, requires = "until_stable")]
    pub at_most: f64,
    /// Measure a step of 1, 2, 4, ... models side by side, too.
    #[arg(long, value_name = "K", num_args = 0..=1, default_missing_value = "32", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub curve: Option<u16>,
    /// Train this many epochs on the made-up cohort (as many as the recipe says without a number),
    /// and say after how many seconds the joint Fréchet distance is within 10 % of its best.
    #[arg(long, value_name = "EPOCHS", num_args = 0..=1)]
    pub quality: Option<Option<std::num::NonZeroU32>>,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub json: bool,
    /// The JSON of an earlier call, to compare with.
    #[arg(long, value_name = "OLD.json")]
    pub compare: Option<PathBuf>,
    /// File for a roofline picture.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

fn features(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|features| (1..=65_536).contains(features))
        .ok_or("must be a number from 1 to 65536".into())
}

fn percent(text: &str) -> Result<f64, String> {
    let within = |percent: &f64| (0.01..=100.0).contains(percent);
    text.parse().ok().filter(within).ok_or("must be a number of percent from 0.01 to 100".into())
}

fn seconds(text: &str) -> Result<f64, String> {
    let within = |seconds: &f64| (0.01..=86_400.0).contains(seconds);
    text.parse().ok().filter(within).ok_or("must be a number of seconds from 0.01 to 86400".into())
}
