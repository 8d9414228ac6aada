//! The table under work: the only way in which a rule can change the table, and the record of every
//! change.

use super::change::{Change, Deed};
use super::log::{CellCounts, Entry, Recomputed, Shape};
use super::statistics::{Around, Summary};
use ground::error::{Error, Place, Result};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use table::read::Sheet;

/// A column under work.
#[derive(Clone, Debug)]
pub(super) struct Column<'a> {
    pub(super) name: Arc<str>,
    pub(super) cells: Vec<Cow<'a, str>>,
    pub(super) empty: usize,
    /// What the current rule did to it.
    pub(super) counts: CellCounts,
}

/// What a rule says of a cell.
pub(crate) enum Ruling<'a> {
    /// It stays.
    Keep,
    /// It becomes this text; empty: missing.
    Become(Cow<'a, str>),
    /// It cannot be read: what is wrong, without the value.
    Unreadable(String),
}

/// A table of texts that knows where its rows came from and what was done to it.
pub(crate) struct Work<'a> {
    data: Place,
    rules: Place,
    lenient: bool,
    pub(super) columns: Vec<Column<'a>>,
    /// Data row of the input, from 1, of every row that is left.
    pub(super) origin: Vec<usize>,
    /// Whose row each of them is, if the rules say so.
    pub(super) persons: Option<Vec<usize>>,
    pub(super) changes: Vec<Change<'a>>,
    pub(super) statistics: Vec<Around>,
    /// The entry of the current rule.
    pub(super) entry: Entry,
    /// Line of the current rule in its file.
    line: usize,
}

impl<'a> Work<'a> {
    /// A table as it was read; `rules` is the file of rules, for errors.
    /// `persons` says whose each of its rows is, if not every row is a patient.
    pub(crate) fn new(
        sheet: &'a Sheet,
        rules: Place,
        lenient: bool,
        persons: Option<Vec<usize>>,
    ) -> Self {
        let column = |column: usize| {
            let cells: Vec<Cow<'a, str>> = sheet.column(column).map(Cow::Borrowed).collect();
            let empty = cells.iter().filter(|cell| cell.is_empty()).count();
            Column {
                name: sheet.column_name(column).into(),
                cells,
                empty,
                counts: CellCounts::default(),
            }
        };
        Self {
            data: sheet.place(),
            rules,
            lenient,
            columns: (0..sheet.columns()).map(column).collect(),
            origin: (1..=sheet.rows()).collect(),
            persons,
            changes: Vec::new(),
            statistics: Vec::new(),
            entry: Entry::default(),
            line: 0,
        }
    }

    /// Starts a rule, which is at a line of its file.
    pub(crate) fn begin(&mut self, entry: Entry, line: usize) {
        self.line = line;
        self.entry = Entry { before: self.shape(), ..entry };
    }

    /// Ends the rule and returns its complete entry.
    pub(crate) fn end(&mut self) -> Entry {
        let mut entry = std::mem::take(&mut self.entry);
        for column in &mut self.columns {
            let counts = std::mem::take(&mut column.counts);
            if counts.cells() > 0 {
                entry.by_column.push(CellCounts { column: column.name.to_string(), ..counts });
            }
        }
        entry.cells = entry.by_column.iter().map(CellCounts::cells).sum();
        entry.after = self.shape();
        entry
    }

    /// The size of the table.
    pub(crate) fn shape(&self) -> Shape {
        let missing = self.columns.iter().map(|column| column.empty).sum();
        let patients = self.persons.as_ref().map(|_| self.patients(|_| true));
        Shape { rows: self.origin.len(), patients, columns: self.columns.len(), missing }
    }

    /// Patients with a row that passes; every row is one, unless the rules say whose it is.
    pub(crate) fn patients(&self, pass: impl Fn(usize) -> bool) -> usize {
        let rows = (0..self.rows()).filter(|row| pass(*row));
        match &self.persons {
            Some(persons) => rows.map(|row| persons[row]).collect::<HashSet<_>>().len(),
            None => rows.count(),
        }
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.origin.len()
    }

    /// Text of a cell (both from 0).
    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        &self.columns[column].cells[row]
    }

    /// Every cell of a column, top to bottom.
    pub(crate) fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.columns[column].cells.iter().map(AsRef::as_ref)
    }

    /// The cells of a column that are not empty.
    pub(crate) fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        self.cells(column).filter(|cell| !cell.is_empty())
    }

    /// Empty cells of a column.
    pub(crate) fn empty(&self, column: usize) -> usize {
        self.columns[column].empty
    }

    /// Name of a column.
    pub(crate) fn name(&self, column: usize) -> &str {
        &self.columns[column].name
    }

    /// Names of all columns, left to right.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_ref()).collect()
    }

    /// Adds a note to the log.
    pub(crate) fn note(&mut self, text: String) {
        self.entry.notes.push(text);
    }

    /// The error for a rule that cannot be applied to this table.
    pub(crate) fn fault(&self, problem: impl AsRef<str>, remedy: &str) -> Error {
        let Entry { number, kind, .. } = &self.entry;
        let problem = format!("rule {number} ({kind}, line {}): {}", self.line, problem.as_ref());
        Error::input(self.rules.clone(), problem, remedy)
    }

    /// Sets the text of a cell; the same text is no change.
    pub(crate) fn set(&mut self, row: usize, column: usize, new: Cow<'a, str>) {
        let at = &mut self.columns[column];
        if at.cells[row] == new {
            return;
        }
        let old = std::mem::replace(&mut at.cells[row], new.clone());
        match (old.is_empty(), new.is_empty()) {
            (true, _) => (at.counts.filled, at.empty) = (at.counts.filled + 1, at.empty - 1),
            (_, true) => (at.counts.emptied, at.empty) = (at.counts.emptied + 1, at.empty + 1),
            _ => at.counts.replaced += 1,
        }
        let deed = Deed::Cell { row: self.origin[row], column: at.name.clone(), old, new };
        self.record(deed);
    }

    /// A cell that cannot be read: an error with its place, or an empty cell when lenient.
    pub(crate) fn unreadable(
        &mut self,
        row: usize,
        column: usize,
        problem: &str,
        remedy: &str,
    ) -> Result<()> {
        self.excuse(row, column, problem, remedy)?;
        self.set(row, column, "".into());
        let counts = &mut self.columns[column].counts;
        (counts.emptied, counts.unreadable) = (counts.emptied - 1, counts.unreadable + 1);
        Ok(())
    }

    /// An error at a cell, unless lenient; the cell is not changed.
    pub(crate) fn excuse(
        &self,
        row: usize,
        column: usize,
        problem: &str,
        remedy: &str,
    ) -> Result<()> {
        if self.lenient {
            return Ok(());
        }
        let Entry { number, kind, .. } = &self.entry;
        let place = self.data.clone().row(self.origin[row]).column(self.name(column));
        let remedy = format!("{remedy}, or go on with an empty cell by --lenient");
        Err(Error::input(place, format!("{problem} (rule {number}, {kind})"), remedy))
    }

    /// Applies a ruling to every cell of a column that is not empty.
    pub(crate) fn revise(
        &mut self,
        column: usize,
        remedy: &str,
        mut judge: impl FnMut(&str) -> Ruling<'a>,
    ) -> Result<()> {
        for row in 0..self.rows() {
            if self.cell(row, column).is_empty() {
                continue;
            }
            match judge(self.cell(row, column)) {
                Ruling::Keep => {}
                Ruling::Become(text) => self.set(row, column, text),
                Ruling::Unreadable(problem) => self.unreadable(row, column, &problem, remedy)?,
            }
        }
        Ok(())
    }

    /// Keeps the summaries of a column around this rule, for the log and for the private folder.
    pub(crate) fn remember(&mut self, column: usize, before: Summary, after: Summary) {
        let column = self.name(column).to_owned();
        let line =
            Recomputed { column: column.clone(), before: before.public(), after: after.public() };
        self.entry.statistics.push(line);
        self.statistics.push(Around { rule: self.entry.number, column, before, after });
    }

    pub(super) fn record(&mut self, deed: Deed<'a>) {
        self.changes.push(Change { rule: self.entry.number, deed });
    }
}
