//! What can be asked about a table by its owner: its variables, its missing values, its pictures.

use super::{FormulaOptions, TableOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct DescribeOptions {
    /// A table file with a header, or `-` for text from stdin; the bundled cohort if left out.
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub table: TableOptions,
    /// Kinds, levels and labels of columns as TOML; the types of all others are inferred.
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    /// The box plot's fences: so many interquartile ranges from the quartiles.
    #[arg(long, value_name = "IQR", default_value_t = 1.5, value_parser = fence)]
    pub fence: f64,
    /// Levels of a tally that are listed; the others are pooled.
    #[arg(long, value_name = "K", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..))]
    pub top: u16,
    /// Show every variable of a wide export, not its groups.
    #[arg(long)]
    pub all: bool,
    /// Print one JSON object.
    #[arg(long, conflicts_with_all = ["csv", "all"])]
    pub json: bool,
    /// Print a CSV with one row per variable.
    #[arg(long, conflicts_with = "all")]
    pub csv: bool,
    #[command(flatten)]
    pub formulas: FormulaOptions,
}

#[derive(Debug, Args)]
pub struct MissingOptions {
    /// A table file with a header, or `-` for text from stdin; the bundled cohort if left out.
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub table: TableOptions,
    /// Columns to leave out, such as identifiers and free text.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// Folder for pictures and missing.json, for nobody's eyes but the owner's.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Overwrite files of that folder.
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ImagesOptions {
    /// Patients as a table file with a header; the bundled cohort if left out.
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub table: TableOptions,
    /// Kinds, levels, units and labels of the columns as TOML; inferred from the data if left out.
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    /// Columns to leave out, such as identifiers and free text.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// The recipe whose thresholds clean the table first: a built-in one or a TOML file.
    #[arg(long, value_name = "paper|FILE", default_value = "paper")]
    pub recipe: String,
    /// The real cohort, if DATA is synthetic: both are then encoded by the real one's extremes.
    /// --schema and --drop are about this one.
    #[arg(long, value_name = "REAL", requires = "data")]
    pub reference: Option<PathBuf>,
    /// The feature of the figures; `age` by default, else the first number.
    #[arg(long, value_name = "COLUMN")]
    pub feature: Option<String>,
    /// Rows of DATA on the contact sheet, from 1 and with both ends; the first 1024 by default.
    #[arg(long, value_name = "A..B", value_parser = rows)]
    pub rows: Option<(usize, usize)>,
    /// Folder for the pictures.
    #[arg(long, value_name = "DIR", default_value = "mellizo-images")]
    pub out: PathBuf,
    /// Overwrite files of that folder.
    #[arg(long)]
    pub force: bool,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub json: bool,
}

fn fence(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|fence| (0.0..=100.0).contains(fence))
        .ok_or("must be a number from 0 to 100".into())
}

fn rows(text: &str) -> Result<(usize, usize), String> {
    let ends = text
        .split_once("..")
        .and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
    ends.filter(|(a, b)| (1..=*b).contains(a))
        .ok_or("must be two row numbers such as 1..100, the first from 1".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_a_range_from_one() {
        assert_eq!(rows("3..7"), Ok((3, 7)));
        assert!(
            ["0..7", "7..3", "7", "..", "a..b", "1..2..3"].iter().all(|text| rows(text).is_err())
        );
        assert!(fence("1.5").is_ok() && fence("-1").is_err() && fence("nan").is_err());
    }
}
