//! Tables as hospitals send them: what the options of the command line say of a file is what the
//! model learns.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, cpu};
use crate::tensors::document;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::io::Write;

/// 80 patients in Latin-1 with semicolons and decimal commas: ages from 42 to 70 where 0 means
/// missing (8 patients), doses from 0.5 to 6.5 where -9 does (20 patients), and wards with an
/// umlaut.
fn table() -> Vec<u8> {
    let row = |row: usize| {
        let age = if row.is_multiple_of(10) { 0 } else { 41 + row % 30 };
        let dose = if row.is_multiple_of(4) { "-9".into() } else { format!("{},5", row % 7) };
        format!("{age};{dose};{}\r\n", ["s\u{fc}d", "nord", "ost"][row % 3])
    };
    let text = format!("alter;dosis;station\r\n{}", (0..80).map(row).collect::<String>());
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

const OPTIONS: &str = "--delimiter ; --decimal , --encoding latin1 --missing -9,alter=0";

/// What the model says of the encoding of its columns.
fn learned(desk: &Desk, file: &str, options: &str) -> Vec<Value> {
    let line = format!("run {file} --recipe small.toml --epochs 1 --out results --force {options}");
    desk.mellizo_on(&cpu(), &line).good();
    let document = document(&desk.bytes("results/private/model.safetensors"));
    document["table"]["encoder"]["columns"]
        .as_array()
        .unwrap_or_else(|| panic!("{document}"))
        .clone()
}

/// Refused unless minimum, maximum and missing share are these.
fn assert_learned(column: &Value, lo: f64, hi: f64, missing: f64) {
    let number = |key: &str| column[key].as_f64().unwrap_or_else(|| panic!("{key} in {column}"));
    assert_eq!((number("lo"), number("hi")), (lo, hi), "{column}");
    assert!((number("missing") - missing).abs() < 1e-12, "{column}");
}

#[test]
fn every_option_is_heeded() {
    let desk = Desk::new();
    desk.put("export.csv", table());
    let columns = learned(&desk, "export.csv", OPTIONS);
    assert_learned(&columns[0], 42.0, 70.0, 0.1);
    assert_learned(&columns[1], 0.5, 6.5, 0.25);
    let synthetic = CsvFile::parse(&desk.bytes("results/share/synthetic.csv"));
    assert_eq!(synthetic.header, ["alter", "dosis", "station"]);
    let doses = synthetic.column("dosis").into_iter().filter(|dose| !dose.is_empty());
    assert!(doses.map(|dose| dose.parse::<f64>().unwrap()).all(|dose| (0.5..=6.5).contains(&dose)));
    let wards = synthetic.column("station");
    assert!(wards.iter().all(|ward| ["süd", "nord", "ost"].contains(ward)), "{wards:?}");
}

#[test]
fn without_an_option_it_matters() {
    let desk = Desk::new();
    desk.put("export.csv", table());
    let line = |options: &str| {
        format!("run export.csv --recipe small.toml --epochs 1 --out results {options}")
    };
    let latin = ["export.csv, row 1, column \"station\": ", "Latin-1", "--encoding latin1"];
    desk.mellizo_on(&cpu(), &line("")).refused(3, &latin);
    let comma = ["export.csv, header: ", "one column only", "--delimiter"];
    desk.mellizo_on(&cpu(), &line("--encoding latin1 --delimiter ,")).refused(3, &comma);
    let point = desk.mellizo_on(&cpu(), &line("--encoding latin1 --decimal . --force")).good();
    assert!(
        point.stderr.contains("column \"dosis\": 60 numbers with commas are kept as text"),
        "{}",
        point.stderr
    );
    let name = desk.mellizo_on(&cpu(), &line("--encoding latin1 --missing age=0"));
    name.refused(2, &["export.csv has no column \"age\""]);
    for options in ["--delimiter ab", "--decimal x", "--encoding utf-16", "--missing 0"] {
        assert_eq!(desk.mellizo_on(&cpu(), &line(options)).code, Some(2), "{options}");
    }
    // What can be seen in the file needs no option; codes that are numbers do.
    let columns = learned(&desk, "export.csv", "--encoding latin1");
    assert_learned(&columns[0], 0.0, 70.0, 0.0);
    assert_learned(&columns[1], -9.0, 6.5, 0.0);
}

#[test]
fn a_schema_says_the_same_and_gzip_changes_nothing() {
    let desk = Desk::new();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&table()).unwrap();
    desk.put("export.csv.gz", gzip.finish().unwrap());
    desk.put(
        "schema.toml",
        "decimal = \",\"\nmissing = [\"-9\"]\ncolumn = [{ name = \"alter\", kind = \"integer\", \
         missing = [\"0\"] }, { name = \"dosis\", kind = \"numerical\" }, { name = \"station\", \
         kind = \"nominal\", levels = [\"süd\", \"nord\", \"ost\"] }]",
    );
    let columns = learned(&desk, "export.csv.gz", "--schema schema.toml --encoding latin1");
    assert_learned(&columns[0], 42.0, 70.0, 0.1);
    assert_learned(&columns[1], 0.5, 6.5, 0.25);
}

#[test]
fn the_help_says_what_can_be_said_of_a_file() {
    let desk = Desk::new();
    let help = desk.mellizo("run --help").good();
    let (before, group) = help.out().split_once("\nTable file:\n").expect("a group of its own");
    let group = group.split("\nExamples:\n").next().expect("a first part");
    assert!(
        before.contains("--recipe") && before.contains("--schema") && !group.contains("--recipe"),
        "{}",
        help.out()
    );
    for option in [
        "--delimiter <CHAR>",
        "--decimal <.|,>",
        "--encoding <NAME>",
        "--sheet <NAME>",
        "--missing <",
    ] {
        assert!(group.contains(option), "{option} is not in: {group}");
    }
}
