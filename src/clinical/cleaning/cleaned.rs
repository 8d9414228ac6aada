//! Applies rules to a table. The result is the cohort, the log and the changes.

use super::change::{self, Change};
use super::log::{CleaningLog, Entry, VERSION};
use super::rules::Rules;
use super::statistics::{self, Around};
use super::work::Work;
use csv::Writer;
use ground::error::Result;
use std::io::Write;
use std::path::Path;
use table::formula::FormulaGuard;
use table::read::Sheet;

/// A table after the last rule.
pub struct Cleaned<'a> {
    /// What was done, in counts.
    pub log: CleaningLog,
    /// Whether texts that a spreadsheet would execute are guarded where they are written.
    /// They are, unless the caller says otherwise.
    pub guard: FormulaGuard,
    work: Work<'a>,
}

/// Applies the rules to a table, in order.
///
/// With `lenient` a cell that a rule cannot read becomes empty and is counted in the log.
///
/// Errors: [`Error::Input`](ground::error::Error::Input) for a rule that does not fit the table,
/// with its place in the file of rules, and for a cell that a rule cannot read, with its place in
/// the table.
pub fn clean<'a>(sheet: &'a Sheet, rules: &'a Rules, lenient: bool) -> Result<Cleaned<'a>> {
    let persons = rules.persons(sheet)?;
    let warnings = if persons.is_none() { repeated(sheet) } else { Vec::new() };
    let mut work = Work::new(sheet, rules.place(), lenient, persons);
    let before = work.shape();
    let mut entries = Vec::with_capacity(rules.rules.len());
    for (index, rule) in rules.rules.iter().enumerate() {
        let entry = Entry {
            number: index + 1,
            kind: rule.kind.to_owned(),
            iteration: rule.iteration,
            reason: rule.reason.clone(),
            what: rule.action.what(),
            ..Entry::default()
        };
        work.begin(entry, rule.line);
        rule.action.apply(&mut work)?;
        entries.push(work.end());
    }
    let log = CleaningLog {
        version: VERSION,
        data: file_name(&sheet.place().file),
        rules_file: file_name(&rules.place().file),
        lenient,
        before,
        after: work.shape(),
        columns: work.names().into_iter().map(str::to_owned).collect(),
        rules: entries,
        warnings,
    };
    Ok(Cleaned { log, guard: FormulaGuard::On, work })
}

/// A word on a column that seems to say whose rows are whose, where the rules name none.
fn repeated(sheet: &Sheet) -> Vec<String> {
    let found = sheet.repeated_patients();
    let text = |column: &str| {
        format!(
            "column {column:?}: its values stand in several rows each, and other columns are the \
             same in all of these: if they are patients, write patient = {column:?} above the first \
             rule, or each row counts as a patient"
        )
    };
    found.iter().map(|warning| text(&warning.column)).collect()
}

/// Names of folders on the user's machine do not belong in a log that may be passed on.
fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

impl<'a> Cleaned<'a> {
    /// Writes the table as CSV with a header.
    ///
    /// Errors: those of `sink`.
    pub fn write_cohort(&self, sink: impl Write) -> std::io::Result<()> {
        let mut writer = Writer::from_writer(sink);
        writer.write_record(
            self.work.names().into_iter().map(|name| self.guard.apply(name).into_owned()),
        )?;
        let columns = self.work.names().len();
        for row in 0..self.work.rows() {
            let cell = |column| self.guard.apply(self.work.cell(row, column));
            writer.write_record((0..columns).map(|column| cell(column).into_owned()))?;
        }
        writer.flush()
    }

    /// Writes every change with the old and the new text: patients' values.
    ///
    /// Errors: those of `sink`.
    pub fn write_changes(&self, sink: impl Write) -> std::io::Result<()> {
        change::write(self.changes(), self.guard, sink)
    }

    /// Writes means and extremes around the rules that restrict numbers: patients' values.
    ///
    /// Errors: those of `sink`.
    pub fn write_statistics(&self, sink: impl Write) -> std::io::Result<()> {
        statistics::write(self.statistics(), self.guard, sink)
    }

    /// Every change, in order.
    pub fn changes(&self) -> &[Change<'a>] {
        &self.work.changes
    }

    /// Columns of numbers around the rules that restrict them.
    pub fn statistics(&self) -> &[Around] {
        &self.work.statistics
    }
}
