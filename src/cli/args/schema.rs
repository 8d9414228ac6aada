//! What `schema` can be asked for.

use super::TableOptions;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct SchemaOptions {
    /// A table file with a header; the bundled cohort if left out.
    pub data: Option<PathBuf>,
    /// Columns to leave out, such as identifiers and free text.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub drop: Vec<String>,
    #[command(flatten)]
    pub table: TableOptions,
    /// A form for a private recipe: names and kinds alone, with levels and ranges to fill in from
    /// what is known without the patients.
    #[arg(long)]
    pub public: bool,
}
