//! Levels that a second table writes otherwise: matched where one meaning is left, refused where
//! nothing is shared.

use ground::error::Result;
use table::read::Sheet;
use table::{Beside, Table};

fn column(name: &str, cells: &[&str], times: usize) -> Sheet {
    let text = format!("{name}\n{}\n", cells.repeat(times).join("\n"));
    Sheet::from_bytes(text.as_bytes(), "t.csv").unwrap()
}

/// The second column under the schema of the first, with what is said about it.
fn beside(real: &[&str], other: &[&str], beside: Beside) -> Result<(Table, Table, String)> {
    let (real, mut other) = (column("x", real, 10), column("x", other, 10));
    let (mut schema, _) = real.infer()?;
    let said = other.widen(&mut schema, &real, beside)?;
    let said = said.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    Ok((real.table(&schema)?, other.table(&schema)?, said))
}

fn same_cells(real: &[&str], other: &[&str]) -> bool {
    let (real, other, said) = beside(real, other, Beside::Synthetic).unwrap();
    let bits = |table: &Table| table.cells.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    bits(&real) == bits(&other) && said.contains("written otherwise")
}

#[test]
fn what_can_only_mean_one_level_is_read_as_it() {
    assert!(same_cells(&["Yes", "No", "No"], &["1", "0", "0"]));
    assert!(same_cells(&["0", "1", "1"], &["FALSE", "true", "TRUE"]));
    assert!(same_cells(&["ja", "nein", "", "nein"], &["Y", "N", "", "N"]));
    assert!(same_cells(&["Ward A", "Ward B", "other"], &["ward_a", "WARD  B", "Other"]));
    // One answer alone is enough where it is an answer.
    let (_, other, _) = beside(&["Yes", "No"], &["1", "1"], Beside::Synthetic).unwrap();
    assert!(other.cells.column(0).all(|cell| cell == 1.0), "Yes is the second level");
}

#[test]
fn a_column_without_a_level_in_common_is_refused() {
    let refused = |real: &[&str], other: &[&str]| {
        for role in [Beside::Synthetic, Beside::Holdout] {
            let error = beside(real, other, role).unwrap_err().to_string();
            for part in ["\"x\"", "no level in common", "--drop"] {
                assert!(error.contains(part), "{part} is not in {error}");
            }
        }
    };
    refused(&["male", "female"], &["1", "2"]);
    refused(&["Yes", "No"], &["2", "1"]);
    refused(&["low", "mid", "high"], &["1", "2", "3"]);
    refused(&["a", "b", "A"], &["c", "d", "e"]);
}

#[test]
fn levels_that_vanish_while_others_appear_are_refused_in_synthetic_patients() {
    let renamed = [(&["1", "2"], &["0", "1"]), (&["A", "B"], &["A", "2"])];
    for (real, other) in renamed {
        let error = beside(real, other, Beside::Synthetic).unwrap_err().to_string();
        assert!(error.contains("in the place of some"), "{error}");
        assert!(!error.contains("\"2\""), "a value is told: {error}");
        let (.., said) = beside(real, other, Beside::Holdout).unwrap();
        assert!(said.contains("levels that"), "{said}");
    }
}

#[test]
fn levels_that_only_one_table_has_are_no_recoding() {
    // A word for missing cells, a level that was lost, and a rare one that is new.
    let quiet = [
        (&["a", "b", "c", "c"], &["a", "b", "c", "Unknown"]),
        (&["a", "b", "c", "c"], &["a", "b", "b", "a"]),
    ];
    for (real, other) in quiet {
        let (.., said) = beside(real, other, Beside::Synthetic).unwrap();
        assert!(!said.contains("written otherwise"), "{said}");
    }
    // Rare levels that a generator pooled under a name of its own.
    let (mut real, mut made) = (vec!["a"; 12], vec!["a"; 300]);
    real.extend(["b", "b", "b", "b", "c", "c", "c", "d", "d"]);
    made.extend(["Rest"; 200]);
    let sheets = [column("x", &real, 1), column("x", &made, 1)];
    let [real, mut made] = sheets;
    let (mut schema, _) = real.infer().unwrap();
    let said = made.widen(&mut schema, &real, Beside::Synthetic).unwrap();
    assert!(said[0].text.starts_with("levels that"), "{said:?}");
    // Two levels that differ in case alone are two levels.
    let (_, other, said) = beside(&["a", "A", "b"], &["a", "A", "B"], Beside::Synthetic).unwrap();
    assert!(said.contains("\"B\" as \"b\"") && other.schema.columns[0].levels.len() == 3);
}

#[test]
fn numbers_in_another_unit_are_told() {
    let kilograms: Vec<String> = (0..20).map(|n| format!("{}.5", 60 + n)).collect();
    let grams: Vec<String> = (0..20).map(|n| format!("{}", 60500 + 1000 * n)).collect();
    let texts = |numbers: &[String]| numbers.to_vec();
    let [real, other] = [texts(&kilograms), texts(&grams)];
    let refs = |texts: &[String]| texts.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let sheet = |text: String| Sheet::from_bytes(format!("w\n{text}\n").as_bytes(), "t.csv");
    let (real, mut other) = (sheet(refs(&real)).unwrap(), sheet(refs(&other)).unwrap());
    let (mut schema, _) = real.infer().unwrap();
    let said = other.widen(&mut schema, &real, Beside::Synthetic).unwrap();
    assert!(said.iter().any(|warning| warning.text.contains("another unit")), "{said:?}");
    let mut again = real.clone();
    assert!(again.widen(&mut schema, &real, Beside::Synthetic).unwrap().is_empty());
}
