//! The raw export behind the stand-in cohort: 887 rows x 1542 columns, in the form of an electronic
//! case report form.
//! `data/lung_rules.toml` cleans it to exactly the cohort.
//!
//! `0` means missing in most columns.
//! Levels are codes or words, and months are pairs of dates.
//! Cells that depend on a "no" are empty.
//! Impossible values stand where the cohort has a missing cell.
//! One patient has withdrawn.

mod answers;
mod chosen;
mod columns;
mod lung_function;
mod others;

use super::dice::Dice;
use super::row::Names;
use super::{people, schema, stream};
use columns::Columns;
use std::io::Write;
use table::formula::FormulaGuard;

/// Columns of the export.
pub(super) const COLUMNS: usize = 1542;

/// A table of texts.
pub struct Export {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Cells of every patient.
    pub rows: Vec<Vec<String>>,
}

/// The export of a seed; the same bytes on every machine.
pub fn export(seed: u64) -> Export {
    let schema = schema();
    let names = Names::of(&schema);
    let people = people(seed, &names);
    let mut dice = Dice::new(seed, stream::EXPORT);
    let mut columns: Columns = Vec::with_capacity(COLUMNS);
    columns.extend(others::identifiers(people.len()));
    columns.extend(chosen::columns(&people, &schema, &names, &mut dice));
    columns.extend(answers::columns(&people));
    columns.extend(lung_function::columns(people.len(), &mut dice));
    columns.extend(others::columns(people.len(), COLUMNS - columns.len(), &mut dice));
    let mut rows: Vec<Vec<String>> = (0..people.len())
        .map(|row| columns.iter().map(|(_, cells)| cells[row].clone()).collect())
        .collect();
    let header: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
    let withdrawn = header.iter().map(|name| others::of_the_withdrawn(name).to_owned()).collect();
    rows.insert(dice.below(rows.len() + 1), withdrawn);
    Export { header, rows }
}

impl Export {
    /// Writes the export as CSV with a header. Texts that a spreadsheet would execute are guarded.
    ///
    /// Errors: those of `sink`.
    pub fn write(&self, sink: impl Write) -> std::io::Result<()> {
        let mut writer = csv::Writer::from_writer(sink);
        let guarded = |cell: &String| FormulaGuard::On.apply(cell).into_owned();
        writer.write_record(self.header.iter().map(guarded))?;
        self.rows.iter().try_for_each(|row| writer.write_record(row.iter().map(guarded)))?;
        writer.flush()
    }
}
