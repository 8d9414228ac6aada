//! Rows of one patient are one patient, to everything that asks how many share something.

use super::nonsense::{csv, texts};
use table::Table;
use table::condition::{Condition, Support};
use table::relations::{Found, Relation, find, still};
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

/// 60 patients with four visits each: a value at the start that is the same in all of his rows, the
/// change since then, which the first visit lacks, and what both make.
fn changes() -> Table {
    let mut table = csv("started,day,seen,base,value,change", 240, |row| {
        let (patient, visit) = (row / 4, row % 4);
        let (started, day) = (lot(patient, 1) % 28, 1 + 30 * visit + lot(row, 2) % 9);
        let base = 100 + lot(patient, 3) % 90;
        let change = (lot(row, 4) % 41) as i64 - 20;
        let (value, change) = match visit {
            0 => (base as i64, String::new()),
            _ => (base as i64 + change, change.to_string()),
        };
        let seen = 18_000 + started + day - 1;
        format!("2020-01-{:02},{day},{},{base},{value},{change}", started + 1, seen)
    });
    table.patients = Some((0..240).map(|row| row / 4).collect());
    table
}

#[test]
fn means_of_several_patients_keep_formulas() {
    let mut table = changes();
    let found = find(&table);
    let sum = "value = sum(base, change)".to_owned();
    assert!(texts(&found, &table).contains(&sum), "{:?}", texts(&found, &table));
    let before = table.cells.clone();
    let averaged = table.shared_by(5, &found);
    assert!(averaged.contains(&"base".to_owned()), "{averaged:?}");
    let [base, value, change] =
        ["base", "value", "change"].map(|name| table.position(name).unwrap());
    for row in 0..table.rows() {
        let cells = table.cells.row(row);
        let change = if cells[change].is_nan() { 0.0 } else { cells[change] };
        assert_eq!(cells[value], cells[base] + change, "{cells:?} {:?}", texts(&found, &table));
    }
    // A start of one patient in his four rows is no longer his.
    let own = |row: usize| before[(row, base)] == table.cells[(row, base)];
    assert!((0..table.rows()).any(|row| !own(row)));
    let [kept, lost] = still(found, &table);
    assert!(texts(&kept, &table).contains(&sum), "{:?}", texts(&kept, &table));
    assert!(!texts(&lost, &table).contains(&sum));
}

/// An order that means do not keep is not kept, and told.
#[test]
fn what_means_of_several_patients_break_is_told() {
    let table = changes();
    let relation = Relation::parse("value <= base", &table.schema).unwrap();
    let broken = Found::count(relation.clone(), &table);
    assert!(broken.exceptions > 0);
    let [kept, lost] = still(vec![broken], &table);
    assert_eq!((kept.len(), lost.len()), (0, 1));
}

/// Nine patients with many rows: of each alone nothing is said, and all of their rows say a sum.
#[test]
fn formulas_of_few_patients_with_many_rows_are_found() {
    let mut table = csv("day,a,b,total,same,other", 270, |row| {
        let (patient, a, b) = (row / 30, lot(row, 1) % 90, lot(row, 2) % 70);
        let same = 10 * patient + 5;
        format!("{},{a},{b},{},{same},{}", row % 30, a + b, 3 * same + 7)
    });
    table.patients = Some((0..270).map(|row| row / 30).collect());
    let known = texts(&find(&table), &table);
    assert!(known.contains(&"a + b = total".into()), "{known:?}");
    // Nine pairs of numbers are no formula, in however many rows they stand.
    assert!(!known.iter().any(|text| text.contains("other")), "{known:?}");
}
