//! For any table that a schema allows: reading undoes writing, decoding undoes encoding.

use super::{read, same, through_f32, written};
use ground::matrix::Matrix;
use proptest::prelude::*;
use std::collections::BTreeSet;
use table::encode::{Encoder, Treatment};
use table::pixels::Pixels;
use table::postprocess::postprocess;
use table::{Column, Kind, Schema, Table};

/// Text that a trimmed cell can hold, with everything that CSV has to quote.
fn text() -> impl Strategy<Value = String> {
    // Codes for missing and formulas may be levels, too: whoever lists them means them.
    let any = prop_oneof![
        8 => "[a-zA-Z0-9 ,;|\t\"'\r\n.\\-$<>=@+é中😀#]{1,8}",
        1 => prop::sample::select(vec!["NA", "N/A", "null", ".", "=1+1", "-9", "0", "1,5", "1.234,5"]).prop_map(String::from),
    ];
    any.prop_map(|text| text.trim().to_owned())
        .prop_filter("empty after trimming", |text| !text.is_empty())
}

fn column(name: String) -> impl Strategy<Value = Column> {
    let kinds = vec![Kind::Numerical, Kind::Integer, Kind::Boolean, Kind::Ordinal, Kind::Nominal];
    let levels = prop::collection::btree_set(text(), 2..6)
        .prop_map(|levels: BTreeSet<String>| levels.into_iter().collect());
    (
        prop::sample::select(kinds),
        levels,
        0..7usize,
        prop::sample::select(vec!["", "0", "-9", CODE]),
    )
        .prop_map(move |(kind, mut levels, decimals, code): (_, Vec<String>, _, _)| {
            match kind {
                Kind::Numerical | Kind::Integer => levels.clear(),
                Kind::Boolean => levels.truncate(2),
                _ => {}
            }
            let decimals = if kind == Kind::Numerical { decimals } else { 0 };
            // A level that is a code, too, is refused; `CODE` is longer than any level.
            let fits = !code.is_empty() && (levels.is_empty() || code == CODE);
            let missing = if fits { vec![code.to_owned()] } else { Vec::new() };
            Column { name: name.clone(), kind, levels, decimals, missing, ..Column::default() }
        })
}

/// A code for missing.
const CODE: &str = "-987654321";

/// A cell from two random numbers: missing in one case of four, else a level or a number of at most
/// ten digits.
/// A number that is a code for missing in its column is missing.
fn cell(column: &Column, (lot, number): (u8, i32)) -> f64 {
    let number = match lot % 16 {
        1 => 0,
        2 => -9,
        _ => number,
    };
    let cell = match column.kind {
        _ if lot % 4 == 0 => f64::NAN,
        Kind::Numerical => format!("{number}e-{}", column.decimals).parse().unwrap(),
        Kind::Integer => f64::from(number),
        _ => f64::from(number.rem_euclid(column.levels.len() as i32)),
    };
    // The cell of a coded column is the position of its level, and no code.
    let is_code =
        !column.kind.is_coded() && column.missing.iter().any(|code| code.parse() == Ok(cell));
    if is_code || CODE.parse() == Ok(cell) { f64::NAN } else { cell }
}

fn tables() -> impl Strategy<Value = Table> {
    let names = prop::collection::btree_set(text(), 1..6);
    let columns = names.prop_flat_map(|names| names.into_iter().map(column).collect::<Vec<_>>());
    let everywhere = prop::sample::select(vec![Vec::new(), vec![CODE.to_owned()]]);
    (columns, 1..20usize, everywhere).prop_flat_map(|(columns, rows, missing)| {
        let cells = prop::collection::vec((any::<u8>(), any::<i32>()), rows * columns.len());
        cells.prop_map(move |cells| {
            let width = columns.len();
            let cells = cells
                .into_iter()
                .enumerate()
                .map(|(at, random)| cell(&columns[at % width], random))
                .collect();
            let schema =
                Schema { columns: columns.clone(), missing: missing.clone(), ..Schema::default() };
            Table { schema, cells: Matrix::from_values(rows, width, cells), patients: None }
        })
    })
}

/// Whether `back` is `table`, but for the missing cells of constant columns, which are drawn anew.
fn same_but_constant(back: &Table, table: &Table, encoder: &Encoder) -> bool {
    let equal = |column: usize| {
        let mut cells = back.cells.column(column).zip(table.cells.column(column));
        match &encoder.treatments()[column] {
            Treatment::Constant { value, .. } => {
                cells.all(|(cell, _)| cell.is_nan() || cell == *value)
            }
            _ => cells.all(|(cell, expected)| cell.to_bits() == expected.to_bits()),
        }
    };
    back.schema == table.schema
        && back.rows() == table.rows()
        && (0..table.schema.columns.len()).all(equal)
}

proptest! {
    #[test]
    fn reading_undoes_writing(table in tables()) {
        let schema = table.schema.to_toml();
        let again = read(written(&table).as_bytes(), Some(&schema));
        prop_assert!(again.is_ok(), "{:?} from {:?}", again, written(&table));
        prop_assert!(same(&again.unwrap().0, &table), "{}", written(&table));
    }

    #[test]
    fn decoding_undoes_encoding(table in tables(), seed: u64) {
        let Ok(encoder) = Encoder::fit(&table, Pixels::None) else { return Ok(()) };
        let mut matrix = encoder.encode(&table);
        prop_assert!(matrix.values().iter().all(|&x| x == -1.0 || (-0.294118..=1.0).contains(&x)));
        prop_assert!(same_but_constant(&encoder.decode(&matrix, seed), &table, &encoder));
        postprocess(&mut matrix, &encoder);
        prop_assert!(same_but_constant(&encoder.decode(&matrix, seed), &table, &encoder));
    }

    #[test]
    fn levels_survive_pixels_and_f32(table in tables(), seed: u64) {
        let Ok(encoder) = Encoder::fit(&table, Pixels::Levels256) else { return Ok(()) };
        let back = encoder.decode(&through_f32(&encoder.encode(&table)), seed);
        for (position, column) in table.schema.columns.iter().enumerate() {
            let trained = matches!(encoder.treatments()[position], Treatment::Trained { .. });
            for (ours, theirs) in back.cells.column(position).zip(table.cells.column(position)) {
                prop_assert!(!trained || ours.is_nan() == theirs.is_nan());
                prop_assert!(!(trained && column.kind.is_coded()) || ours.to_bits() == theirs.to_bits());
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Err(error) = read(&bytes, None) {
            prop_assert_eq!(error.exit_code(), 3);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[0-9a-c,.\"\n\r \\-]{0,200}") {
        match read(text.as_bytes(), None) {
            Err(error) => prop_assert_eq!(error.exit_code(), 3),
            Ok((table, _)) => {
                let schema = table.schema.to_toml();
                let again = read(written(&table).as_bytes(), Some(&schema));
                prop_assert!(same(&again.unwrap().0, &table), "{:?}", text);
            }
        }
    }
}
