//! `mellizo check`: what a run would do, said before it does it.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, cpu};
use serde_json::Value;

/// 200 patients: orders, a code of three values, and a column that no run may use.
fn hospital() -> Desk {
    let desk = Desk::new();
    let lot = |row: usize, salt: usize, below: usize| {
        (row.wrapping_mul(0x9e37_79b9).wrapping_add(salt * 0x85eb_ca6b) >> 7) % below
    };
    let line = |row: usize| {
        let (from, stay) = (lot(row, 1, 90), lot(row, 2, 40));
        let lab = if row.is_multiple_of(7) {
            String::new()
        } else {
            format!("{}.5", 3 + lot(row, 3, 60))
        };
        let ward = ["north", "south", "west"][lot(row, 4, 3)];
        format!("P{:04},{from},{},{ward},{lab}\n", 7 * row + 13, from + stay)
    };
    let lines: String = (0..200).map(line).collect();
    desk.put("cohort.csv", format!("record,admitted,discharged,ward,lab\n{lines}"));
    desk
}

fn object(desk: &Desk, line: &str) -> Value {
    desk.mellizo_on(&cpu(), &format!("check {line} --json")).good().json()
}

#[test]
fn what_is_said_before_is_what_the_run_does() {
    let desk = hospital();
    let line = "cohort.csv --drop record --holdout 0.25 --steps 48 --out results";
    let before = object(&desk, line);
    assert!(!desk.path("results").exists(), "check writes nothing");
    let run = format!("run {line} --no-stop --json");
    let run = desk.mellizo_on(&cpu(), &run).good().json();
    for (before, after) in [
        (&before["patients"]["read"], &run["patients"]["read"]),
        (&before["patients"]["trained"], &run["patients"]["used"]),
        (&before["patients"]["kept_back"], &run["patients"]["holdout"]),
        (&before["patients"]["synthetic"], &run["patients"]["synthetic"]),
        (&before["training"]["steps"], &run["steps"]),
        (&before["training"]["features"], &run["features"]["trained"]),
        (&before["training"]["recipe"], &run["recipe"]),
        (&before["backend"], &run["backend"]),
    ] {
        assert_eq!(before, after, "{run}");
    }
    let kept = desk.text("results/share/relations.md");
    let relations = before["relations"].as_array().expect("a list");
    assert!(relations.iter().any(|of| of.as_str().unwrap().starts_with("admitted <= discharged")));
    for relation in relations {
        let relation = relation.as_str().unwrap().split(" (").next().unwrap();
        assert!(kept.contains(relation), "{relation} is not in {kept}");
    }
    let cohort = CsvFile::parse(&desk.bytes("results/private/cohort.csv"));
    let columns = before["columns"].as_array().expect("a list");
    let names: Vec<&str> = columns.iter().map(|of| of["name"].as_str().unwrap()).collect();
    assert_eq!(names, cohort.header);
    assert_eq!(columns[3]["missing"], 29);
    // What is said is what the options ask for.
    let said = |more: &str| {
        let line = format!("check cohort.csv --drop record --steps 48 {more}");
        desk.mellizo_on(&cpu(), &line).good().out().to_owned()
    };
    assert!(said("").contains("synthetic patients are made and judged"));
    let unjudged = said("--no-evaluation --recipe small.toml --set training.batch=32");
    assert!(unjudged.contains("synthetic patients are made\n"), "{unjudged}");
    assert!(!unjudged.contains("learned as choices"), "grey values: {unjudged}");
    let numbers = ["seconds_per_step", "seconds"].map(|key| before[key].as_f64());
    assert!(numbers.iter().all(|number| number.is_some_and(|n| n > 0.0)), "{before}");
    // The folder of the run is in the way of another one.
    let again = desk.mellizo_on(&cpu(), &format!("check {line}"));
    assert_eq!(again.code, Some(3));
    again.says(&["results", "--force"]);
}

#[test]
fn columns_that_a_run_refuses_are_named_beside_all_others() {
    let desk = hospital();
    let refused = desk.mellizo_on(&cpu(), "run cohort.csv");
    let finished = desk.mellizo_on(&cpu(), "check cohort.csv");
    assert_eq!((finished.code, &finished.stderr), (Some(3), &refused.stderr));
    finished.says(&["\"record\"", "--drop record"]);
    let text = finished.out();
    for part in ["discharged", "ward", "\"record\": ", "--drop record", "batches of"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("P0013"), "{text}");
    // One object tells both what was found and the error.
    let finished = desk.mellizo_on(&cpu(), "check cohort.csv --json");
    assert_eq!(finished.code, Some(3));
    let object = finished.json();
    assert_eq!((object["exit_code"].as_u64(), &object["command"]), (Some(3), &"check".into()));
    assert!(object["error"].as_str().unwrap().contains("--drop record"), "{object}");
    // A schema to complete has the column as a comment.
    let finished = desk.mellizo("schema cohort.csv");
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    for part in ["name = \"ward\"", "# name = \"record\""] {
        assert!(finished.out().contains(part), "{part} in {}", finished.out());
    }
    assert!(finished.stderr.contains("--drop record"), "{}", finished.stderr);
    // An option that names such a column is not told that there is none.
    let finished =
        desk.mellizo_on(&cpu(), "check cohort.csv --patient ward --time record --event ward=west");
    finished.refused(3, &["\"record\"", "--drop record"]);
    let finished = desk.mellizo_on(&cpu(), "check cohort.csv --recipe private --epsilon 3");
    finished.refused(2, &["private recipe", "schema --public"]);
}
