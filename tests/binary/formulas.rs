//! Texts that a spreadsheet would execute, through every command that writes CSV and back.

use crate::desk::{Desk, cpu};
use std::collections::HashSet;

/// A table with dangerous names and levels, and with numbers that begin with signs.
fn table() -> String {
    let level = |row: usize| ["=1+1", "@SUM(A1)", "+cmd|'x'!A0", "plain"][row % 4];
    let rows = (0..80).map(|row| {
        format!("{},{},{}\n", level(row), -40.0 + row as f64 * 1.5, ["-1", "+"][row % 2])
    });
    format!("=name,-change,sign\n{}", rows.collect::<String>())
}

fn first_cells(text: &str) -> HashSet<&str> {
    text.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect()
}

const RUN: &str = "run table.csv --recipe small.toml --batch 16 --epochs 2 --out";

#[test]
fn what_a_run_writes_is_guarded_and_comes_back() {
    let desk = Desk::new();
    desk.put("table.csv", table());
    desk.mellizo_on(&cpu(), &format!("{RUN} one")).silent();
    for name in ["one/private/cohort.csv", "one/share/synthetic.csv"] {
        let text = desk.text(name);
        assert!(text.starts_with("'=name,'-change,sign\n"), "{name}: {text}");
        let cells = first_cells(&text);
        assert!(
            cells
                .iter()
                .all(|cell| cell.trim_start_matches('"').starts_with('\'') || *cell == "plain"),
            "{name}: {cells:?}"
        );
        let numbers = text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap());
        numbers.for_each(|number| assert!(number.parse::<f64>().is_ok(), "{name}: {number}"));
    }
    // Read again, the guarded cohort is the same cohort.
    desk.mellizo_on(&cpu(), &format!("{} two", RUN.replace("table.csv", "one/private/cohort.csv")))
        .silent();
    for name in ["private/cohort.csv", "share/synthetic.csv", "private/model.safetensors"] {
        assert!(desk.bytes(&format!("one/{name}")) == desk.bytes(&format!("two/{name}")), "{name}");
    }
    let sampled = |more: &str| {
        let line = format!("sample one/private/model.safetensors --rows 50{more}");
        String::from_utf8(desk.mellizo_on(&cpu(), &line).good().stdout).unwrap()
    };
    assert!(desk.text("one/share/synthetic.csv").starts_with(&sampled("")));
    assert!(sampled(" --no-formula-guard").starts_with("=name,-change,sign\n"));
}

#[test]
fn patients_who_are_kept_back_are_guarded_too() {
    let desk = Desk::new();
    desk.put("table.csv", table());
    let train = RUN.replace("run", "train");
    desk.mellizo_on(&cpu(), &format!("{train} guarded --holdout 0.25")).silent();
    let text = desk.text("guarded/private/holdout.csv");
    assert!(text.starts_with("'=name,'-change,sign\n"), "{text}");
    assert!(first_cells(&text).contains("'=1+1"), "{text}");
    desk.mellizo_on(&cpu(), &format!("{train} bare --holdout 0.25 --no-formula-guard")).silent();
    let text = desk.text("bare/private/holdout.csv");
    assert!(text.starts_with("=name,-change,sign\n"), "{text}");
    assert!(first_cells(&text).contains("=1+1"), "{text}");
}

#[test]
fn the_guard_can_be_switched_off() {
    let desk = Desk::new();
    desk.put("table.csv", table());
    desk.mellizo_on(&cpu(), &format!("{RUN} plain --no-formula-guard")).silent();
    let text = desk.text("plain/private/cohort.csv");
    assert!(text.starts_with("=name,-change,sign\n=1+1,"), "{text}");
    assert!(
        first_cells(&desk.text("plain/share/synthetic.csv"))
            .iter()
            .all(|cell| !cell.starts_with('\''))
    );
}

#[test]
fn descriptions_and_cleaned_tables_are_guarded() {
    let desk = Desk::new();
    desk.put("table.csv", table());
    let described = |more: &str| {
        String::from_utf8(desk.mellizo(&format!("describe table.csv --csv{more}")).good().stdout)
            .unwrap()
    };
    assert!(
        described("").contains("\n'=name,") && described("").contains("\n'-change,"),
        "{}",
        described("")
    );
    assert!(described(" --no-formula-guard").contains("\n=name,"));
    desk.put(
        "rules.toml",
        "[[rule]]\nkind = \"recode\"\nreason = \"shorter\"\ncolumns = \
                            [\"=name\"]\nlevels = { plain = \"none\" }\nunknown = \"keep\"\n",
    );
    desk.mellizo("clean table.csv --rules rules.toml --out cleaned").good();
    let cohort = desk.text("cleaned/cohort.csv");
    assert!(cohort.starts_with("'=name,'-change,sign\n'=1+1,-40"), "{cohort}");
    assert!(desk.text("cleaned/private/changes.csv").contains("'=name,plain,none"));
    desk.mellizo("clean table.csv --rules rules.toml --out bare --no-formula-guard").good();
    assert!(desk.text("bare/cohort.csv").starts_with("=name,-change,sign\n=1+1,-40"));
}

#[test]
fn a_schema_may_give_levels_as_they_stand_in_a_guarded_file() {
    let desk = Desk::new();
    desk.put("guarded.csv", "'=a,b\n'=x,1\n'@y,2\n'=x,3\n");
    for level in ["=x", "'=x"] {
        for name in ["=a", "'=a"] {
            let schema = format!(
                "column = [ {{ name = \"{name}\", kind = \"boolean\", levels = [\"{level}\", \
                 \"@y\"] }}, {{ name = \"b\", kind = \"integer\" }} ]"
            );
            desk.put("schema.toml", schema);
            desk.mellizo("images guarded.csv --schema schema.toml --feature b --force").good();
        }
    }
}
