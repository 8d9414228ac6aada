//! `mellizo sweep` and `gather`: many tasks in any order, ended and begun again, are one result.

use crate::desk::Desk;
use crate::finished::Finished;
use std::process::Stdio;
use std::time::{Duration, Instant};

const PLAN: &str = r#"
out = "all"
[table.lung]
options = ["--drop", "dementia"]
[[runs]]
recipes = ["small.toml"]
seeds = 2
options = ["--backend", "cpu", "--epochs", "2", "--no-evaluation"]
[[audits]]
recipes = ["small.toml"]
pairs = 2
options = ["--backend", "cpu", "--epochs", "2"]
[[samples]]
name = "many"
model = "all/runs/lung/small/seed-1/private/model.safetensors"
rows = "3300"
parts = 3
options = ["--backend", "cpu"]
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("plans")).unwrap();
    std::fs::write(desk.path("plans/plan.toml"), PLAN).unwrap();
    std::fs::copy(desk.path("small.toml"), desk.path("plans/small.toml")).unwrap();
    desk
}

/// Says on stderr what it does, and all of `parts`.
fn tells(finished: &Finished, parts: &[&str]) {
    let stderr = &finished.stderr;
    parts.iter().for_each(|part| assert!(stderr.contains(part), "{part:?} is not in: {stderr}"));
}

/// Ends with this code, and with one line that has all of `parts`, whatever was said before.
fn fails(finished: &Finished, code: i32, parts: &[&str]) {
    let last = finished.stderr.lines().last().unwrap_or_default();
    assert_eq!(finished.code, Some(code), "{last}");
    assert!(last.starts_with("error: "), "{last}");
    parts.iter().for_each(|part| assert!(last.contains(part), "{part:?} is not in: {last}"));
}

#[test]
fn tasks_are_done_once_and_gathered() {
    let desk = desk();
    let list = desk.mellizo("sweep plans/plan.toml --json").good().json();
    let tasks = list["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 2 + 2 + 3);
    assert!(tasks.iter().all(|task| task["state"] == "open"), "{list}");
    assert_eq!(desk.mellizo("sweep plans/plan.toml --count").good().stdout, b"7\n");
    fails(&desk.mellizo("gather plans/all"), 3, &["no finished task"]);

    let mut at: Vec<usize> = vec![1, 0, 6, 2, 4, 3];
    at.iter().for_each(|index| {
        desk.mellizo(&format!("sweep plans/plan.toml --index {index}")).good();
    });
    let part = desk.mellizo("gather plans/all --json").good();
    tells(&part, &["part-1", "not done"]);
    at = vec![5];
    at.iter().for_each(|index| {
        desk.mellizo(&format!("sweep plans/plan.toml --index {index}")).good();
    });
    let model = desk.bytes("plans/all/runs/lung/small/seed-2/private/model.safetensors");
    tells(&desk.mellizo("sweep plans/plan.toml --all").good(), &["seed-2: done already"]);
    let after = desk.bytes("plans/all/runs/lung/small/seed-2/private/model.safetensors");
    assert!(model == after);

    fails(&desk.mellizo("gather plans/all"), 3, &["gathered.html", "--force"]);
    let gathered = desk.mellizo("gather plans/all --force --json").good().json();
    assert_eq!(gathered["groups"][0]["seeds"], serde_json::json!([1, 2]));
    assert!(gathered["groups"][0]["scores"][0]["high"].is_f64(), "{gathered}");
    assert_eq!(gathered["audits"][0]["audit"]["models"], 4);
    assert_eq!(
        (&gathered["samples"][0]["parts"], &gathered["samples"][0]["rows"]),
        (&3.into(), &3300.into())
    );
    assert_eq!(gathered["missing"], serde_json::json!([]));
    let page = String::from_utf8(desk.bytes("plans/all/gathered.html")).unwrap();
    assert!(page.contains("lung") && page.contains("Membership by shadow models"));

    // A task is the same as the command that the list shows.
    let parts: Vec<u8> = (0..3)
        .flat_map(|part| desk.bytes(&format!("plans/all/samples/many/part-{part}/patients.csv")))
        .collect();
    let model = "plans/all/runs/lung/small/seed-1/private/model.safetensors";
    let whole = desk.mellizo(&format!("sample {model} --rows 3300 --backend cpu")).good().stdout;
    assert!(parts == whole);
    let line =
        "run --drop dementia --recipe small.toml --seed 2 --backend cpu --epochs 2 --out alone";
    desk.mellizo(line).good();
    let alone = desk.bytes("alone/share/synthetic.csv");
    assert!(alone == desk.bytes("plans/all/runs/lung/small/seed-2/share/synthetic.csv"));
}

#[test]
fn what_fails_is_told() {
    let desk = desk();
    let other = PLAN.replace("[table.lung]", "[table.lung]\ndata = \"absent.csv\"");
    std::fs::write(desk.path("plans/plan.toml"), &other).unwrap();
    fails(&desk.mellizo("sweep plans/plan.toml --index 0"), 4, &["absent.csv"]);
    let list = desk.mellizo("sweep plans/plan.toml --json").good().json();
    assert_eq!(list["tasks"][0]["state"], "failed");
    desk.mellizo("sweep plans/plan.toml --index 7").says_usage("tasks 0 to 6");
    std::fs::write(desk.path("plans/plan.toml"), PLAN).unwrap();
    desk.mellizo("sweep plans/plan.toml --index 0").good();
    let more = PLAN.replace("\"--epochs\", \"2\", \"--no", "\"--epochs\", \"3\", \"--no");
    std::fs::write(desk.path("plans/plan.toml"), more).unwrap();
    fails(&desk.mellizo("sweep plans/plan.toml --index 0"), 3, &["seed-1", "other options"]);
    std::fs::write(desk.path("plans/plan.toml"), PLAN).unwrap();
    let recipe = String::from_utf8(desk.bytes("plans/small.toml")).unwrap();
    std::fs::write(desk.path("plans/small.toml"), recipe + "\n# changed\n").unwrap();
    fails(&desk.mellizo("sweep plans/plan.toml --index 0"), 3, &["other files"]);
}

/// A scheduler ends a task by SIGTERM, and starts it again.
#[cfg(unix)]
#[test]
fn a_task_that_was_ended_goes_on() {
    let desk = desk();
    let long = PLAN.replace(
        "\"--epochs\", \"2\", \"--no",
        "\"--epochs\", \"300\", \"--no-stop\", \"--checkpoint-seconds\", \"0.2\", \"--no",
    );
    std::fs::write(desk.path("plans/plan.toml"), long).unwrap();
    let run = "plans/all/runs/lung/small/seed-1";
    let mut child = desk
        .command("sweep plans/plan.toml --index 0", &Vec::new())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while desk.checkpoints(run).is_empty() && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    // Meanwhile nobody else gets the task.
    fails(&desk.mellizo("sweep plans/plan.toml --index 0"), 3, &["another process"]);
    let killed = std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    let list = desk.mellizo("sweep plans/plan.toml --json").good().json();
    assert_eq!(list["tasks"][0]["state"], "begun");
    tells(&desk.mellizo("sweep plans/plan.toml --index 0").good(), &["going on after"]);
    let line = "run --drop dementia --recipe small.toml --seed 1 --backend cpu --epochs 300 --no-stop --out alone";
    desk.mellizo(line).good();
    let alone = desk.bytes("alone/private/model.safetensors");
    assert!(alone == desk.bytes(&format!("{run}/private/model.safetensors")));
}
