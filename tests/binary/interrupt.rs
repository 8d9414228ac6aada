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
