//! Ctrl-C while training and while sampling.

use crate::desk::{Desk, cpu};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

#[test]
fn an_interrupted_run_keeps_what_it_has() {
    let desk = Desk::new();
    let line = "train --recipe small.toml --epochs 1000000 --no-stop --out results --json";
    let mut command = desk.command(line, &cpu());
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut talk = BufReader::new(child.stderr.take().expect("piped")).lines();
    assert!(talk.any(|line| line.expect("text").contains("features")), "training was announced");
    // The announcement comes just before the handler is set and training starts.
    std::thread::sleep(Duration::from_secs(2));
    let sent =
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    assert!(talk.any(|line| line.expect("text").contains("stopping after the running epochs")));
    let output = child.wait_with_output().expect("the binary ends");
    assert!(output.status.success(), "{:?}", output.status);
    let outcome: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(outcome["reason"], "it was interrupted");
    let epochs = outcome["epochs"].as_u64().expect("a number");
    assert!((1..1_000_000).contains(&epochs) && outcome["epoch"] == epochs, "{outcome}");
    assert_eq!(desk.text("results/share/history.csv").lines().count() as u64, epochs + 1);
    desk.mellizo_on(&cpu(), "sample results/private/model.safetensors --rows 5 --out five.csv")
        .silent();
    assert_eq!(desk.text("five.csv").lines().count(), 6);
}

#[test]
fn an_interrupted_sample_leaves_no_half_file() {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), "train --recipe small.toml --epochs 2 --out results").silent();
    let line = "sample results/private/model.safetensors --rows 4000000000 --out many.csv";
    let mut child =
        desk.command(line, &cpu()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut talk = BufReader::new(child.stderr.take().expect("piped")).lines();
    assert!(
        talk.any(|line| line.expect("text").contains("synthetic patients")),
        "sampling was announced"
    );
    // Until the temporary file is there, and with it the handler.
    while desk.names(".").len() < 3 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let sent =
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    assert!(
        talk.any(|line| line.expect("text").contains("error: interrupted; nothing was written"))
    );
    assert_eq!(child.wait().expect("the binary ends").code(), Some(130));
    assert_eq!(desk.names("."), ["results", "small.toml"]);
}

/// The first line that a training says after Ctrl-C, and the code that a second one ends it with.
/// An epoch takes far longer than the two are apart.
fn twice(desk: &Desk, more: &str) -> (String, Option<i32>) {
    let line = "train --recipe paper --batch 4 --models 8 --no-stop --force --out results";
    let mut child = desk
        .command(&format!("{line} {more}"), &cpu())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut talk = BufReader::new(child.stderr.take().expect("piped")).lines();
    assert!(talk.any(|line| line.expect("text").contains("features")), "training was announced");
    // A checkpoint of the first moment, or as long as that takes.
    let checkpoints = desk.path("results/private/checkpoints");
    let some = || std::fs::read_dir(&checkpoints).is_ok_and(|found| found.count() > 0);
    let begun = std::time::Instant::now();
    let longest = if more.is_empty() { 60 } else { 2 };
    while !some() && begun.elapsed().as_secs() < longest {
        std::thread::sleep(Duration::from_millis(50));
    }
    let interrupt = || {
        let mut kill = Command::new("kill");
        assert!(kill.args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    };
    interrupt();
    let said = talk.find_map(|line| line.ok().filter(|line| line.starts_with("stopping")));
    let said = said.expect("an answer");
    interrupt();
    let code = child.wait().expect("it ends").code();
    (said, code)
}

#[test]
fn the_first_one_says_what_is_kept_and_the_second_one_ends_it() {
    let desk = Desk::new();
    let (said, code) = twice(&desk, "");
    for part in ["what was learned is kept", "`mellizo train --resume results`", "once more"] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    assert_eq!(code, Some(130));
    assert!(!desk.path("results/private/model.safetensors").exists(), "it went on");
    assert!(!desk.names("results/private/checkpoints").is_empty(), "what is kept");
    std::fs::remove_dir_all(desk.path("results")).expect("it is there");
    let (said, code) = twice(&desk, "--checkpoint-seconds 0");
    assert!(said.contains("once more to stop at once and lose them"), "{said}");
    assert!(!said.contains("--resume"), "{said}");
    assert_eq!(code, Some(130));
}
