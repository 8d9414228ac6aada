//! The table side from file to file: what is read, refused, cleaned, encoded, decoded,
//! post-processed and written.

extern crate mellizo_table as table;

mod bad_input;
mod bounded;
mod calendar;
mod cleaning;
mod cohort;
#[cfg(feature = "parquet")]
mod columnar;
mod conjunctions;
mod dates;
mod decisions;
mod derived;
mod encoding;
mod exact;
mod extremes;
mod few_values;
mod files;
mod forms;
mod gates;
mod generated;
mod hostile;
mod inference;
mod inverse;
mod kinds;
mod lacking;
mod nonsense;
mod pandas;
mod people;
mod present;
mod products;
mod properties;
mod recoding;
mod relations;
mod residuals;
mod structure;
mod survival;
mod totals;
mod typed;
mod walls;
#[cfg(feature = "xlsx")]
mod workbook;
mod zeros;

use ground::error::{Error, Result};
use ground::matrix::Matrix;
use table::read::{Options, Sheet, from_bytes};
use table::{Schema, Table, Warning};

/// Reads CSV text, with the schema if there is one.
fn read(csv: &[u8], schema: Option<&str>) -> Result<(Table, Vec<Warning>)> {
    let options = Options { has_header: schema.is_some(), ..Options::default() };
    let sheet = Sheet::read(from_bytes(csv.to_vec(), "cohort.csv", &options)?)?;
    match schema {
        Some(schema) => Ok((sheet.table(&Schema::from_toml(schema, "cohort.toml")?)?, Vec::new())),
        None => {
            let (schema, warnings) = sheet.infer()?;
            Ok((sheet.table(&schema)?, warnings))
        }
    }
}

fn table(csv: &str) -> Table {
    read(csv.as_bytes(), None).unwrap().0
}

fn written(table: &Table) -> String {
    let mut bytes = Vec::new();
    table.write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Equal schemas and cells, where two missing cells are equal.
fn same(a: &Table, b: &Table) -> bool {
    let cells =
        |table: &Table| table.cells.values().iter().map(|cell| cell.to_bits()).collect::<Vec<_>>();
    a.schema == b.schema && a.cells.rows() == b.cells.rows() && cells(a) == cells(b)
}

fn through_f32(matrix: &Matrix) -> Matrix {
    Matrix::from_fn(matrix.rows(), matrix.columns(), |row, column| {
        f64::from(matrix[(row, column)] as f32)
    })
}

fn input_message(result: Result<(Table, Vec<Warning>)>) -> String {
    let error = result.expect_err("this input must be refused");
    assert!(matches!(error, Error::Input { .. }), "{error:?} is not an input error");
    assert_eq!(error.exit_code(), 3);
    error.to_string()
}

/// A reproducible number in 0..n that depends on nothing but its keys.
fn lot(row: usize, column: usize, n: u64) -> u64 {
    let mut state = (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ (column as u64).wrapping_mul(0xD1B5_4A32_D192_ED03);
    for _ in 0..3 {
        state = (state ^ (state >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
    (state >> 20) % n
}
