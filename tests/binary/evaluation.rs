//! `mellizo evaluate` on two small tables: the table on stdout, the JSON by its documented keys,
//! both pages.

use crate::desk::Desk;
use serde_json::Value;

const NAMES: [&str; 17] = [
    "column_shapes",
    "pair_trends_all",
    "pair_trends_strong",
    "missing_similarity",
    "missing_per_row_ks",
    "spearman_mae",
    "joint_frechet",
    "marginal_frechet",
    "detection_logistic_auc",
    "detection_trees_auc",
    "tstr_ratio",
    "dcr_overfitting_protection",
    "dcr_baseline_protection",
    "nnaa",
    "identifiability",
    "exact_copies",
    "mia_auc",
];

/// Eight columns of the bundled cohort with their schema.
pub const COLUMNS: [&str; 8] =
    ["age", "death", "sex", "hospdead", "d.time", "income", "race", "alb"];

/// Rows `from..to` of the bundled cohort with those columns, in an order that is not the file's.
pub fn some_patients(from: usize, to: usize, columns: &[&str]) -> String {
    let cohort = crate::patients::cohort();
    let place = |name: &&str| cohort.header.iter().position(|column| column == *name).unwrap();
    let places: Vec<usize> = columns.iter().map(place).collect();
    let line = |number: usize| {
        let row = &cohort.rows[number * 7 % cohort.rows.len()];
        places.iter().map(|&place| row[place].as_str()).collect::<Vec<_>>().join(",")
    };
    let lines: Vec<String> = (from..to).map(line).collect();
    format!("{}\n{}\n", columns.join(","), lines.join("\n"))
}

pub const SCHEMA: &str = r#"
status = "death"
targets = ["death", "alb"]
column = [
  { name = "age", kind = "numerical" },
  { name = "death", kind = "boolean", levels = ["0", "1"] },
  { name = "sex", kind = "boolean", levels = ["female", "male"] },
  { name = "hospdead", kind = "boolean", levels = ["0", "1"] },
  { name = "d.time", kind = "integer" },
  { name = "income", kind = "ordinal", levels = ["under $11k", "$11-$25k", "$25-$50k", ">$50k"] },
  { name = "race", kind = "nominal", levels = ["asian", "black", "hispanic", "other", "white"] },
  { name = "alb", kind = "numerical" },
]
"#;

/// A desk with `real.csv`, `synthetic.csv` (other patients, the columns turned round),
/// `holdout.csv` and `schema.toml`.
pub fn tables() -> Desk {
    let desk = Desk::new();
    let mut turned = COLUMNS;
    turned.reverse();
    desk.put("real.csv", some_patients(0, 200, &COLUMNS));
    desk.put("synthetic.csv", some_patients(200, 500, &turned));
    desk.put("holdout.csv", some_patients(500, 580, &COLUMNS));
    desk.put("schema.toml", SCHEMA);
    desk
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_json_has_the_documented_keys() {
    let desk = tables();
    let line = "evaluate real.csv synthetic.csv --holdout holdout.csv --schema schema.toml --json \
                report.json";
    let finished = desk.mellizo(line).good();
    for name in NAMES {
        assert!(finished.out().contains(name), "{name} is not in:\n{}", finished.out());
    }
    let report: Value = serde_json::from_str(&desk.text("report.json")).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(keys(&report["scores"]), NAMES);
    for name in NAMES {
        let score = &report["scores"][name];
        let with_holdout = ["value", "ceiling", "floor", "low", "high", "holdout"];
        let expected = if score["holdout"].is_null() { &with_holdout[..5] } else { &with_holdout };
        assert_eq!(keys(score), expected, "{name}");
        assert!(expected.iter().all(|key| score[*key].is_number()), "{name}: {score}");
    }
    for name in &NAMES[..10] {
        assert!(
            report["scores"][name]["holdout"].is_number()
                && report["against_holdout"][name].is_number(),
            "{name}"
        );
    }
    assert!(report["whole"]["column_shapes"].is_number());
    assert_eq!(report["sizes"]["compared"], 100);
    let facts = &report["facts"];
    assert!(
        facts["command"]
            .as_str()
            .unwrap()
            .starts_with("mellizo evaluate real.csv synthetic.csv --holdout")
    );
    assert_eq!(facts["files"].as_array().unwrap().len(), 3);
    // Without a hold-out no score has one.
    let line = "evaluate real.csv synthetic.csv --schema schema.toml --json without.json";
    desk.mellizo(line).good();
    let report: Value = serde_json::from_str(&desk.text("without.json")).unwrap();
    for name in NAMES {
        assert_eq!(
            keys(&report["scores"][name]),
            ["value", "ceiling", "floor", "low", "high"],
            "{name}"
        );
    }
    assert!(report["scores"]["mia_auc"]["value"].is_null());
}

#[test]
fn both_pages_are_written_and_the_seed_is_obeyed() {
    let desk = tables();
    let line =
        "evaluate real.csv synthetic.csv --json a.json --html share.html --private-html own.html";
    desk.mellizo(line).good();
    for name in ["share.html", "own.html"] {
        let page = desk.text(name);
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("real.csv"), "{name}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o077;
        assert_eq!(mode("own.html"), 0);
    }
    let scores =
        |name: &str| serde_json::from_str::<Value>(&desk.text(name)).unwrap()["scores"].clone();
    desk.mellizo("evaluate real.csv synthetic.csv --json b.json").good();
    desk.mellizo("evaluate real.csv synthetic.csv --seed 2 --json c.json").good();
    assert_eq!(scores("a.json"), scores("b.json"));
    assert_ne!(scores("a.json"), scores("c.json"));
}
