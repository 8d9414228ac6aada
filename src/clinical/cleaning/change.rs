//! Every change with the old and the new text: `private/changes.csv`, for the owner of the data
//! alone.

use csv::Writer;
use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;
use table::formula::FormulaGuard;

/// One thing that a rule did to the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// Number of the rule, from 1.
    pub rule: usize,
    /// What it did.
    pub deed: Deed<'a>,
}

/// What a rule can do to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed<'a> {
    /// A cell's text.
    Cell {
        /// Data row of the input, from 1.
        row: usize,
        /// The column's name at that time.
        column: Arc<str>,
        /// The text before.
        old: Cow<'a, str>,
        /// The text after.
        new: Cow<'a, str>,
    },
    /// A row is dropped: data row of the input, from 1.
    DropRow(usize),
    /// A column is dropped.
    DropColumn(Arc<str>),
    /// A new column, empty at first; its cells follow.
    AddColumn(Arc<str>),
    /// A column has a new name.
    Rename {
        /// The name before.
        old: Arc<str>,
        /// The name after.
        new: Arc<str>,
    },
    /// The columns have another order.
    Order,
}

/// Header of `changes.csv`.
pub const HEADER: [&str; 6] = ["rule", "change", "row", "column", "old", "new"];

/// Writes the changes in the order in which they were made, with [`HEADER`].
///
/// Errors: those of `sink`.
pub fn write<'a>(
    changes: &[Change<'a>],
    guard: FormulaGuard,
    sink: impl Write,
) -> std::io::Result<()> {
    let mut writer = Writer::from_writer(sink);
    writer.write_record(HEADER)?;
    let mut line =
        |cells: [&str; 6]| writer.write_record(cells.map(|cell| guard.apply(cell).into_owned()));
    for change in changes {
        let rule = change.rule.to_string();
        match &change.deed {
            Deed::Cell { row, column, old, new } => {
                line([&rule, "cell", &row.to_string(), column, old, new])?
            }
            Deed::DropRow(row) => line([&rule, "drop_row", &row.to_string(), "", "", ""])?,
            Deed::DropColumn(column) => line([&rule, "drop_column", "", column, "", ""])?,
            Deed::AddColumn(column) => line([&rule, "add_column", "", column, "", ""])?,
            Deed::Rename { old, new } => line([&rule, "rename", "", old, old, new])?,
            Deed::Order => line([&rule, "order", "", "", "", ""])?,
        }
    }
    writer.flush()
}
