//! What makes a table of synthetic patients valid beside its cohort, judged from the text of both.

use crate::csv_file::CsvFile;
use mellizo::table::bundled;
use std::collections::HashSet;

/// The bundled cohort's own text.
pub fn cohort() -> CsvFile {
    CsvFile::parse(bundled::CSV)
}

/// Checks a synthetic table against the bundled cohort, column by column.
pub fn check(synthetic: &CsvFile, rows: usize) {
    let cohort = cohort();
    assert_eq!(synthetic.header, cohort.header);
    assert_eq!(synthetic.rows.len(), rows);
    let schema = bundled::schema().unwrap();
    for column in &schema.columns {
        let (real, made) = (cohort.column(&column.name), synthetic.column(&column.name));
        let fault = match column.kind.is_coded() {
            true => foreign_level(&real, &made),
            false => impossible_number(&real, &made),
        };
        assert_eq!(fault, None, "column {:?}", column.name);
    }
}

/// The first cell that is neither a level of the cohort nor empty, or empty although the cohort's
/// never are.
fn foreign_level(real: &[&str], made: &[&str]) -> Option<String> {
    let known: HashSet<&str> = real.iter().copied().collect();
    made.iter()
        .find(|cell| !known.contains(*cell))
        .map(|cell| format!("{cell:?} is no level of the cohort"))
}

/// The first cell that is no number, has more decimals than the cohort, lies outside its range, or
/// is empty although the cohort's never are.
fn impossible_number(real: &[&str], made: &[&str]) -> Option<String> {
    let numbers: Vec<f64> =
        real.iter().filter(|cell| !cell.is_empty()).map(|cell| cell.parse().unwrap()).collect();
    // The shortest text that gives the number back, without an exponent.
    let needed =
        |number: &f64| number.to_string().split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let decimals = numbers.iter().map(needed).max().unwrap();
    let (lo, hi) = numbers
        .iter()
        .fold((f64::MAX, f64::MIN), |(lo, hi), number| (lo.min(*number), hi.max(*number)));
    let has_missing = real.contains(&"");
    made.iter().find_map(|cell| {
        if cell.is_empty() {
            return (!has_missing).then(|| "a missing cell".to_owned());
        }
        let plain = cell
            .strip_prefix('-')
            .unwrap_or(cell)
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        let Some(number) = cell.parse::<f64>().ok().filter(|_| plain) else {
            return Some(format!("{cell:?}"));
        };
        let printed = cell.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let good = printed <= decimals && (lo..=hi).contains(&number);
        (!good).then(|| format!("{cell}: the cohort has {decimals} decimals, {lo} to {hi}"))
    })
}

#[test]
fn the_check_finds_every_fault() {
    let real = ["1.25", "", "3.5", "-2"];
    assert_eq!(impossible_number(&real, &["1.20", "", "-2.00", "3.5"]), None);
    for fault in ["1.200", "3.51", "-2.01", "NaN", "1e0", "x", "+1"] {
        assert!(impossible_number(&real, &["1.25", fault]).is_some(), "{fault}");
    }
    assert!(impossible_number(&["1", "2"], &["1", ""]).is_some());
    assert_eq!(foreign_level(&["a", "b", ""], &["a", ""]), None);
    assert!(foreign_level(&["a", "b", ""], &["c"]).is_some());
    assert!(foreign_level(&["a", "b"], &[""]).is_some());
}
