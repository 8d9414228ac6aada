//! Writes a table in the form of the cohort: its header, the texts of its levels, its decimals, and
//! an empty cell for a missing value.
//!
//! What is needed for that is worked out once for a schema, because synthetic tables can have a
//! hundred million rows.

use super::formula::FormulaGuard;
use super::quantity::Side;
use super::{Column, Schema, Table, digits, number};
use std::borrow::Cow;
use std::io::Write;

/// Bytes that make quotes necessary: the comma, and every other byte that a reader may take for a
/// delimiter.
/// Control characters and byte order marks get quotes, too, so that no file begins like one of
/// another kind.
const QUOTED: &[u8] = b",;\t|\"\r\n";

/// So many bytes are collected before they go to a sink.
const AT_ONCE: usize = 64 << 10;

impl Table {
    /// Writes the table as CSV with a header; [`super::read::Sheet`] reads the same table back.
    ///
    /// The text is UTF-8 with commas, decimal points and line feeds, whatever the table was read
    /// from.
    /// Texts that a spreadsheet would execute are guarded.
    ///
    /// Errors: those of `sink`.
    pub fn write(&self, sink: impl Write) -> std::io::Result<()> {
        self.write_with(sink, FormulaGuard::On)
    }

    /// Like [`Table::write`], with the guard that is asked for.
    ///
    /// Errors: those of `sink`.
    pub fn write_with(&self, mut sink: impl Write, guard: FormulaGuard) -> std::io::Result<()> {
        let csv = CsvText::with(&self.schema, guard);
        let mut text = csv.header();
        for row in 0..self.rows() {
            csv.row(self.cells.row(row), &mut text);
            if text.len() >= AT_ONCE {
                sink.write_all(&text)?;
                text.clear();
            }
        }
        sink.write_all(&text)?;
        sink.flush()
    }
}

/// How the cells of a schema are written as CSV, with quotes where they are needed.
#[derive(Clone, Debug)]
pub struct CsvText {
    header: Vec<u8>,
    columns: Vec<Cells>,
    missing: Vec<u8>,
}

/// How the cells of a column are written.
#[derive(Clone, Debug)]
enum Cells {
    /// Numbers with so many decimals.
    Numbers(usize),
    /// Numbers with significant digits, days and times, and what is beyond a detection limit.
    Printed(Box<Printed>),
    /// The text of every level.
    Levels(Vec<Vec<u8>>),
}

/// A column of numbers of which decimals do not say everything.
#[derive(Clone, Debug)]
struct Printed {
    column: Column,
    /// Below the first and above the second, a limit stands for the number.
    limits: [Option<(f64, Vec<u8>)>; 2],
}

impl Printed {
    fn of(column: &Column) -> Self {
        let limit = |side| column.limit(side).map(|(value, text)| (value, cell(text, false)));
        Self { column: column.clone(), limits: [limit(Side::Below), limit(Side::Above)] }
    }

    fn write(&self, cell: f64, text: &mut Vec<u8>) {
        match &self.limits {
            [Some((limit, beyond)), _] if cell < *limit => text.extend_from_slice(beyond),
            [_, Some((limit, beyond))] if cell > *limit => text.extend_from_slice(beyond),
            _ if self.column.kind.is_time() => {
                text.extend(self::cell(&self.column.number_text(cell), false));
            }
            // Digits of a stored format say what a number is; decimals say how the study wrote it.
            _ if self.column.digits.is_some() && self.column.mantissa_bits.is_none() => {
                text.extend_from_slice(digits::print(cell).as_bytes())
            }
            _ => number::print(text, cell, self.column.decimals),
        }
    }
}

impl CsvText {
    /// The form for a schema. Texts that a spreadsheet would execute are guarded.
    pub fn of(schema: &Schema) -> Self {
        Self::with(schema, FormulaGuard::On)
    }

    /// Like [`CsvText::of`], with the guard that is asked for.
    pub fn with(schema: &Schema, guard: FormulaGuard) -> Self {
        let alone = schema.columns.len() == 1;
        let cells = |column: &Column| match column.kind.is_coded() {
            true => Cells::Levels(
                column.levels.iter().map(|level| cell(&guard.apply(level), alone)).collect(),
            ),
            false if column.is_printed_otherwise() || !column.limits.is_empty() => {
                Cells::Printed(Box::new(Printed::of(column)))
            }
            false => Cells::Numbers(column.decimals),
        };
        Self {
            header: record(schema.columns.iter().map(|column| guard.apply(&column.name))),
            columns: schema.columns.iter().map(cells).collect(),
            missing: cell("", alone),
        }
    }

    /// The names of the columns as the first line.
    pub fn header(&self) -> Vec<u8> {
        self.header.clone()
    }

    /// Appends the lines of all rows of a table of this schema.
    pub fn rows(&self, table: &Table, text: &mut Vec<u8>) {
        (0..table.rows()).for_each(|row| self.row(table.cells.row(row), text));
    }

    /// Appends the line of a row, which has a cell for every column.
    pub fn row(&self, cells: &[f64], text: &mut Vec<u8>) {
        for (column, &cell) in self.columns.iter().zip(cells) {
            match column {
                _ if cell.is_nan() => text.extend_from_slice(&self.missing),
                Cells::Numbers(decimals) => number::print(text, cell, *decimals),
                Cells::Printed(printed) => printed.write(cell, text),
                Cells::Levels(levels) => text.extend_from_slice(&levels[cell as usize]),
            }
            text.push(b',');
        }
        if let Some(last) = text.last_mut() {
            *last = b'\n';
        }
    }
}

/// A line of CSV.
fn record<'a>(cells: impl ExactSizeIterator<Item = Cow<'a, str>>) -> Vec<u8> {
    let alone = cells.len() == 1;
    let mut line = cells.map(|text| cell(&text, alone)).collect::<Vec<_>>().join(&b',');
    line.push(b'\n');
    line
}

/// A cell as it stands in a line. An empty cell alone in its line is written as `""`.
fn cell(text: &str, alone: bool) -> Vec<u8> {
    let quoted = |byte: u8| QUOTED.contains(&byte) || byte.is_ascii_control();
    if text.bytes().any(quoted) || text.starts_with('\u{feff}') || (alone && text.is_empty()) {
        format!("\"{}\"", text.replace('"', "\"\"")).into_bytes()
    } else {
        text.as_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use ground::matrix::Matrix;

    fn column(name: &str, kind: Kind, levels: &[&str], decimals: usize) -> Column {
        let levels = levels.iter().map(|level| level.to_string()).collect();
        Column {
            name: name.into(),
            kind,
            unit: None,
            label: None,
            levels,
            decimals,
            missing: Vec::new(),
            ..Column::default()
        }
    }

    fn written(columns: Vec<Column>, rows: usize, cells: &[f64]) -> String {
        let cells = Matrix::from_values(rows, columns.len(), cells.to_vec());
        let mut text = Vec::new();
        Table { schema: Schema { columns, ..Schema::default() }, cells, patients: None }
            .write(&mut text)
            .unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn cells_that_need_quotes_have_them() {
        let columns = vec![
            column("a,b", Kind::Nominal, &["x", "y,z", "say \"no\"", "two\nlines"], 0),
            column("c", Kind::Numerical, &[], 2),
            column("d", Kind::Integer, &[], 0),
        ];
        let cells = [1.0, 2.5, 7.0, 2.0, f64::NAN, -3.0, 3.0, 0.05, f64::NAN, f64::NAN, -0.05, 0.0];
        let expected =
            "\"a,b\",c,d\n\"y,z\",2.50,7\n\"say \"\"no\"\"\",,-3\n\"two\nlines\",0.05,\n,-0.05,0\n";
        assert_eq!(written(columns, 4, &cells), expected);
    }

    #[test]
    fn what_a_spreadsheet_would_execute_is_guarded() {
        let columns = vec![
            column("=cmd|x", Kind::Nominal, &["@SUM(1,2)", "-1", "'=x"], 0),
            column("+b", Kind::Numerical, &[], 1),
        ];
        let cells = [0.0, -2.5, 1.0, f64::NAN, 2.0, 1.0];
        let expected = "'=cmd|x,'+b\n\"'@SUM(1,2)\",-2.5\n-1,\n''=x,1.0\n";
        assert_eq!(written(columns.clone(), 3, &cells), expected.replace("'=cmd|x", "\"'=cmd|x\""));
        let schema = Schema { columns, ..Schema::default() };
        assert_eq!(CsvText::with(&schema, FormulaGuard::Off).header(), b"\"=cmd|x\",+b\n");
    }

    #[test]
    fn a_missing_cell_of_a_single_column_is_still_a_line() {
        let columns = vec![column("c", Kind::Numerical, &[], 1)];
        assert_eq!(written(columns, 3, &[1.0, f64::NAN, 2.0]), "c\n1.0\n\"\"\n2.0\n");
    }
}
