//! Survival from the options of `evaluate` and from the keys of a schema.

use crate::desk::Desk;
use crate::evaluation::{COLUMNS, SCHEMA, tables};
use serde_json::Value;

const LINE: &str = "evaluate real.csv synthetic.csv --holdout holdout.csv";

fn report(desk: &Desk, name: &str) -> Value {
    serde_json::from_str(&desk.text(name)).unwrap()
}

#[test]
fn options_and_schema_give_the_same_survival() {
    let desk = tables();
    let pages = "--html a.html --private-html p.html";
    let finished =
        desk.mellizo(&format!("{LINE} --time d.time --event death --json a.json {pages}")).good();
    assert!(finished.out().contains("survival: time d.time, event death = 1"));
    let keys = "time = \"d.time\"\nevent = \"death=1\"\n";
    desk.put("timed.toml", format!("{keys}{SCHEMA}"));
    desk.mellizo(&format!("{LINE} --schema timed.toml --json b.json")).good();
    let [a, b] = ["a.json", "b.json"].map(|name| report(&desk, name)["survival"].clone());
    assert_eq!(a["difference"], b["difference"]);
    let number = |key: &str| a["difference"][key].as_f64().unwrap();
    for key in ["whole", "value", "ceiling", "holdout", "against_holdout"] {
        assert!((0.0..0.5).contains(&number(key)), "{key}: {a}");
    }
    assert_eq!(a["real"]["patients"], 200);
    assert!(!a["hazards"]["coefficients"].as_array().unwrap().is_empty(), "{a}");
    assert!(a["curve"].as_array().unwrap().len() > 5, "{a}");
    let [anyone, owner] = ["a.html", "p.html"].map(|name| desk.text(name));
    for page in [&anyone, &owner] {
        assert!(page.contains("id=\"survival\"") && page.contains("Kaplan-Meier"));
    }
    assert!(anyone.contains("between round times") && !owner.contains("between round times"));
    // Without the keys there is no such part.
    desk.mellizo(&format!("{LINE} --schema schema.toml --json c.json --html c.html")).good();
    assert_eq!(report(&desk, "c.json")["survival"], Value::Null);
    assert!(!desk.text("c.html").contains("id=\"survival\""));
}

#[test]
fn what_cannot_be_a_time_or_an_event_is_refused() {
    let desk = tables();
    let refused = |options: &str, parts: &[&str]| {
        desk.mellizo(&format!("{LINE} {options}")).refused(3, parts);
    };
    refused("--time weeks --event death", &["real.csv", "weeks", "lacks", "name a column"]);
    refused("--time d.time --event died", &["died", "lacks"]);
    refused("--time income --event death", &["income", "`time` names a column of kind"]);
    refused("--time d.time --event sex", &["sex", "not clear", "--event sex=VALUE"]);
    refused("--time d.time --event age", &["age", "not 0 and 1", "--event age=VALUE"]);
    refused("--time d.time --event race=martian", &["race", "a level that the column lacks"]);
    refused("--time d.time --event death --drop d.time", &["d.time", "lacks"]);
    desk.mellizo(&format!("{LINE} --time d.time")).says_usage("--event");
    desk.put("half.toml", format!("time = \"d.time\"\n{SCHEMA}"));
    refused("--schema half.toml", &["half.toml", "only one is given"]);
    desk.mellizo(&format!("{LINE} --time d.time --event sex=male")).good();
}

/// A number that is no code is an event in `run`, too, before anything is trained.
#[test]
fn run_refuses_an_event_that_is_not_clear_before_training() {
    let desk = tables();
    let timed = format!("time = \"d.time\"\nevent = \"alb\"\n{SCHEMA}");
    desk.put("timed.toml", timed);
    assert!(COLUMNS.contains(&"alb"));
    desk.mellizo("run real.csv --schema timed.toml --backend cpu --out never")
        .refused(3, &["real.csv", "alb", "not 0 and 1"]);
    assert!(!desk.path("never").exists());
}
