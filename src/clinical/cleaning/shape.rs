//! How a rule may change the shape of the table under work: rows and columns, new, renamed and
//! dropped.

use super::change::Deed;
use super::log::{CellCounts, Renamed};
use super::work::{Column, Work};
use ground::error::Result;
use std::borrow::Cow;
use std::sync::Arc;

impl<'a> Work<'a> {
    /// Drops the rows for which `gone` is true. An error when no row is left.
    pub(crate) fn drop_rows(&mut self, gone: &[bool]) -> Result<()> {
        let dropped = gone.iter().filter(|&&gone| gone).count();
        if dropped == self.rows() {
            return Err(self.fault("no row would be left", "restrict the rule's condition"));
        }
        if dropped == 0 {
            return Ok(());
        }
        for row in (0..gone.len()).filter(|&row| gone[row]) {
            self.record(Deed::DropRow(self.origin[row]));
        }
        self.entry.rows_dropped += dropped;
        self.note_patients(gone);
        retain(&mut self.origin, gone);
        if let Some(persons) = &mut self.persons {
            retain(persons, gone);
        }
        for column in &mut self.columns {
            retain(&mut column.cells, gone);
            column.empty = column.cells.iter().filter(|cell| cell.is_empty()).count();
        }
        Ok(())
    }

    /// What rows that go take from patients, where these have several.
    fn note_patients(&mut self, gone: &[bool]) {
        if self.persons.is_some() {
            let lose = self.patients(|row| gone[row]);
            let lost = self.patients(|_| true) - self.patients(|row| !gone[row]);
            self.note(format!("{lose} patients lose rows, and {lost} of them have none left"));
        }
    }

    /// Keeps these columns in this order. An error when there is none.
    pub(crate) fn keep_columns(&mut self, kept: &[usize]) -> Result<()> {
        if kept.is_empty() {
            return Err(self.fault("no column would be left", "let the rule leave at least one"));
        }
        for column in 0..self.columns.len() {
            if !kept.contains(&column) {
                self.record(Deed::DropColumn(self.columns[column].name.clone()));
                self.entry.columns_dropped.push(self.name(column).to_owned());
            }
        }
        if !kept.is_sorted() {
            self.entry.reordered = true;
            self.record(Deed::Order);
        }
        let mut columns: Vec<Option<Column>> =
            std::mem::take(&mut self.columns).into_iter().map(Some).collect();
        self.columns = kept
            .iter()
            .map(|&column| columns[column].take().expect("a column is kept once"))
            .collect();
        Ok(())
    }

    /// Drops these columns.
    pub(crate) fn drop_columns(&mut self, dropped: &[usize]) -> Result<()> {
        let kept: Vec<usize> =
            (0..self.columns.len()).filter(|column| !dropped.contains(column)).collect();
        self.keep_columns(&kept)
    }

    /// Adds a column of one cell per row at the end.
    /// An error when the name is taken.
    pub(crate) fn add_column(&mut self, name: &str, cells: Vec<Cow<'a, str>>) -> Result<()> {
        self.check_new(name)?;
        let name: Arc<str> = name.into();
        self.entry.columns_added.push(name.to_string());
        self.record(Deed::AddColumn(name.clone()));
        let empty = self.rows();
        let blank = vec![Cow::Borrowed(""); empty];
        self.columns.push(Column { name, cells: blank, empty, counts: CellCounts::default() });
        let column = self.columns.len() - 1;
        for (row, cell) in cells.into_iter().enumerate() {
            self.set(row, column, cell);
        }
        Ok(())
    }

    /// Renames columns, all at once: (position, new name).
    /// An error when two columns would have one name.
    pub(crate) fn rename(&mut self, renamed: &[(usize, &str)]) -> Result<()> {
        let mut names: Vec<Arc<str>> =
            self.columns.iter().map(|column| column.name.clone()).collect();
        for &(column, new) in renamed {
            names[column] = new.into();
        }
        let mut sorted: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        sorted.sort_unstable();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            let problem = format!("two columns would be called {:?}", pair[0]);
            return Err(self.fault(problem, "choose another name"));
        }
        for &(column, new) in renamed {
            let old = std::mem::replace(&mut self.columns[column].name, names[column].clone());
            if *old != *new {
                self.entry
                    .columns_renamed
                    .push(Renamed { old: old.to_string(), new: new.to_owned() });
                self.record(Deed::Rename { old, new: names[column].clone() });
            }
        }
        Ok(())
    }

    /// Deletes the texts of a column from the list of changes.
    /// Only the fact that a cell was changed stays.
    pub(crate) fn forget(&mut self, column: usize) {
        let mut name = self.columns[column].name.clone();
        let mut renamed_by = None;
        for change in self.changes.iter_mut().rev() {
            match &mut change.deed {
                Deed::Cell { column, old, new, .. } if *column == name => {
                    (*old, *new) = ("".into(), "".into())
                }
                // The renames of one rule happen at once.
                // To follow two of them would undo a swap of names.
                Deed::Rename { old, new } if *new == name && renamed_by != Some(change.rule) => {
                    (name, renamed_by) = (old.clone(), Some(change.rule));
                }
                Deed::AddColumn(added) if *added == name => break,
                _ => {}
            }
        }
    }

    fn check_new(&self, name: &str) -> Result<()> {
        if self.names().contains(&name) {
            let problem = format!("there is a column {name:?} already");
            return Err(self.fault(problem, "choose another name for `into`"));
        }
        Ok(())
    }
}

fn retain<T>(items: &mut Vec<T>, gone: &[bool]) {
    let mut gone = gone.iter();
    items.retain(|_| !gone.next().expect("one flag per item"));
}
