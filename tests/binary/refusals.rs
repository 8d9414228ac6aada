//! What `run` refuses before it trains, `check` refuses with the same words and exit code.

use crate::private::{RUN, desk};
use serde_json::Value;

/// Options that a run refuses, with its exit code; `full` is the folder of an earlier run, and
/// `begun` that of one that was ended.
const REFUSED: &[(&str, i32)] = &[
    ("--max-mia-auc 0.6", 2),
    ("--max-mia-auc 0.6 --no-evaluation --holdout 0.2", 2),
    ("--require-epsilon 3", 8),
    ("--epsilon 3", 2),
    ("--delta 1e-3", 2),
    ("--ledger ledger.jsonl", 2),
    ("--targets age", 2),
    ("--release release.json", 2),
    ("--on-device-loss resume --checkpoint-seconds 0", 2),
    ("--resume nowhere", 3),
    ("--resume nowhere --force", 2),
    ("--log there.jsonl", 3),
    ("--log nowhere/course.jsonl", 4),
    ("--log cohort.csv --force", 3),
    ("--log schema.toml --schema schema.toml --force", 3),
    ("--tensorboard cohort.csv", 4),
    ("--tensorboard cohort.csv/events", 4),
    ("--drop nobody", 2),
    ("--patient nobody", 2),
    ("--patient nobody --drop nothing", 2),
    ("--time nobody --event dead", 3),
    ("--schema nowhere.toml", 4),
    ("--missing nobody=9", 2),
    ("--holdout 0.0001", 3),
    ("--holdout 0.99", 3),
    ("--audit-minutes 1 --holdout 0.9", 3),
    ("--audit-minutes 1 --batch 150", 2),
    ("--batch 1", 2),
    ("--batch 5000", 3),
    ("--set nonsense.key=1", 2),
    ("--set sampling.multiple=none", 2),
    ("--recipe nope", 2),
    ("--backend cpu --adapter radeon", 2),
    ("--backend gpu --adapter nonsense", 5),
    ("--out full", 3),
    ("--out cohort.csv", 4),
    ("--recipe private", 2),
];

/// The same of a private run that would be good without them.
const REFUSED_OF_PRIVATE: &[(&str, i32)] = &[
    ("", 2),
    ("--epsilon 0", 2),
    ("--epsilon 3 --delta 2", 2),
    ("--epsilon 3 --release release.json", 2),
    ("--release nowhere.json", 4),
    ("--release there.jsonl", 3),
    ("--epsilon 3 --audit-minutes 1", 2),
    ("--epsilon 3 --patient age", 2),
    ("--epsilon 3 --targets nobody", 2),
    ("--epsilon 3 --max-mia-auc 0.6", 2),
    ("--epsilon 3 --require-epsilon 2", 8),
    ("--epsilon 3 --ledger there.jsonl", 3),
    ("--epsilon 3 --batch 5000", 2),
    ("--epsilon 3 --drop nobody", 2),
    ("--epsilon 3 --log there.jsonl", 3),
    ("--epsilon 3 --tensorboard cohort.csv", 4),
    ("--epsilon 3 --backend cpu --adapter radeon", 2),
    ("--epsilon 3 --out full", 3),
    ("--epsilon 3 --resume nowhere", 3),
];

#[test]
fn check_refuses_what_a_run_refuses() {
    let desk = desk();
    desk.put("there.jsonl", "mine\n");
    std::fs::create_dir(desk.path("full")).unwrap();
    desk.put("full/notes.txt", "mine");
    let plain = "run cohort.csv --recipe small.toml --epochs 1";
    let private = RUN.replace(" --backend cpu", "");
    let each = [(plain, REFUSED), (private.as_str(), REFUSED_OF_PRIVATE)];
    for (line, refused) in each.iter().flat_map(|(line, all)| all.iter().map(move |of| (line, of)))
    {
        let (options, code) = refused;
        // An option that is there already is given once.
        let option = options.split(' ').next().unwrap();
        let line = match line.split_once(&format!("{option} ")) {
            Some((before, rest)) if !option.is_empty() => {
                let rest = rest.split_once(' ').map_or("", |(_, rest)| rest);
                format!("{before}{rest} {options}")
            }
            _ => format!("{line} {options}"),
        };
        let run = desk.judged(&line);
        assert_eq!(run.code, Some(*code), "{line}: {}", run.stderr);
        let check = desk.judged(&line.replacen("run", "check", 1));
        // The parser's own refusal has a line about usage.
        let words = run.stderr.replace("mellizo run", "mellizo check");
        let words = words.lines().next().unwrap();
        assert!(check.stderr.lines().any(|line| line == words), "{line}: {}", check.stderr);
        assert_eq!(check.code, run.code, "{line}: {}", check.stderr);
    }
    let left = desk.names(".");
    assert_eq!(left, ["cohort.csv", "full", "schema.toml", "small.toml", "there.jsonl"]);
}

/// What is said of a private run before it is what it does, and costs nothing.
#[test]
fn a_check_of_a_private_run_spends_nothing() {
    let desk = desk();
    let line = format!("{RUN} --holdout 0.2 --targets dead --out a");
    let check = |more: &str| {
        let line = line.replacen("run", "check", 1);
        desk.mellizo(&format!("{line} {more} --json")).good().json()
    };
    let before = check("--epsilon 3");
    assert_eq!(desk.names("."), ["cohort.csv", "schema.toml", "small.toml"]);
    let privacy = |of: &Value, key: &str| of["privacy"][key].clone();
    assert_eq!(privacy(&before, "releases_before"), 0);
    let run = desk.mellizo(&format!("{line} --epsilon 3 --json")).good().json();
    for (said, done) in [
        (privacy(&before, "epsilon"), &run["epsilon"]),
        (privacy(&before, "delta"), &run["delta"]),
        (privacy(&before, "mu"), &run["mu"]),
        (privacy(&before, "targets"), &run["targets"]),
        (privacy(&before, "epsilon_in_all"), &run["epsilon_in_all"]),
        (before["training"]["recipe"].clone(), &run["recipe"]),
    ] {
        assert_eq!(said, *done, "{before} {run}");
    }
    assert_eq!(before["relations"], serde_json::json!(["admitted <= discharged"]));
    let count = |of: &str| before["patients"][of].as_u64().unwrap();
    let rows = |file: &str| desk.text(&format!("a/private/{file}.csv")).lines().count() as u64 - 1;
    assert_eq!((count("trained"), count("kept_back")), (rows("cohort"), rows("holdout")));
    assert_eq!((count("read"), count("dropped")), (211, 0));
    let steps = desk.text("a/share/history.csv").lines().count() as u64 - 1;
    assert_eq!(before["training"]["epochs"].as_u64(), Some(steps), "{before}");
    assert!(before["seconds_per_step"].as_f64() > Some(0.0), "{before}");
    // What was spent counts, here as there.
    let ledger = desk.text("private/ledger.jsonl");
    let line = line.replace("--out a", "--out b");
    let again = format!("{} --epsilon 3", line.replacen("run", "check", 1));
    let told = desk.mellizo(&again).good();
    for part in
        ["1 releases of this table spent epsilon 3.00", "211 read", "600 rows", "a step takes"]
    {
        assert!(told.out().contains(part), "{part}: {}", told.out());
    }
    for command in ["run", "check"] {
        let line = line.replacen("run", command, 1);
        let gate = desk.mellizo(&format!("{line} --epsilon 3 --require-epsilon 3.5"));
        assert_eq!(gate.code, Some(8), "{}", gate.stderr);
        assert!(gate.stderr.contains("nothing was spent"), "{}", gate.stderr);
    }
    let free = line.replacen("run", "check", 1).replace("--targets dead", "");
    let free =
        desk.mellizo(&format!("{free} --release a/private/release.json --json")).good().json();
    assert_eq!(privacy(&free, "release_used_again"), true);
    assert_eq!(desk.text("private/ledger.jsonl"), ledger);
    assert!(!desk.path("b").exists());
}
