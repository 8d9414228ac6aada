//! `--threads N` with every part of the program that starts threads: it never fails, and no number
//! of threads changes a byte.

use crate::desk::Desk;
use mellizo::gan::Recipe;

/// Forty patients with the kinds that inference looks for.
fn table() -> String {
    let mut text = String::from("age,sex,stage,entry,dose,seen\n");
    for row in 0..40 {
        let sex = ["f", "m"][row * 7 % 3 % 2];
        let stage = ["I", "II", "III"][row * 5 % 3];
        let dose = if row % 4 == 0 { String::new() } else { format!("{}.5", row * 13 % 17) };
        let (age, day) = (40 + row * 11 % 19, 1 + row * 3 % 28);
        text += &format!("{age},{sex},{stage},2020-03-{day:02},{dose},{}\n", row % 2);
    }
    text
}

const SCHEMA: &str = r#"
[[column]]
name = "age"
kind = "integer"
[[column]]
name = "sex"
kind = "nominal"
levels = ["f", "m"]
[[column]]
name = "stage"
kind = "ordinal"
levels = ["I", "II", "III"]
[[column]]
name = "entry"
kind = "date"
[[column]]
name = "dose"
kind = "numerical"
[[column]]
name = "seen"
kind = "boolean"
levels = ["0", "1"]
"#;

/// What is run after `mellizo`, and the files that must not depend on the number of threads.
const LINES: [(&str, &[&str]); 9] = [
    ("train own.csv --backend cpu", MODEL),
    ("train own.csv --schema own.toml --backend cpu", MODEL),
    ("train --recipe small.toml --epochs 1 --backend cpu", MODEL),
    ("train own.csv --models 2 --batch 10 --backend cpu", MODEL),
    ("run own.csv --backend cpu", RUN),
    ("run own.csv --schema own.toml --holdout 0.25 --models 3 --backend cpu", HELD),
    ("run own.csv --backend cpu --no-stop --drop dose,entry --json", RUN),
    ("run own.csv --patient entry --batch auto --backend cpu", RUN),
    ("train own.csv --backend cpu --batch 8 --seed 3", MODEL),
];
const MODEL: &[&str] = &["private/model.safetensors", "share/history.csv"];
const RUN: &[&str] = &["private/model.safetensors", "share/history.csv", "share/synthetic.csv"];
const HELD: &[&str] = &["private/holdout.csv", "private/model.safetensors", "share/synthetic.csv"];

fn desk() -> Desk {
    let desk = Desk::new();
    let mut recipe = Recipe::joint();
    recipe.generator.widths = vec![24, 16];
    recipe.training.steps = 4;
    recipe.sampling.set("multiple", 3);
    desk.put("tiny.toml", recipe.to_toml());
    desk.put("own.csv", table());
    desk.put("own.toml", SCHEMA);
    desk
}

#[test]
fn no_number_of_threads_fails_or_changes_a_result() {
    let desk = desk();
    for (number, (line, files)) in LINES.into_iter().enumerate() {
        let recipe = if line.contains("--recipe") { "" } else { "--recipe tiny.toml" };
        for threads in 1..=3 {
            let out = format!("out{number}-{threads}");
            desk.mellizo(&format!("{line} {recipe} --threads {threads} --out {out}")).good();
            for file in files {
                let one = desk.bytes(&format!("out{number}-1/{file}"));
                let same = one == desk.bytes(&format!("{out}/{file}"));
                assert!(same, "{line}: {threads} threads give another {file}");
            }
        }
    }
}

#[test]
fn samples_judgements_and_measurements_take_any_number_of_threads() {
    let desk = desk();
    let train = "train own.csv --recipe tiny.toml --backend cpu --threads 2 --out one";
    desk.mellizo(train).good();
    for threads in 1..=3 {
        let model = "one/private/model.safetensors";
        let line = format!("sample {model} --rows 3000 --backend cpu --out s{threads}.csv");
        desk.mellizo(&format!("{line} --threads {threads}")).good();
        assert!(
            desk.bytes("s1.csv") == desk.bytes(&format!("s{threads}.csv")),
            "{threads} threads"
        );
        let line = format!("run own.csv --recipe tiny.toml --backend cpu --out r{threads}");
        desk.judged(&format!("{line} --threads {threads}")).good();
        let scores = |threads: usize| {
            let text = desk.text(&format!("r{threads}/share/summary.md"));
            let scores = text.lines().filter(|line| line.starts_with("| `")).map(str::to_owned);
            scores.collect::<Vec<_>>()
        };
        assert!(scores(1) == scores(threads), "{threads} threads give other scores");
        let line = "bench --recipe small.toml --rows 64 --features 4 --seconds 0.05 --backend cpu";
        desk.mellizo(&format!("{line} --threads {threads}")).good();
    }
}
