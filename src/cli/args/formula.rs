//! What every command that writes CSV can be told about texts that a spreadsheet would execute.

use clap::Args;
use table::formula::FormulaGuard;

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct FormulaOptions {
    /// Write texts that a spreadsheet would execute (those that begin with = + - @) as they are; by
    /// default they get an apostrophe in front in CSV.
    #[arg(long)]
    no_formula_guard: bool,
}

impl FormulaOptions {
    /// The guard of what is written.
    pub fn guard(self) -> FormulaGuard {
        if self.no_formula_guard { FormulaGuard::Off } else { FormulaGuard::On }
    }
}
