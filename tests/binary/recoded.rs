//! `mellizo evaluate` on a synthetic table whose levels are written otherwise.

use crate::desk::Desk;

/// Patients with two coded columns, written as these levels.
fn patients(answers: [&str; 2], sites: [&str; 3]) -> String {
    let mut text = String::from("weight,diabetes,site,hb\n");
    for row in 0..60 {
        let weight = 50.0 + (row * 37 % 101) as f64 / 2.0;
        let hb = 9.0 + (row * 53 % 89) as f64 / 10.0;
        let (answer, site) = (answers[row * 7 % 5 % 2], sites[row * 11 % 3]);
        text += &format!("{weight},{answer},{site},{hb}\n");
    }
    text
}

#[test]
fn a_copy_that_is_written_otherwise_is_a_copy_or_an_error() {
    let desk = Desk::new();
    let sites = ["north", "south", "west"];
    desk.put("real.csv", patients(["Yes", "No"], sites));
    desk.put("digits.csv", patients(["1", "0"], sites));
    desk.put("case.csv", patients(["YES", "NO"], ["North", "SOUTH", "west"]));
    for file in ["digits.csv", "case.csv"] {
        let finished = desk.mellizo(&format!("evaluate real.csv {file} --json r.json")).good();
        assert!(finished.stderr.contains("written otherwise"), "{}", finished.stderr);
        let report: serde_json::Value = serde_json::from_str(&desk.text("r.json")).unwrap();
        assert_eq!(report["scores"]["exact_copies"]["value"], 1.0, "{file}");
        assert!(report["notes"].to_string().contains("writes levels otherwise"));
    }
    desk.put("codes.csv", patients(["Yes", "No"], ["1", "2", "3"]));
    desk.mellizo("evaluate real.csv codes.csv").refused(
        3,
        &["codes.csv", "\"site\"", "no level in common", "3 whole numbers", "3 texts", "--drop"],
    );
    desk.put("partly.csv", patients(["Yes", "No"], ["north", "2", "3"]));
    desk.mellizo("evaluate real.csv partly.csv").refused(3, &["\"site\"", "in the place of some"]);
    desk.put("ones.csv", patients(["2", "1"], sites));
    desk.mellizo("evaluate real.csv ones.csv --holdout real.csv")
        .refused(3, &["\"diabetes\"", "no level in common"]);
}
