//! `mellizo clean` as a user runs it.

use std::path::Path;
use std::process::{Command, Output};

const CSV: &str = "id,age,x\nS1,50,NA\nS2,word,1\n";
const RULES: &str = "[[rule]]\nkind = \"missing\"\nreason = \"NA is a code\"\ncodes = [\"NA\"]\n\n[[rule]]\nkind = \"range\"\nreason = \"possible ages\"\nranges.age = { min = 18 }\n\n[[rule]]\nkind = \"drop_identifiers\"\nreason = \"privacy\"\ncolumns = [\"id\"]\n";

fn mellizo(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mellizo"));
    command.args(line.split_whitespace()).current_dir(folder).output().expect("the binary starts")
}

fn desk() -> tempfile::TempDir {
    let desk = tempfile::TempDir::new().unwrap();
    std::fs::write(desk.path().join("export.csv"), CSV).unwrap();
    std::fs::write(desk.path().join("rules.toml"), RULES).unwrap();
    desk
}

#[test]
fn a_cell_that_cannot_be_read_stops_or_becomes_empty() {
    let desk = desk();
    let line = "clean export.csv --rules rules.toml --out out";
    let refused = mellizo(desk.path(), line);
    let error = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{error}");
    assert!(
        error.contains("export.csv, row 2, column \"age\"") && !error.contains("word"),
        "{error}"
    );
    assert!(!desk.path().join("out").exists(), "something was written");
    let good = mellizo(desk.path(), &format!("{line} --lenient --json"));
    assert_eq!(good.status.code(), Some(0));
    let object: serde_json::Value = serde_json::from_slice(&good.stdout).unwrap();
    assert_eq!(object["audit"]["rules"][1]["by_column"][0]["unreadable"], 1);
    let text = |name: &str| std::fs::read_to_string(desk.path().join("out").join(name)).unwrap();
    assert_eq!(text("cohort.csv"), "age,x\n50,\n,1\n");
    assert!(text("audit.md").contains("1 cells could not be read"));
    let audit: serde_json::Value = serde_json::from_str(&text("audit.json")).unwrap();
    assert_eq!((&audit, audit["version"].as_u64()), (&object["audit"], Some(1)));
    assert!(
        text("private/changes.csv").contains("2,cell,2,age,word,\n"),
        "{}",
        text("private/changes.csv")
    );
    let again = mellizo(desk.path(), &format!("{line} --lenient"));
    assert_eq!(again.status.code(), Some(3), "an earlier result was overwritten");
    assert_eq!(mellizo(desk.path(), &format!("{line} --lenient --force")).status.code(), Some(0));
    let own = mellizo(desk.path(), "clean out/cohort.csv --rules rules.toml --out out --force");
    assert_eq!(own.status.code(), Some(3), "the input would be overwritten");
}

#[test]
fn a_dry_run_prints_the_log_and_writes_nothing() {
    let desk = desk();
    let dry =
        mellizo(desk.path(), "clean export.csv --rules rules.toml --lenient --dry-run --out out");
    let log = String::from_utf8(dry.stdout).unwrap();
    assert!(
        dry.status.success()
            && log.starts_with("# Audit of a cleaning")
            && log.contains("NA is a code"),
        "{log}"
    );
    assert!(!log.contains("S1") && !log.contains("word"), "a patient's value is in the log: {log}");
    assert_eq!(std::fs::read_dir(desk.path()).unwrap().count(), 2);
    assert_eq!(
        mellizo(desk.path(), "clean export.csv --rules rules.toml").status.code(),
        Some(2),
        "--out is required"
    );
}
