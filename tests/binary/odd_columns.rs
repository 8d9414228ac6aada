//! Columns from which nothing can be learned: a warning, and they come back in the synthetic table.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, MULTIPLE, cpu};

/// 120 patients: a number, a constant text that 30 of them lack, a constant number that none lacks,
/// and an empty column.
fn table() -> String {
    let row = |row: usize| {
        let centre = if row.is_multiple_of(4) { "" } else { "north" };
        format!("{}.25,{centre},7,,{}\n", 40 + row % 31, ["a", "b", "c"][row % 3])
    };
    format!("age,centre,wave,unused,arm\n{}", (0..120).map(row).collect::<String>())
}

#[test]
fn constant_and_empty_columns_are_given_back() {
    let desk = Desk::new();
    desk.put("table.csv", table());
    let line = "run table.csv --recipe small.toml --epochs 2 --out results --json";
    let finished = desk.mellizo_on(&cpu(), line).good();
    let warnings: Vec<&str> =
        finished.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    for (warning, column) in warnings.iter().zip(["centre", "wave", "unused"]) {
        assert!(warning.starts_with(&format!("warning: column \"{column}\": ")), "{warning}");
        assert!(warning.contains("kept out of training and given back"), "{warning}");
    }
    let object = finished.json();
    assert_eq!((warnings.len(), object["warnings"].as_array().unwrap().len()), (3, 3));
    assert_eq!(
        (&object["features"]["used"], &object["features"]["trained"]),
        (&5.into(), &2.into())
    );
    let synthetic = CsvFile::parse(&desk.bytes("results/share/synthetic.csv"));
    assert_eq!(synthetic.header.join(","), "age,centre,wave,unused,arm");
    assert_eq!(synthetic.rows.len(), MULTIPLE * 120);
    missing_share(&synthetic.column("centre"), "north", 0.25);
    missing_share(&synthetic.column("wave"), "7", 0.0);
    missing_share(&synthetic.column("unused"), "", 1.0);
}

/// Every cell is `value` or missing, the latter in about this share: within six standard deviations
/// of as many draws.
fn missing_share(cells: &[&str], value: &str, share: f64) {
    assert!(cells.iter().all(|cell| cell.is_empty() || *cell == value), "{value}");
    let missing = cells.iter().filter(|cell| cell.is_empty()).count() as f64 / cells.len() as f64;
    let allowed = 6.0 * (share * (1.0 - share) / cells.len() as f64).sqrt();
    assert!(
        (missing - share).abs() <= allowed,
        "{missing} of {value:?} is missing, {share} in the cohort"
    );
}

#[test]
fn the_missing_cells_of_a_constant_column_depend_on_the_seed() {
    let desk = Desk::new();
    desk.put("table.csv", table());
    desk.mellizo_on(&cpu(), "train table.csv --recipe small.toml --epochs 1 --out results")
        .silent();
    let centre = |seed: usize| {
        let line = format!("sample results/private/model.safetensors --rows 200 --seed {seed}");
        let patients = CsvFile::parse(&desk.mellizo_on(&cpu(), &line).good().stdout);
        patients.column("centre").iter().map(|cell| cell.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(centre(1), centre(1));
    assert_ne!(centre(1), centre(2));
    // Patients are decoded 8192 at a time: the second time must not repeat the first.
    let patients = desk
        .mellizo_on(&cpu(), "sample results/private/model.safetensors --rows 8300 --seed 1")
        .good();
    let centre: Vec<bool> =
        CsvFile::parse(&patients.stdout).column("centre").iter().map(|c| c.is_empty()).collect();
    assert_ne!(centre[..100], centre[8192..8292]);
}

#[test]
fn a_mostly_empty_column_is_dropped_with_a_warning() {
    let desk = Desk::new();
    let row = |row: usize| format!("{},{}\n", row % 9, if row < 20 { "1" } else { "" });
    desk.put("table.csv", format!("age,rare\n{}", (0..120).map(row).collect::<String>()));
    let finished = desk
        .mellizo_on(&cpu(), "run table.csv --recipe small.toml --epochs 1 --out results")
        .silent();
    assert!(
        finished.stderr.contains("warning: column \"rare\" was dropped: 100 missing cells"),
        "{}",
        finished.stderr
    );
    assert_eq!(CsvFile::parse(&desk.bytes("results/share/synthetic.csv")).header, ["age"]);
}

#[test]
fn a_table_without_anything_to_learn() {
    let desk = Desk::new();
    desk.put("table.csv", format!("age,sex\n{}", "61,f\n".repeat(120)));
    let finished = desk.mellizo_on(&cpu(), "run table.csv --recipe small.toml --epochs 1");
    finished.refused(3, &["table.csv: ", "no column has two different values"]);
}
