//! Rows of one patient are one patient, to everything that asks how many share something.

use super::nonsense::{csv, texts};
use table::Table;
use table::condition::{Condition, Support};
use table::relations::{Found, find};
use table::typed::{TypedDecoder, TypedEncoder, TypedOptions};

fn lot(row: usize, salt: usize) -> usize {
    super::lot(row, salt, 1 << 20) as usize
}

/// Rows of the one patient who has many.
const MANY: usize = 40;

/// 160 patients with two rows each, and one with [`MANY`].
/// A tariff has two of six prices; the one patient has tariff A and a price of others.
/// He alone stays 41 days, and `status` c says `ill` = yes of him and nobody else.
fn visits() -> Table {
    let mut table = csv("tariff,price,status,ill,admitted,discharged", 320 + MANY, |row| {
        let one = row >= 320;
        let tariff = if one { 0 } else { lot(row, 1) % 6 };
        let price = if one { 40 } else { 10 * ((tariff + lot(row, 6) % 2) % 6 + 1) };
        let status = if one { 2 } else { lot(row, 2) % 2 };
        let ill = if one || lot(row, 3).is_multiple_of(3) { "yes" } else { "no" };
        let admitted = lot(row, 4) % 400;
        let stay = if one { 41 } else { 1 + lot(row, 5) % 20 };
        let tariff = ["A", "B", "C", "D", "E", "F"][tariff];
        format!("{tariff},{price},{},{ill},{admitted},{}", ["a", "b", "c"][status], admitted + stay)
    });
    table.patients = Some((0..320 + MANY).map(|row| (row / 2).min(160)).collect());
    table
}

/// The same rows, each of a patient of his own.
fn alone(table: &Table) -> Table {
    Table { patients: None, ..table.clone() }
}

fn stored(found: &[Found], table: &Table) -> String {
    let stored: Vec<_> = found.iter().map(|one| one.stored(&table.schema)).collect();
    serde_json::to_string(&stored).unwrap()
}

#[test]
fn relations_of_one_patient_are_none() {
    let table = visits();
    let (of_rows, of_people) = (find(&alone(&table)), find(&table));
    let says = |found: &[Found]| texts(found, &table).contains(&"status = c -> ill = yes".into());
    assert!(says(&of_rows), "{:?}", texts(&of_rows, &table));
    assert!(!says(&of_people), "{:?}", texts(&of_people, &table));
    assert!(texts(&of_people, &table).contains(&"combinations of: tariff, price".into()));
    // Orders are kept by everybody.
    assert!(texts(&of_people, &table).contains(&"admitted <= discharged".into()));
    // No model file tells what he alone pays: places of levels and prices.
    let pair = "[0.0,40.0]";
    assert!(stored(&of_rows, &table).contains(pair), "{}", stored(&of_rows, &table));
    assert!(!stored(&of_people, &table).contains(pair), "{}", stored(&of_people, &table));
}

#[test]
fn what_one_patient_alone_has_does_not_come_back() {
    let table = visits();
    let count = |table: &Table| {
        let found = find(table);
        let encoder = TypedEncoder::fit(table, &found, &TypedOptions::default()).unwrap();
        let matrix = encoder.encode(table);
        let decoder = TypedDecoder::fit(&matrix, &encoder, (table, &matrix));
        let made = decoder.decode(&matrix);
        let rows = (0..made.rows()).map(|row| made.cells.row(row));
        let pair = rows.clone().filter(|row| row[0] == 0.0 && row[1] == 40.0).count();
        let level = rows.filter(|row| row[2] == 2.0).count();
        let text = serde_json::to_string(&decoder).unwrap();
        (pair, level, text.contains("41.0"))
    };
    assert_eq!(count(&alone(&table)), (MANY, MANY, true));
    assert_eq!(count(&table), (0, 0, false), "{:?}", texts(&find(&table), &table));
}

/// What a row of each patient keeps must hold in his other rows, whichever row that is.
#[test]
fn a_relation_holds_in_all_rows_of_a_patient() {
    let table = |broken: Option<usize>| {
        let mut table = csv("first,last", 240, |row| {
            let first = lot(row, 7) % 400;
            let stay = lot(row, 8) % 30;
            format!("{first},{}", if broken == Some(row) { -1 } else { (first + stay) as i64 })
        });
        table.patients = Some((0..240).map(|row| row / 2).collect());
        table
    };
    let says = |table: &Table| texts(&find(table), table).contains(&"first <= last".into());
    assert!(says(&table(None)));
    for row in [100, 101] {
        assert!(!says(&table(Some(row))), "row {row} breaks it");
    }
}

#[test]
fn a_column_that_few_patients_have_is_kept_out() {
    // Forty of its cells are those of one patient.
    let mut table = csv("who,score", 240, |row| {
        let score = if row < 40 { format!("{}.5", row % 25) } else { String::new() };
        format!("{},{score}", lot(row, 9) % 50)
    });
    let warns = |table: &Table| -> Vec<String> {
        let encoder = TypedEncoder::fit(table, &[], &TypedOptions::default()).unwrap();
        encoder.warnings().iter().map(|warning| warning.column.clone()).collect()
    };
    assert!(warns(&table).is_empty());
    table.patients = Some((0..240).map(|row| if row < 40 { 0 } else { row }).collect());
    assert_eq!(warns(&table), ["score"]);
}

#[test]
fn a_condition_on_one_patient_has_no_support() {
    let table = visits();
    let behind = |table: &Table, text: &str| {
        Support::of(table).rows_with(&Condition::parse(text, &table.schema).unwrap())
    };
    assert_eq!(behind(&alone(&table), "status = c"), MANY);
    assert_eq!(behind(&table, "status = c"), 4);
    assert_eq!(behind(&table, "ill = yes"), behind(&alone(&table), "ill = yes"));
}
