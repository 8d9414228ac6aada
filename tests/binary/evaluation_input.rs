//! `mellizo evaluate` on tables that do not fit together: what is refused, by name, and what is
//! widened.

use crate::desk::Desk;
use crate::evaluation::{COLUMNS, SCHEMA, some_patients, tables};

#[test]
fn columns_that_only_one_table_has_are_named() {
    let desk = tables();
    desk.put("fewer.csv", some_patients(0, 60, &COLUMNS[..6]));
    desk.mellizo("evaluate real.csv fewer.csv")
        .refused(3, &["fewer.csv, header", "real.csv", "\"alb\", \"race\"", "--drop"]);
    desk.mellizo("evaluate fewer.csv real.csv")
        .refused(3, &["real.csv, header", "lacks", "\"alb\", \"race\""]);
    desk.mellizo("evaluate real.csv synthetic.csv --holdout fewer.csv")
        .refused(3, &["fewer.csv", "\"race\""]);
    desk.put("renamed.csv", desk.text("synthetic.csv").replacen("age", "Age", 1));
    desk.mellizo("evaluate real.csv renamed.csv").refused(3, &["\"age\"", "\"Age\""]);
    desk.mellizo("evaluate real.csv renamed.csv --drop age,Age").good();
}

#[test]
fn columns_of_another_kind_are_named() {
    let desk = tables();
    let synthetic = desk.text("synthetic.csv");
    let words = synthetic.lines().enumerate().map(|(row, line)| match row {
        0 => line.to_owned(),
        _ => format!("high{}", &line[line.find(',').unwrap()..]),
    });
    desk.put("words.csv", words.collect::<Vec<_>>().join("\n"));
    desk.mellizo("evaluate real.csv words.csv")
        .refused(3, &["words.csv, row 1, column \"alb\"", "in a column of numbers"]);
    let texts = synthetic.lines().enumerate().map(|(row, line)| match row {
        0 => line.to_owned(),
        _ => line.replace(",white,", &format!(",r{row},")),
    });
    desk.put("texts.csv", texts.collect::<Vec<_>>().join("\n"));
    desk.mellizo("evaluate real.csv texts.csv")
        .refused(3, &["texts.csv", "column \"race\"", "no level", "--drop"]);
}

#[test]
fn new_levels_fractions_and_numbers_out_of_range_are_evaluated() {
    let desk = tables();
    let mut lines: Vec<String> = desk.text("synthetic.csv").lines().map(str::to_owned).collect();
    // alb,race,income,d.time,hospdead,sex,death,age
    lines.push("99.5,martian,$11-$25k,7.5,0,male,1,-400".into());
    desk.put("strange.csv", lines.join("\n"));
    for schema in ["", " --schema schema.toml"] {
        let finished = desk
            .mellizo(&format!("evaluate real.csv strange.csv --json strange.json{schema}"))
            .good();
        for part in ["\"race\"", "1 level of fewer than 5", "\"d.time\"", "fractions"] {
            assert!(finished.stderr.contains(part), "{part} is not in {}", finished.stderr);
        }
        assert!(!finished.stderr.contains("martian"), "{}", finished.stderr);
        let report: serde_json::Value = serde_json::from_str(&desk.text("strange.json")).unwrap();
        assert!(report["scores"]["column_shapes"]["value"].as_f64().unwrap() > 0.5);
        let notes = report["notes"].to_string();
        assert!(notes.contains("race") && !notes.contains("martian"), "{notes}");
    }
}

#[test]
fn a_column_of_the_schema_that_no_table_has_is_left_out() {
    let desk = tables();
    let schema =
        SCHEMA.replace("column = [", "column = [\n  { name = \"PD_L1\", kind = \"numerical\" },");
    desk.put("wide.toml", schema);
    let finished =
        desk.mellizo("evaluate real.csv synthetic.csv --schema wide.toml --json wide.json").good();
    assert!(finished.stderr.contains("\"PD_L1\""), "{}", finished.stderr);
    let report: serde_json::Value = serde_json::from_str(&desk.text("wide.json")).unwrap();
    assert!(report["notes"].to_string().contains("PD_L1"), "{}", report["notes"]);
    // One table alone lacking it is another matter.
    desk.put("more.csv", some_patients(0, 60, &COLUMNS[..7]));
    let finished = desk.mellizo("evaluate real.csv more.csv --schema wide.toml");
    assert!(!finished.stderr.contains("PD_L1"), "{}", finished.stderr);
    finished.refused(3, &["more.csv", "\"alb\""]);
}

#[test]
fn results_never_take_the_place_of_a_table() {
    let desk = tables();
    let before = desk.text("real.csv");
    desk.mellizo("evaluate real.csv synthetic.csv --json ./real.csv")
        .refused(2, &["real.csv", "twice"]);
    desk.mellizo("evaluate real.csv synthetic.csv --html a.html --private-html a.html")
        .refused(2, &["a.html", "twice"]);
    assert_eq!(desk.text("real.csv"), before);
    desk.mellizo("evaluate real.csv nowhere.csv").refused(4, &["nowhere.csv"]);
    desk.put("header.csv", "age,death\n");
    desk.mellizo("evaluate header.csv synthetic.csv").refused(3, &["header.csv", "no rows"]);
    Desk::new().mellizo("evaluate one.csv").says_usage("SYNTHETIC");
}
