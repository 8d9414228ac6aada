//! Keys of a recipe that options set.

use clap::Args;

/// What is changed in a recipe.
#[derive(Debug, Args)]
pub struct ChangeOptions {
    /// Epochs (passes over the patients) at most, instead of the recipe's epochs and steps.
    #[arg(long, value_name = "N", conflicts_with = "steps", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub epochs: Option<u32>,
    /// Training steps at most, instead of the recipe's epochs and steps.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub steps: Option<u32>,
    /// Rows of a batch instead of the recipe's: a number, `auto` for a third of the patients, or
    /// `all` for all of them (1024 at most).
    #[arg(long, value_name = "N|auto|all")]
    pub batch: Option<String>,
    /// Another value of a key of the recipe, such as training.validation=0.2; can be said several
    /// times. MELLIZO_SET sets keys for all commands, separated by semicolons.
    #[arg(long, value_name = "SECTION.KEY=VALUE")]
    pub set: Vec<String>,
}
