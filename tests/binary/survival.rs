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
    refused("--time d.time", &["d.time", "only one is given", "give both"]);
    refused("--strata sex", &["sex", "`strata` without `time` and `event`"]);
    refused(
        "--time d.time --event death --strata age",
        &["age", "`strata` names a column of kind"],
    );
    refused("--time d.time --event death --strata death", &["death", "times or events"]);
    refused("--time d.time --event death --strata arm", &["arm", "lacks"]);
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

#[test]
fn curves_are_drawn_of_every_level() {
    let desk = tables();
    let pages = "--json a.json --html a.html --private-html p.html";
    let options = "--time d.time --event death --strata sex";
    let finished = desk.mellizo(&format!("{LINE} {options} {pages}")).good();
    assert!(finished.out().contains("sex = male: curves differ by"), "{}", finished.out());
    let strata = report(&desk, "a.json")["survival"]["strata"].clone();
    assert_eq!(strata["column"], "sex");
    let levels = strata["levels"].as_array().unwrap();
    assert_eq!(levels.len(), 2, "{strata}");
    for level in levels {
        assert!((0.0..0.6).contains(&level["difference"].as_f64().unwrap()), "{level}");
        assert!(level["curve"].as_array().unwrap().len() > 2, "{level}");
    }
    for page in ["a.html", "p.html"] {
        assert!(desk.text(page).matches("<figure class=\"panel survival\"").count() == 3);
    }
    // A key of the schema says the same.
    let keys = "time = \"d.time\"\nevent = \"death=1\"\nstrata = \"sex\"\n";
    desk.put("strata.toml", format!("{keys}{SCHEMA}"));
    desk.mellizo(&format!("{LINE} --schema strata.toml --json b.json")).good();
    assert_eq!(report(&desk, "b.json")["survival"]["strata"]["column"], "sex");
}

#[test]
fn a_run_takes_the_same_options() {
    let desk = tables();
    let options =
        "--time d.time --event death --strata sex --recipe small.toml --epochs 1 --backend cpu";
    desk.judged(&format!("run real.csv {options} --out o")).good();
    let survival = report(&desk, "o/share/report.json")["survival"].clone();
    assert_eq!([&survival["time"], &survival["strata"]["column"]], ["d.time", "sex"]);
    desk.mellizo("run real.csv --time d.time --out p").refused(3, &["only one is given"]);
}
