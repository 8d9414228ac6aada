//! `mellizo run --holdout`: patients kept back, the scores of the run, and its reports.

use crate::csv_file::CsvFile;
use crate::desk::Desk;
use crate::evaluation::{COLUMNS, SCHEMA, some_patients};
use mellizo::gan::Recipe;

const RUN: &str =
    "run cohort.csv --schema schema.toml --recipe small.toml --batch 32 --epochs 2 --backend cpu";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("cohort.csv", some_patients(0, 150, &COLUMNS));
    desk.put("schema.toml", SCHEMA);
    desk
}

#[test]
fn a_run_is_judged_by_the_patients_kept_back() {
    let desk = desk();
    desk.judged(&format!("{RUN} --holdout 0.2 --out results")).silent();
    assert_eq!(
        desk.names("results/private"),
        ["cohort.csv", "holdout.csv", "model.safetensors", "report.html"]
    );
    let shared = [
        "distributions.svg",
        "history.csv",
        "report.html",
        "report.json",
        "summary.md",
        "synthetic.csv",
        "training.svg",
    ];
    assert_eq!(desk.names("results/share"), shared);
    let [train, kept_back] = ["cohort", "holdout"]
        .map(|name| CsvFile::parse(&desk.bytes(&format!("results/private/{name}.csv"))).rows);
    assert_eq!((train.len(), kept_back.len()), (120, 30));
    let report: serde_json::Value =
        serde_json::from_str(&desk.text("results/share/report.json")).unwrap();
    assert_eq!((&report["sizes"]["real"], &report["sizes"]["holdout"]), (&120.into(), &30.into()));
    assert!(report["scores"]["mia_auc"]["value"].is_number(), "{report}");
    let summary = desk.text("results/share/summary.md");
    assert!(
        summary.contains("`mia_auc`") && summary.contains("30 of these kept back"),
        "{summary}"
    );
    // The same files, evaluated by themselves, have the same scores.
    let folder = "results/private";
    let line = format!(
        "evaluate {folder}/cohort.csv results/share/synthetic.csv --holdout {folder}/holdout.csv \
         --schema schema.toml --json again.json"
    );
    desk.mellizo(&line).good();
    let again: serde_json::Value = serde_json::from_str(&desk.text("again.json")).unwrap();
    assert_eq!(again["scores"], report["scores"]);
}

#[test]
fn the_model_does_not_depend_on_who_is_kept_back_with_what_values() {
    let desk = desk();
    let run = |name: &str, data: &str| {
        let line = RUN.replace("cohort.csv", data);
        desk.mellizo(&format!("{line} --holdout 0.2 --out {name}")).silent();
        CsvFile::parse(&desk.bytes(&format!("{name}/private/holdout.csv"))).rows
    };
    // Numbers, because the two files print an age with other decimals.
    let kept_back: Vec<f64> =
        run("one", "cohort.csv").iter().map(|row| row[0].parse().unwrap()).collect();
    // Everybody who is kept back gets another age, within the decimals of the column; nobody
    // trained on shares an age with them.
    let text = desk.text("cohort.csv");
    let changed = text.lines().map(|line| match line.split_once(',') {
        Some((age, rest)) if age.parse().is_ok_and(|age| kept_back.contains(&age)) => {
            format!("99.125,{rest}")
        }
        _ => line.to_owned(),
    });
    desk.put("changed.csv", changed.collect::<Vec<_>>().join("\n"));
    run("two", "changed.csv");
    let model = |name: &str| desk.bytes(&format!("{name}/private/model.safetensors"));
    let cohort = |name: &str| desk.bytes(&format!("{name}/private/cohort.csv"));
    assert!(desk.bytes("one/private/holdout.csv") != desk.bytes("two/private/holdout.csv"));
    assert!(
        cohort("one") == cohort("two") && model("one") == model("two"),
        "the hold-out was looked at"
    );
}

const ORDERED: &str = r#"
column = [
  { name = "patient", kind = "integer" },
  { name = "first", kind = "integer" },
  { name = "last", kind = "integer" },
  { name = "arm", kind = "nominal", levels = ["a", "b", "c"] },
]
"#;

/// Patients whose last day is never before their first one, unless they are in `turned`.
fn ordered(turned: &[String]) -> String {
    let row = |patient: usize| {
        let [first, last] = match turned.contains(&patient.to_string()) {
            true => [900, 1],
            false => [patient * 7 % 50, patient * 7 % 50 + patient * 3 % 11],
        };
        format!("{patient},{first},{last},{}\n", ["a", "b", "c"][patient % 3])
    };
    format!("patient,first,last,arm\n{}", (0..150).map(row).collect::<String>())
}

/// Relations and the encoding of typed columns are learned from the patients of the training alone:
/// those kept back may break a relation and have numbers that nobody else has.
#[test]
fn what_is_found_in_the_table_does_not_depend_on_who_is_kept_back() {
    let desk = desk();
    let mut recipe = Recipe::joint();
    recipe.generator.widths = vec![16, 16];
    desk.put("typed.toml", recipe.to_toml());
    desk.put("schema.toml", ORDERED);
    let run = |name: &str, table: String| {
        desk.put("cohort.csv", table);
        let line = RUN.replace("small.toml", "typed.toml");
        desk.mellizo(&format!("{line} --holdout 0.2 --out {name}")).silent();
        CsvFile::parse(&desk.bytes(&format!("{name}/private/holdout.csv"))).rows
    };
    let kept_back: Vec<String> =
        run("one", ordered(&[])).into_iter().map(|mut row| row.swap_remove(0)).collect();
    let relations = desk.text("one/share/relations.md");
    assert!(relations.contains("first <= last"), "{relations}");
    let turned = run("two", ordered(&kept_back));
    assert!(turned.iter().all(|row| row[1] == "900"), "others were kept back: {turned:?}");
    for name in ["private/cohort.csv", "private/model.safetensors", "share/relations.md"] {
        assert!(desk.bytes(&format!("one/{name}")) == desk.bytes(&format!("two/{name}")), "{name}");
    }
}

const GAPS: &str = r#"
other = "rest"
column = [
  { name = "patient", kind = "integer" },
  { name = "first", kind = "integer" },
  { name = "arm", kind = "nominal", levels = ["a", "b", "c", "d"] },
  { name = "extra", kind = "integer" },
  { name = "more", kind = "integer" },
]
"#;

/// Patients of whom 64 have `extra`; those in `changed` have nothing but their number, or lack it and
/// have a level of their own.
fn with_gaps(changed: &[String]) -> String {
    let row = |patient: usize| match changed.iter().position(|of| *of == patient.to_string()) {
        Some(place) if place % 3 == 0 => format!("{patient},,,,\n"),
        Some(_) => format!("{patient},{},d,,{}\n", patient % 50, patient % 17),
        None => {
            let extra = if patient % 7 < 4 { String::new() } else { (patient % 13).to_string() };
            let arm = ["a", "b", "c"][patient % 3];
            format!("{patient},{},{arm},{extra},{}\n", patient * 7 % 50, patient % 17)
        }
    };
    format!("patient,first,arm,extra,more\n{}", (0..150).map(row).collect::<String>())
}

/// Thresholds of missing cells, given or `auto`, and what becomes of rare levels are a matter of the
/// patients of the training alone: the columns and the model are the same whatever the others miss.
#[test]
fn thresholds_and_levels_do_not_depend_on_who_is_kept_back() {
    let desk = desk();
    let mut typed = Recipe::joint();
    typed.generator.widths = vec![16, 16];
    desk.put("typed.toml", typed.to_toml());
    desk.put("schema.toml", GAPS);
    let auto = "--set table.patients=auto --set table.features=auto";
    for (case, more) in
        [("typed.toml", ""), ("typed.toml", auto), ("small.toml", ""), ("small.toml", auto)]
            .iter()
            .enumerate()
    {
        let run = |name: &str, table: String| {
            desk.put("cohort.csv", table);
            let line = RUN.replace("small.toml", more.0);
            desk.mellizo(&format!("{line} {} --holdout 0.2 --out {name}{case}", more.1)).silent();
            CsvFile::parse(&desk.bytes(&format!("{name}{case}/private/holdout.csv"))).rows
        };
        let kept_back: Vec<String> =
            run("one", with_gaps(&[])).into_iter().map(|mut row| row.swap_remove(0)).collect();
        let others = run("two", with_gaps(&kept_back));
        assert!(others.iter().all(|row| kept_back.contains(&row[0])), "others were kept back");
        assert!(others.iter().any(|row| row[2] == "d"), "{others:?}");
        for name in [
            "private/cohort.csv",
            "private/model.safetensors",
            "share/history.csv",
            "share/synthetic.csv",
        ] {
            let [one, two] = ["one", "two"].map(|of| desk.bytes(&format!("{of}{case}/{name}")));
            assert!(one == two, "{more:?}: {name}");
        }
    }
}

#[test]
fn shares_that_make_no_sense() {
    let desk = desk();
    for share in ["0", "1", "-0.2", "20", "some"] {
        desk.mellizo(&format!("{RUN} --holdout={share}")).says_usage("--holdout");
    }
    desk.mellizo(&format!("{RUN} --holdout 0.001"))
        .refused(3, &["cohort.csv", "0.001", "--holdout"]);
    desk.mellizo(&format!("{RUN} --holdout 0.9")).refused(3, &["cohort.csv", "batch"]);
    assert!(!desk.path("mellizo-out").exists());
}
