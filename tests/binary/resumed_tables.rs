//! A run goes on with the table, the recipe and the log that it was begun with.

use crate::desk::{Desk, cpu};
use crate::resume::{begun, own_table, until_it_trains};
use serde_json::Value;

/// A run on the desk's own table that was killed in its first moments.
fn killed(desk: &Desk, more: &str) {
    desk.put("own.csv", own_table());
    desk.put("schema.toml", SCHEMA);
    let line = "run own.csv --schema schema.toml --recipe small.toml --no-stop --models 2";
    let line = format!("{line} --epochs 60 --batch 20 {more}");
    let mut child = begun(desk, &line, &cpu());
    until_it_trains(desk, &mut child);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    assert!(!desk.checkpoints("stopped").is_empty(), "it was done before");
}

const SCHEMA: &str = r#"column = [
  { name = "age", kind = "integer" },
  { name = "sex", kind = "nominal", levels = ["f", "m"] },
  { name = "dose", kind = "numerical", decimals = 1 },
  { name = "seen", kind = "boolean", levels = ["0", "1"] },
]"#;

#[test]
fn a_changed_table_or_recipe_is_refused() {
    let desk = Desk::new();
    killed(&desk, "");
    let (table, schema, recipe) = (own_table(), SCHEMA.to_owned(), desk.text("small.toml"));
    let line = |row: usize| table.lines().nth(row).unwrap();
    let swapped = table.replacen(line(2), "X", 1).replacen(line(3), line(2), 1);
    let swapped = swapped.replacen("X", line(3), 1);
    let edited = table.replacen(".5", ".6", 1);
    let shorter: String = table.lines().take(90).map(|line| format!("{line}\n")).collect();
    let renamed = [&table, &schema].map(|text| text.replacen("dose", "dosage", 1));
    let labelled = schema.replacen("kind = \"integer\"", "kind = \"integer\", unit = \"years\"", 1);
    let sampling = recipe.replacen("multiple = 4", "multiple = 5", 1);
    for (own, public, small, words) in [
        (&edited, &schema, &recipe, "own.csv was changed since: other cells in \"dose\""),
        (&swapped, &schema, &recipe, "its rows have another order"),
        (&shorter, &schema, &recipe, "it had 90 rows and has 89"),
        (&renamed[0], &renamed[1], &recipe, "it has no column \"dose\" any more, it had no"),
        (&table, &labelled, &recipe, "its cells or its schema are others"),
        (&table, &schema, &sampling, "sampling.multiple 4, here 5"),
    ] {
        assert!(own != &table || public != &schema || small != &recipe, "{words}: no change");
        desk.put("own.csv", own);
        desk.put("schema.toml", public);
        desk.put("small.toml", small);
        let refused = desk.mellizo("run --resume stopped");
        refused.refused(3, &["stopped/private/checkpoints", words, "give back", "--out DIR"]);
        let check = desk.mellizo("check --resume stopped");
        assert_eq!((check.code, &check.stderr), (Some(3), &refused.stderr));
    }
    desk.put("schema.toml", schema);
    desk.put("small.toml", recipe);
    desk.put("own.csv", &table);
    let refused = desk.mellizo("run --resume stopped --holdout 0.2");
    refused.refused(3, &["the checkpoint is of another --holdout (none, here 0.2)"]);
    // Other bytes of the same cells change no result.
    desk.put("own.csv", table.replace('\n', "\r\n"));
    let check = desk.mellizo("check --resume stopped").good();
    assert!(check.out().contains("it goes on after "), "{}", check.out());
    let run = desk.mellizo("run --resume stopped --json").good();
    let words = "own.csv has other bytes than the file with which the run was begun";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    let warnings = run.json()["warnings"].to_string();
    assert!(warnings.contains(words), "{warnings}");
}

/// After a kill a log has lines of steps behind the checkpoint, and half a line.
#[test]
fn a_log_of_a_killed_run_has_every_epoch_once() {
    let desk = Desk::new();
    killed(&desk, "--log course.jsonl --tensorboard events");
    let numbers = |log: &str, key: &str| {
        let line = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")[key].clone();
        desk.text(log).lines().map(line).collect::<Vec<_>>()
    };
    let whole = desk.text("course.jsonl");
    let whole = &whole[..whole.rfind('\n').map_or(0, |at| at + 1)];
    let later: String =
        (0..3).map(|at| format!("{{\"epoch\":999{at},\"step\":999999{at}}}\n")).collect();
    desk.put("course.jsonl", format!("{whole}{later}{{\"discriminator_lo"));
    let check = desk.mellizo("check --resume stopped").good();
    assert!(!check.stderr.contains("loses"), "{}", check.stderr);
    assert!(desk.text("course.jsonl").ends_with("_lo"), "check changes nothing");
    let run = desk.mellizo("run --resume stopped --json").good();
    for words in ["the log course.jsonl loses", "written again", "a line without an end"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        assert!(run.json()["warnings"].to_string().contains(words), "{words}");
    }
    let epochs: Vec<Value> = (1..=60).flat_map(|epoch| [epoch.into(), epoch.into()]).collect();
    assert_eq!(numbers("course.jsonl", "epoch"), epochs);
    assert_eq!(desk.names("events").len(), 2, "each process has a file of its own");
    // What is no log is not cut off.
    let desk = Desk::new();
    killed(&desk, "--log course.jsonl");
    desk.put("notes.txt", "mine");
    for command in ["run", "check"] {
        let line = format!("{command} --resume stopped --log notes.txt");
        desk.mellizo(&line).refused(3, &["notes.txt", "no log of a training"]);
    }
    assert_eq!(desk.text("notes.txt"), "mine");
}

#[test]
fn a_private_run_goes_on_with_its_own_table_alone() {
    let desk = crate::private::desk();
    let line = crate::private::RUN.replace("--steps 30", "--steps 4000") + " --epsilon 3 --no-stop";
    let mut child = begun(&desk, &line, &Vec::new());
    until_it_trains(&desk, &mut child);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    let table = desk.text("cohort.csv");
    desk.put("cohort.csv", table.replacen("4777.77", "4777.78", 1));
    let words = ["cohort.csv was changed since: its cells or its schema are others"];
    desk.mellizo("run --resume stopped").refused(3, &words);
    desk.mellizo("check --resume stopped").refused(3, &words);
    desk.put("cohort.csv", table);
    // The release is drawn: another budget, or others kept back, would be none of it.
    for (option, words) in [
        ("--epsilon 5", "another --epsilon (3, here 5)"),
        ("--delta 1e-6", "another --delta (0.00001, here 0.000001)"),
        ("--targets dead", "another --targets (none, here dead)"),
        ("--holdout 0.3", "another --holdout (none, here 0.3)"),
    ] {
        desk.mellizo(&format!("run --resume stopped {option}")).refused(3, &[words]);
    }
    let check = desk.mellizo("check --resume stopped").good();
    assert!(check.out().contains("nothing is spent"), "{}", check.out());
    let seed = desk.mellizo("check --resume stopped --seed 9");
    assert!(seed.code == Some(3) && seed.stderr.contains("another seed"), "{}", seed.stderr);
    assert_eq!(desk.text("private/ledger.jsonl").lines().count(), 1);
}
