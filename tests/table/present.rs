//! Cells that are there in every patient, in rows of a generator that knows nothing.

use super::lot;
use super::nonsense::{broken, column, csv, generated, nonsense, texts};
use std::collections::HashSet;
use table::Table;
use table::relations::find;
use table::typed::{TypedDecoder, TypedEncoder, TypedOptions};

/// Rows of a generator that knows nothing, in which no column is missing that never is, and which
/// keep the relations of the cohort.
fn complete(cohort: &Table) -> (Vec<String>, Table) {
    let (known, rows) = without_gaps(cohort);
    known.iter().for_each(|text| assert_eq!(broken(text, &rows), 0, "{text}"));
    (known, rows)
}

/// The same, whatever becomes of the relations.
fn without_gaps(cohort: &Table) -> (Vec<String>, Table) {
    let (found, rows, _) = generated(cohort);
    let known = texts(&found, cohort);
    for (at, of) in cohort.schema.columns.iter().enumerate() {
        let missing = |table: &Table| table.cells.column(at).filter(|cell| cell.is_nan()).count();
        let empty = missing(&rows);
        assert!(missing(cohort) > 0 || empty == 0, "{}: {empty} empty cells, {known:?}", of.name);
    }
    (known, rows)
}

fn contains(known: &[String], wanted: &str) {
    assert!(known.iter().any(|text| text.starts_with(wanted)), "{wanted} in {known:?}");
}

fn text(cell: Option<u64>) -> String {
    cell.map_or_else(String::new, |cell| cell.to_string())
}

/// Cells of a column in the rows that pass.
fn cells(rows: &Table, name: &str, pass: impl Fn(&[f64]) -> bool) -> Vec<f64> {
    let at = column(rows, name);
    let rows = (0..rows.rows()).map(|row| rows.cells.row(row)).filter(|row| pass(row));
    rows.map(|row| row[at]).collect()
}

/// Weights that a formula gives, where heights are missing with the index or without it.
fn weighed(lacks: impl Fn(usize) -> [bool; 2]) -> Table {
    csv("height,bmi,weight,age", 600, |row| {
        let (height, bmi) = (150.0 + lot(row, 0, 450) as f64 / 10.0, 1800 + lot(row, 1, 2000));
        // Of fewer digits than the index, so that no formula gives the index.
        let weight = bmi as f64 / 100.0 * height * height / 1e4;
        let [no_height, no_bmi] = lacks(row);
        let height = if no_height { String::new() } else { format!("{height:.1}") };
        let bmi = if no_bmi { String::new() } else { format!("{:.2}", bmi as f64 / 100.0) };
        format!("{height},{bmi},{weight:.1},{}", 20 + lot(row, 3, 60))
    })
}

#[test]
fn what_a_formula_gives_is_there_where_its_sources_are_not() {
    let (known, rows) = complete(&weighed(|row| [lot(row, 4, 13) == 0; 2]));
    contains(&known, "weight = ");
    let without = cells(&rows, "weight", |row| row[0].is_nan());
    let different: HashSet<u64> = without.iter().map(|cell| cell.to_bits()).collect();
    assert!(without.len() > 100 && 2 * different.len() > without.len(), "{}", different.len());
    // Each by itself.
    complete(&weighed(|row| [lot(row, 4, 13) == 0, lot(row, 5, 11) == 0]));
}

/// Empty cells of a column in rows of a generator that knows nothing, where the model does not know
/// which cells must be there: what gates alone leave.
fn empty_without_fill(cohort: &Table, name: &str) -> usize {
    let encoder = TypedEncoder::fit(cohort, &find(cohort), &TypedOptions::default()).unwrap();
    let generated = nonsense(&encoder, 2000);
    let decoder = TypedDecoder::fit(&generated, &encoder, (cohort, &encoder.encode(cohort)));
    let mut stored = serde_json::to_value(&decoder).unwrap();
    stored.as_object_mut().unwrap().remove("present");
    let earlier: TypedDecoder = serde_json::from_value(stored).unwrap();
    cells(&earlier.decode(&generated), name, |row| row.iter().any(|cell| cell.is_nan()))
        .into_iter()
        .filter(|cell| cell.is_nan())
        .count()
}

#[test]
fn gates_say_what_is_left_to_learn() {
    assert_eq!(empty_without_fill(&weighed(|row| [lot(row, 4, 13) == 0; 2]), "weight"), 0);
    let both = weighed(|row| [lot(row, 4, 13) == 0, lot(row, 5, 11) == 0]);
    assert_eq!(empty_without_fill(&both, "weight"), 0);
    assert_eq!(empty_without_fill(&not_detected(), "log_load"), 0);
    let lacks = |row: usize| [lot(row, 5, 9) == 0, false];
    for ties in [2, 3, 1000] {
        assert_eq!(empty_without_fill(&followed(lacks, ties), "progress"), 0, "{ties}");
    }
    // Some choice must be said to be none of a missing cell.
    assert_eq!(empty_without_fill(&part_of_a_stay(), "days"), 0);
}

#[test]
fn a_formula_that_says_nothing_in_few_patients_leaves_no_gap() {
    let (_, rows) = complete(&weighed(|row| [row % 200 == 7; 2]));
    assert!(cells(&rows, "weight", |row| row[0].is_nan()).len() > 100);
}

#[test]
fn parts_of_sums_are_there_where_others_are_not() {
    // Above a limit the laboratory gives no part of the cholesterol.
    let cohort = csv("total,hdl,ldl,non_hdl,tg", 600, |row| {
        let tg = 50 + lot(row, 0, 450);
        let (hdl, ldl) = (30 + lot(row, 1, 60), 50 + lot(row, 2, 150));
        let total = hdl + ldl + tg / 5;
        let ldl = (tg < 400).then_some(ldl);
        format!("{total},{hdl},{},{},{tg}", text(ldl), total - hdl)
    });
    let (known, _) = complete(&cohort);
    assert!(known.iter().any(|text| text.contains("non_hdl")), "{known:?}");
}

#[test]
fn a_column_is_there_where_the_copy_of_it_is_not() {
    let cohort = csv("first,second,age", 500, |row| {
        let first = 30 + lot(row, 0, 400);
        let second = (lot(row, 1, 6) > 0).then_some(first);
        format!("{first},{},{}", text(second), 20 + lot(row, 2, 60))
    });
    let (known, _) = complete(&cohort);
    contains(&known, "second = first");
    // One that a sum makes, too, which is repaired.
    let cohort = csv("a,b,sum,again,age", 500, |row| {
        let (a, b) = (lot(row, 0, 90), lot(row, 1, 70));
        let [some_a, some_again] = [2, 3].map(|salt| lot(row, salt, 7) > 0);
        let [a_text, again] =
            [(some_a, a), (some_again, a + b)].map(|(some, x)| text(some.then_some(x)));
        format!("{a_text},{b},{},{again},{}", a + b, 20 + lot(row, 4, 60))
    });
    without_gaps(&cohort);
}

/// Loads with their logarithm, for which a laboratory enters something where nothing is detected.
fn not_detected() -> Table {
    csv("load,log_load,age", 500, |row| {
        let load = if lot(row, 0, 4) == 0 { 0 } else { 20 + lot(row, 1, 900) * lot(row, 2, 900) };
        let log = match load {
            0 => lot(row, 3, 130) as f64 / 100.0,
            load => (load as f64).log10(),
        };
        format!("{load},{log:.2},{}", 20 + lot(row, 5, 60))
    })
}

#[test]
fn a_logarithm_is_there_where_its_number_is_zero() {
    let (known, rows) = complete(&not_detected());
    contains(&known, "log_load = log10(load)");
    assert!(cells(&rows, "load", |_| true).contains(&0.0));
}

/// Days of a progress, of the last visit and of the last call, of which the last two are sometimes
/// missing.
fn followed(lacks: impl Fn(usize) -> [bool; 2], ties: u64) -> Table {
    csv("progress,visit,call,age", 600, |row| {
        let visit = 100 + lot(row, 0, 900);
        let progress = if lot(row, 1, ties) == 0 { visit } else { 1 + lot(row, 2, visit) };
        let [no_visit, no_call] = lacks(row);
        let visit = (!no_visit).then_some(visit);
        let call = (!no_call).then_some(visit.unwrap_or(progress) + lot(row, 3, 40));
        format!("{progress},{},{},{}", text(visit), text(call), 20 + lot(row, 4, 60))
    })
}

#[test]
fn what_lies_below_another_column_is_there_where_that_is_not() {
    for ties in [2, 3, 1000] {
        complete(&followed(|row| [lot(row, 5, 9) == 0, false], ties));
        complete(&followed(|row| [lot(row, 5, 9) == 0, lot(row, 6, 7) == 0], ties));
        // Never both, so that no row says what is there without either.
        complete(&followed(|row| [lot(row, 5, 7) == 0, lot(row, 5, 7) == 1], ties));
        complete(&followed(|row| [row % 200 == 9, row % 200 == 9], ties));
    }
}

/// Days up to a visit that is sometimes missing: of a progress, and of a response that is not
/// ordered with it.
fn before_a_visit(columns: usize, ties: u64) -> Table {
    let header = ["progress", "response"][..columns].join(",");
    csv(&format!("{header},visit,age"), 600, |row| {
        let visit = 100 + lot(row, 0, 900);
        let day = |at: usize| match lot(row, 10 + at, ties) {
            0 => visit.to_string(),
            _ => (1 + lot(row, 20 + at, visit)).to_string(),
        };
        let days: Vec<String> = (0..columns).map(day).collect();
        let known = (lot(row, 5, 9) > 0).then_some(visit);
        format!("{},{},{}", days.join(","), text(known), 20 + lot(row, 4, 60))
    })
}

#[test]
fn what_lies_below_one_other_column_is_there_where_that_is_not() {
    for columns in [1, 2] {
        for ties in [2, 3, 1000] {
            let cohort = before_a_visit(columns, ties);
            let (known, _) = complete(&cohort);
            contains(&known, "progress <= visit");
            for name in &["progress", "response"][..columns] {
                assert_eq!(empty_without_fill(&cohort, name), 0, "{name}: {ties}");
            }
        }
    }
}

#[test]
fn what_lies_above_another_column_is_there_where_that_is_not() {
    for (parts, spread) in [(2, 400), (5, 30), (1000, 200)] {
        let cohort = csv("surgery,discharge,age", 600, |row| {
            let surgery = 1 + lot(row, 0, spread);
            let later = if lot(row, 1, parts) == 0 { 0 } else { 1 + lot(row, 2, 60) };
            let known = (lot(row, 3, 8) > 0).then_some(surgery);
            format!("{},{},{}", text(known), surgery + later, 20 + lot(row, 4, 60))
        });
        let (known, _) = complete(&cohort);
        contains(&known, "surgery <= discharge");
    }
}

/// Days of none, all or a part of a stay, which is sometimes missing.
fn part_of_a_stay() -> Table {
    csv("days,stay,ward,age", 600, |row| {
        let stay = 1 + lot(row, 0, 6) * lot(row, 1, 9);
        let days = [0, stay, lot(row, 2, stay)][lot(row, 3, 3) as usize];
        let known = (lot(row, 4, 8) > 0).then_some(stay);
        format!("{days},{},{},{}", text(known), lot(row, 5, 3), 18 + lot(row, 6, 70))
    })
}

#[test]
fn a_copy_under_a_condition_is_there_where_its_source_is_not() {
    let cohort = csv("relapse,followed,free,age", 600, |row| {
        let (followed, relapse) = (30 + lot(row, 0, 1500), lot(row, 1, 3) == 0);
        let free = if relapse { 10 + lot(row, 2, followed - 10) } else { followed };
        let known = (lot(row, 3, 8) > 0).then_some(followed);
        format!("{},{},{free},{}", u64::from(relapse), text(known), 18 + lot(row, 5, 70))
    });
    complete(&cohort);
    complete(&part_of_a_stay());
}

/// A weight that is there without an index, never without a height.
#[test]
fn a_formula_that_says_nothing_is_missing_where_the_cohort_is() {
    let cohort = csv("height,bmi,weight,age", 600, |row| {
        let (height, bmi) = (150.0 + lot(row, 0, 450) as f64 / 10.0, 1800 + lot(row, 1, 2000));
        // Of fewer digits than the index, so that no formula gives the index.
        let weight = bmi as f64 / 100.0 * height * height / 1e4;
        let [no_height, no_bmi] = [lot(row, 4, 9) == 0, lot(row, 5, 7) == 0];
        let [height, weight] = [(height, 1), (weight, 3)]
            .map(|(x, decimals)| if no_height { String::new() } else { format!("{x:.decimals$}") });
        let bmi = if no_bmi { String::new() } else { format!("{:.1}", bmi as f64 / 10.0) };
        format!("{height},{bmi},{weight},{}", 20 + lot(row, 3, 60))
    });
    let (found, rows, back) = generated(&cohort);
    contains(&texts(&found, &cohort), "weight = ");
    let missing = |cells: Vec<f64>| cells.iter().filter(|cell| cell.is_nan()).count();
    let is = |row: &[f64], lacks: [bool; 2]| [row[0], row[1]].map(f64::is_nan) == lacks;
    for lacks in [[false, true], [false, false]] {
        let of = |table: &Table| cells(table, "weight", |row| is(row, lacks));
        assert!(of(&rows).len() > 100 && missing(of(&rows)) == 0, "{lacks:?}");
        assert_eq!(missing(of(&back)), 0, "{lacks:?}");
    }
    for lacks in [[true, true], [true, false]] {
        let of = |table: &Table| cells(table, "weight", |row| is(row, lacks));
        assert_eq!(missing(of(&rows)), of(&rows).len(), "{lacks:?}");
    }
}

#[test]
fn a_formula_that_says_nothing_is_missing_in_these_rows_alone() {
    // Half of the patients without a source have no weight either.
    let cohort = csv("height,bmi,weight,age", 700, |row| {
        let (height, bmi) = (150.0 + lot(row, 0, 450) as f64 / 10.0, 1800 + lot(row, 1, 2000));
        // Of fewer digits than the index, so that no formula gives the index.
        let weight = bmi as f64 / 100.0 * height * height / 1e4;
        let [no_height, no_bmi] = [lot(row, 4, 7) == 0, lot(row, 5, 7) == 0];
        let no_weight = (no_height || no_bmi) && lot(row, 6, 2) == 0;
        let height = if no_height { String::new() } else { format!("{height:.1}") };
        let bmi = if no_bmi { String::new() } else { format!("{:.1}", bmi as f64 / 10.0) };
        let weight = if no_weight { String::new() } else { format!("{weight:.3}") };
        format!("{height},{bmi},{weight},{}", 20 + lot(row, 3, 60))
    });
    let (found, rows, back) = generated(&cohort);
    contains(&texts(&found, &cohort), "weight = ");
    let missing = |table: &Table, made: bool| {
        let is_made = |row: &[f64]| row[0].is_nan() || row[1].is_nan();
        let cells = cells(table, "weight", |row| is_made(row) != made);
        cells.iter().filter(|cell| cell.is_nan()).count() as f64 / cells.len() as f64
    };
    assert_eq!([missing(&rows, true), missing(&back, true)], [0.0; 2]);
    // The generator that knows nothing leaves out one number of four; two choices have halves.
    assert!((0.15..0.6).contains(&missing(&rows, false)), "{}", missing(&rows, false));
    assert_eq!(missing(&back, false), missing(&cohort, false));
}
