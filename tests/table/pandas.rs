//! The bundled cohort as pandas sees it (`tests/fixtures/pandas_values.py`).

use ground::quantile::quantile;
use serde_json::Value;
use table::read::Sheet;
use table::{Kind, bundled};

const VALUES: &str = include_str!("../fixtures/pandas_values.json");

/// Refused unless equal within 1e-12 of the larger, which is the rounding of some hundred
/// additions.
fn near(what: &str, ours: f64, theirs: &Value) {
    let theirs = theirs.as_f64().unwrap_or_else(|| panic!("{what}: pandas has no number"));
    let tolerance = 1e-12 * ours.abs().max(theirs.abs());
    assert!((ours - theirs).abs() <= tolerance, "{what}: {ours} where pandas has {theirs}");
}

#[test]
fn every_column_has_the_numbers_of_pandas() {
    let values: Value = serde_json::from_str(VALUES).unwrap();
    let sheet = Sheet::from_bytes(bundled::CSV, bundled::NAME).unwrap();
    let table = sheet.table(&sheet.infer().unwrap().0).unwrap();
    let columns = values["columns"].as_array().unwrap();
    assert_eq!(
        (Some(table.rows() as u64), table.schema.columns.len()),
        (values["rows"].as_u64(), columns.len())
    );
    let mut numeric = 0;
    for (position, (column, theirs)) in table.schema.columns.iter().zip(columns).enumerate() {
        assert_eq!(Some(column.name.as_str()), theirs["name"].as_str());
        let name = &column.name;
        let mut texts: Vec<&str> = sheet.column(position).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(Some(texts.len() as u64), theirs["count"].as_u64(), "{name}: count");
        assert_eq!(
            Some((table.rows() - texts.len()) as u64),
            theirs["missing"].as_u64(),
            "{name}: missing"
        );
        if theirs["mean"].is_null() {
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(Some(texts.len() as u64), theirs["distinct"].as_u64(), "{name}: distinct");
            assert!(
                column.kind.is_coded(),
                "{name} is {} where pandas has {}",
                column.kind,
                theirs["dtype"]
            );
            continue;
        }
        numeric += 1;
        // A column of two distinct numbers is Boolean here and a number there: its levels are the
        // numbers.
        let number = |cell: f64| {
            if column.kind.is_coded() {
                column.levels[cell as usize].parse().unwrap()
            } else {
                cell
            }
        };
        let mut cells: Vec<f64> =
            table.cells.column(position).filter(|cell| !cell.is_nan()).map(number).collect();
        assert!(
            column.kind != Kind::Nominal && column.kind != Kind::Ordinal,
            "{name} is {}",
            column.kind
        );
        cells.sort_by(f64::total_cmp);
        let n = cells.len() as f64;
        let mean = cells.iter().sum::<f64>() / n;
        near(&format!("{name}: mean"), mean, &theirs["mean"]);
        let variance = cells.iter().map(|cell| (cell - mean).powi(2)).sum::<f64>() / (n - 1.0);
        near(&format!("{name}: std"), variance.sqrt(), &theirs["std"]);
        near(&format!("{name}: min"), cells[0], &theirs["min"]);
        near(&format!("{name}: max"), cells[cells.len() - 1], &theirs["max"]);
        for (at, level) in [0.25, 0.5, 0.75].into_iter().enumerate() {
            near(
                &format!("{name}: quartile {level}"),
                quantile(&cells, level),
                &theirs["quartiles"][at],
            );
        }
    }
    assert!(numeric > 30, "only {numeric} columns of numbers");
}
