//! The table that is learned: the cohort's table with its derived columns reduced, then the columns
//! that say where these are missing, then one column for each form and each list of premises.

use super::derived::{DerivedColumns, PresentCells};
use super::forms::Forms;
use super::premises::Premises;
use crate::{Column, Schema, Table};
use ground::matrix::Matrix;

/// What makes the learned table.
#[derive(Clone, Copy)]
pub(super) struct Learned<'a> {
    pub(super) derived: &'a DerivedColumns,
    pub(super) present: &'a PresentCells,
    pub(super) forms: &'a Forms,
    pub(super) premises: &'a Premises,
}

impl Learned<'_> {
    /// Its schema, made from the cohort's.
    pub(super) fn schema(self, schema: &Schema) -> Schema {
        let mut learned = self.derived.learned_schema(schema);
        for form in self.forms.iter() {
            let column = &schema.columns[form[0]];
            let name = format!("{} and {} others (are they there)", column.name, form.len() - 1);
            learned.columns.push(Column { name, decimals: 0, ..column.clone() });
        }
        learned.columns.extend(self.premises.columns());
        learned
    }

    /// The learned column of the first form; the others follow it.
    pub(super) fn first_form(self, schema: &Schema) -> usize {
        schema.columns.len() + self.derived.extras()
    }

    /// The learned column of the first list of premises; the others follow it.
    pub(super) fn first_premises(self, schema: &Schema) -> usize {
        self.first_form(schema) + self.forms.len()
    }

    /// Whether a missing cell of a learned column is a missing cell of the cohort.
    /// It is not for a derived column, which is also missing where nothing is left to learn.
    /// It is not for the column of a form, because the columns of the form say it themselves.
    pub(super) fn says_missing(self, column: usize, schema: &Schema) -> bool {
        column < self.first_form(schema) && self.derived.says_missing(column, schema.columns.len())
    }

    /// Rows of the cohort's table as they are learned.
    /// The column of a form is 0 where any of its columns is present.
    pub(super) fn table(self, table: &Table) -> Table {
        let left = self.derived.remainders(table);
        let schema = self.schema(&table.schema);
        let width = left.schema.columns.len();
        let mut cells = Matrix::zeros(table.rows(), schema.columns.len());
        for row in 0..table.rows() {
            let (to, beside) = cells.row_mut(row).split_at_mut(width);
            let (forms, premises) = beside.split_at_mut(self.forms.len());
            to.copy_from_slice(left.cells.row(row));
            for (cell, form) in forms.iter_mut().zip(self.forms.iter()) {
                if form.iter().all(|&column| table.cells[(row, column)].is_nan()) {
                    *cell = f64::NAN;
                }
            }
            let all = self.premises.cells(table.cells.row(row));
            premises.iter_mut().zip(all).for_each(|(cell, holds)| *cell = holds);
        }
        Table { schema, cells, patients: table.patients.clone() }
    }

    /// Learned rows as rows of the cohort's table.
    pub(super) fn back(self, learned: Matrix, schema: &Schema) -> Matrix {
        let (width, first) = (schema.columns.len(), self.first_form(schema));
        if learned.columns() == width && self.derived.iter().next().is_none() {
            return learned;
        }
        let mut cells = Matrix::zeros(learned.rows(), width);
        let mut restored = vec![0.0; learned.columns()];
        for row in 0..learned.rows() {
            restored.copy_from_slice(learned.row(row));
            self.derived.restore(&mut restored, self.present, schema);
            for (form, columns) in self.forms.iter().enumerate() {
                if restored[first + form].is_nan() {
                    columns.iter().for_each(|&column| restored[column] = f64::NAN);
                }
            }
            cells.row_mut(row).copy_from_slice(&restored[..width]);
        }
        cells
    }
}
