//! `mellizo run --audit-minutes`: shadow models, their scores in the report, and the most exposed
//! patients for the owner alone.

use crate::desk::{Desk, cpu};
use crate::evaluation::{COLUMNS, SCHEMA, some_patients};
use mellizo::gan::Recipe;
use serde_json::Value;

const EXPOSED: &str = "The most exposed patients";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("cohort.csv", some_patients(0, 61, &COLUMNS));
    desk.put("schema.toml", SCHEMA);
    desk
}

/// The audit of a report after a run with `options`, whose pages are looked at.
fn audited(desk: &Desk, options: &str) -> Value {
    desk.judged(&format!(
        "run cohort.csv --schema schema.toml --backend cpu --batch auto --out results {options}"
    ))
    .good();
    let report: Value = serde_json::from_str(&desk.text("results/share/report.json")).unwrap();
    let [share, private] =
        ["share", "private"].map(|folder| desk.text(&format!("results/{folder}/report.html")));
    assert!(share.contains("shadow models") && private.contains("shadow models"));
    assert!(private.contains(EXPOSED) && !share.contains(EXPOSED));
    report["audit"].clone()
}

#[test]
fn an_audit_is_in_both_reports_and_names_patients_to_the_owner_alone() {
    let desk = desk();
    let audit = audited(&desk, "--recipe small.toml --epochs 2 --no-stop --audit-minutes 10");
    let keys: Vec<&str> = audit.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["auc", "low", "high", "models", "epochs", "minutes", "budget", "notes"]);
    let number = |key: &str| audit[key].as_f64().unwrap();
    assert!(
        0.0 < number("low") && number("low") < number("auc") && number("auc") < number("high"),
        "{audit}"
    );
    assert_eq!(
        [number("models"), number("epochs"), number("budget")],
        [16.0, 2.0, 10.0],
        "all of it fits into the time"
    );
}

#[test]
fn a_typed_recipe_is_audited_within_its_minutes() {
    let desk = desk();
    let mut recipe = Recipe::joint();
    recipe.generator.widths = vec![16, 16];
    let loss = &mut recipe.loss;
    (loss.dense_directions, loss.principal_directions) = (4, 4);
    (loss.pair_directions, loss.mask_directions) = (4, 4);
    desk.put("typed.toml", recipe.to_toml());
    let audit = audited(&desk, "--recipe typed.toml --epochs 3 --audit-minutes 0.02");
    assert!(
        audit["epochs"].as_u64().unwrap() <= 3 && audit["models"].as_u64().unwrap() >= 4,
        "{audit}"
    );
}

#[test]
fn an_audit_that_cannot_be_is_refused_before_any_work() {
    let desk = desk();
    let run = |line: &str| desk.mellizo_on(&cpu(), line);
    let halves =
        "run cohort.csv --schema schema.toml --recipe small.toml --batch 40 --audit-minutes 1";
    desk.judged(&format!("{halves} --backend cpu"))
        .refused(2, &["halves of the patients", "--batch"]);
    run("train cohort.csv --audit-minutes").refused(2, &["mellizo run"]);
    desk.judged("run cohort.csv --audit-minutes 0").says_usage("number of minutes");
    assert_eq!(desk.names("."), ["cohort.csv", "schema.toml", "small.toml"]);
}
