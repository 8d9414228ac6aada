//! `mellizo describe`, `missing` and `images`: what they print and write, and what they refuse.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, cpu};
use std::io::Write;
use std::process::Stdio;

const COHORT: &[u8] = include_bytes!("../../data/support2_lung.csv");

#[test]
fn a_table_is_described_in_three_ways() {
    let desk = Desk::new();
    desk.put("cohort.csv", COHORT);
    let text = desk.mellizo("describe cohort.csv").good();
    for part in [
        "908 patients, 44 variables",
        "numerical",
        "outliers",
        "death: Boolean, 908 answered (100.0 %)",
        "1: 833 (91.7 %)",
    ] {
        assert!(text.out().contains(part), "{part:?} is not in:\n{}", text.out());
    }
    let object = desk.mellizo("describe cohort.csv --json").good().json();
    assert_eq!((&object["version"], &object["patients"]), (&1.into(), &908.into()));
    let variables = object["variables"].as_array().unwrap();
    let age = variables.iter().find(|variable| variable["name"] == "age").unwrap();
    assert_eq!(
        (&age["type"], &age["n"], &age["missing"]),
        (&"numerical".into(), &908.into(), &0.into())
    );
    let table = CsvFile::parse(desk.mellizo("describe cohort.csv --csv").good().stdout.as_slice());
    assert_eq!(
        (table.rows.len(), table.column("variable")[0], table.column("n")[0]),
        (44, "age", "908")
    );
    assert_eq!(
        table.column("mean")[0].parse::<f64>().unwrap(),
        age["numbers"]["mean"].as_f64().unwrap()
    );
}

#[test]
fn a_stream_is_described_like_its_file() {
    let desk = Desk::new();
    desk.put("cohort.csv", COHORT);
    let mut command = desk.command("describe - --json", &[]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(COHORT).unwrap();
    let mut streamed: serde_json::Value =
        serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(streamed["file"], "stdin");
    streamed["file"] = "cohort.csv".into();
    assert_eq!(streamed, desk.mellizo("describe cohort.csv --json").good().json());
}

#[test]
fn missing_values_are_printed_and_drawn() {
    let desk = Desk::new();
    let text = desk.mellizo("missing").good();
    assert!(text.out().contains("5263 of 39952 cells missing (13.2 %)"), "{}", text.out());
    let object = desk.mellizo("missing --json --out missing").good().json();
    let files = [
        "cumulative_features.svg",
        "cumulative_patients.svg",
        "missing.json",
        "missing_per_patient.svg",
        "missing_together.svg",
    ];
    assert_eq!(desk.names("missing"), files);
    let written: serde_json::Value =
        serde_json::from_str(&desk.text("missing/missing.json")).unwrap();
    assert_eq!((written, object["chosen"]["patients_dropped"].as_u64()), (object, Some(0)));
    for file in files.iter().filter(|file| file.ends_with(".svg")) {
        let svg = desk.text(&format!("missing/{file}"));
        assert!(!svg.contains("NaN"), "{file}");
        assert_eq!(
            roxmltree::Document::parse(&svg).expect(file).root_element().tag_name().name(),
            "svg"
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("missing"), mode("missing/missing.json")), (0o700, 0o600));
    }
    desk.mellizo("missing --out missing").refused(3, &["is there already", "--force"]);
    desk.mellizo("missing --out missing --force").good();
}

#[test]
fn a_recipe_can_leave_thresholds_to_the_curve() {
    let desk = Desk::new();
    let recipe = desk.text("small.toml").replace("patients = \"1/2\"", "patients = \"auto\"");
    desk.put("auto.toml", recipe.replace("features = \"3/5\"", "features = \"auto\""));
    let finished =
        desk.mellizo_on(&cpu(), "train --recipe auto.toml --epochs 1 --out results --json").good();
    for part in ["a patient may miss", "a feature may miss 511 of 908 patients; 0 dropped"] {
        assert!(finished.stderr.contains(part), "{}", finished.stderr);
    }
    assert_eq!(finished.json()["thresholds"]["features"], 511);
}

#[test]
fn patients_become_pictures() {
    let desk = Desk::new();
    let object = desk.mellizo("images --rows 11..30 --out real --json").good().json();
    assert_eq!(desk.names("real"), ["contact_sheet.png", "figure4.svg", "figure5.svg"]);
    assert_eq!(
        (&object["side"], &object["patients"], &object["feature"]),
        (&7.into(), &20.into(), &"age".into())
    );
    assert_eq!((&object["rows"][0], &object["rows"][19]), (&11.into(), &30.into()));
    desk.put("real.csv", COHORT);
    // The same patients beside themselves: the reference's encoding is their own.
    desk.mellizo("images real.csv --reference real.csv --rows 11..30 --out same").good();
    desk.mellizo("images real.csv --rows 11..30 --out plain").good();
    assert_eq!(desk.bytes("same/contact_sheet.png"), desk.bytes("plain/contact_sheet.png"));
    desk.mellizo("images --feature sfdm2 --out stage").good();
    assert!(desk.text("stage/figure5.svg").contains("network range"));
    for (line, code, parts) in [
        ("images --feature nobody --out x", 2, &["--feature", "nobody"][..]),
        ("images --rows 5000..6000 --out x", 2, &["--rows", "908"]),
        ("images --out real", 3, &["is there already"]),
        ("describe nobody.csv", 4, &["nobody.csv"]),
        ("missing --drop nobody", 2, &["no column \"nobody\""]),
    ] {
        let finished = desk.mellizo(line);
        assert_eq!(finished.code, Some(code), "{line}: {}", finished.stderr);
        assert!(
            parts.iter().all(|part| finished.stderr.contains(part)),
            "{line}: {}",
            finished.stderr
        );
    }
    desk.mellizo("images --rows 7..3").says_usage("--rows");
    desk.mellizo("describe --fence many").says_usage("--fence");
}
