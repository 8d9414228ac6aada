//! A table that a program holds in memory, as the rows of a file.

use super::{Options, RowReader, Sample, Source};
use csv::StringRecord;
use ground::error::{Place, Result};
use std::path::Path;
use std::sync::Arc;

/// Columns in memory, each cell as the text that a CSV would have.
pub trait Columns: Send + Sync {
    /// The names, from left to right.
    fn names(&self) -> Vec<String>;

    /// Number of rows.
    fn rows(&self) -> usize;

    /// Appends the text of a cell (row and column from 0), nothing for a missing one.
    ///
    /// Errors: a value that has no text; the text says what is wrong and what to do.
    fn print(&self, row: usize, column: usize, text: &mut String) -> Result<()>;
}

/// Reads columns in memory; `name` stands for the file in errors.
///
/// Errors: as [`open`](super::open).
pub fn from_memory(
    columns: Arc<dyn Columns>,
    name: impl AsRef<Path>,
    options: &Options,
) -> Result<RowReader> {
    let place = Place::file(name);
    let width = columns.names().len();
    let source = Memory { columns, width, row: 0, text: String::new(), place };
    RowReader::new(Box::new(source), options)
}

struct Memory {
    columns: Arc<dyn Columns>,
    width: usize,
    row: usize,
    text: String,
    place: Place,
}

impl Source for Memory {
    fn header(&mut self) -> Result<StringRecord> {
        Ok(self.columns.names().iter().collect())
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool> {
        if self.row == self.columns.rows() {
            return Ok(false);
        }
        record.clear();
        for column in 0..self.width {
            self.text.clear();
            self.columns.print(self.row, column, &mut self.text)?;
            record.push_field(&self.text);
        }
        self.row += 1;
        Ok(true)
    }

    /// Its numbers were never text of another country.
    fn sample(&self) -> Option<Sample<'_>> {
        None
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::read::Sheet;

    struct Pairs;

    impl Columns for Pairs {
        fn names(&self) -> Vec<String> {
            vec!["age".into(), "stage".into()]
        }

        fn rows(&self) -> usize {
            20
        }

        fn print(&self, row: usize, column: usize, text: &mut String) -> Result<()> {
            match column {
                0 => text.push_str(&format!("{}.5", 40 + 3 * row)),
                _ if row == 7 => {}
                _ => text.push_str(["I", "II", "III"][row % 3]),
            }
            Ok(())
        }
    }

    #[test]
    fn memory_is_read_as_a_file_is() {
        let reader = from_memory(Arc::new(Pairs), "frame", &Options::default()).unwrap();
        let sheet = Sheet::read(reader).unwrap();
        assert_eq!((sheet.rows(), sheet.cell(1, 0), sheet.cell(7, 1)), (20, "43.5", ""));
        let (schema, _) = sheet.infer().unwrap();
        assert_eq!(schema.columns[1].kind, Kind::Nominal);
        let table = sheet.table(&schema).unwrap();
        assert!(table.cells.row(7)[1].is_nan());
        // What the program knows of a column takes the place of a guess.
        let known = crate::Column {
            kind: Kind::Ordinal,
            levels: ["III", "II", "I"].map(String::from).to_vec(),
            ..schema.columns[1].clone()
        };
        let (schema, _) = sheet.infer_beside(std::slice::from_ref(&known)).unwrap();
        assert_eq!(schema.columns[1], known);
        assert_eq!(sheet.table(&schema).unwrap().cells.row(0)[1], 2.0);
    }
}
