//! The course of training in files that others read while it goes on.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, cpu};

const TRAIN: &str = "train --recipe small.toml --no-stop --models 2";

#[test]
fn a_log_has_a_line_for_every_epoch_and_model() {
    let desk = Desk::new();
    let line = format!("{TRAIN} --out results --epochs 5 --log course.jsonl --tensorboard events");
    desk.mellizo_on(&cpu(), &line).silent();
    let history = CsvFile::parse(&desk.bytes("results/share/history.csv"));
    let text = desk.text("course.jsonl");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 10);
    for key in ["epoch", "model", "generator_loss", "discriminator_loss", "joint_frechet"] {
        let logged: Vec<f64> = lines.iter().map(|line| line[key].as_f64().unwrap()).collect();
        assert_eq!(logged, history.numbers(key), "{key}");
    }
    let steps: Vec<u64> = lines.iter().map(|line| line["step"].as_u64().unwrap()).collect();
    assert!(steps[0] > 1 && steps[9] == 5 * steps[0], "{steps:?}");
    let names = desk.names("events");
    let [name] = &names[..] else { panic!("{names:?}") };
    assert!(name.starts_with("events.out.tfevents."), "{name}");
    let events = records(&desk.bytes(&format!("events/{name}")));
    assert_eq!(events.len(), 12, "a version, a start, and an event for every epoch and model");
    let tags = [b"model 2/frechet/joint".as_slice(), b"model 1/loss/generator"];
    for tag in tags {
        let has = |event: &&Vec<u8>| event.windows(tag.len()).any(|window| window == tag);
        assert_eq!(events.iter().filter(has).count(), 5);
    }
    // Another run does not write over the log, unless it is told to.
    let finished = desk.mellizo_on(&cpu(), &line.replace("results", "other"));
    finished.refused(3, &["course.jsonl", "--force"]);
}

/// The data of the records of an event file.
fn records(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut all, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        all.push(rest[12..12 + length].to_vec());
        rest = &rest[12 + length + 4..];
    }
    all
}
