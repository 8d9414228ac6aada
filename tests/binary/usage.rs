//! Options, recipes and files that make no sense, each with its own exit code.

use crate::desk::{Desk, cpu, small};

#[test]
fn arguments() {
    let desk = Desk::new();
    desk.mellizo("").says_help();
    desk.mellizo("run --nonsense").says_usage("--nonsense");
    desk.mellizo("dance").says_usage("dance");
    desk.mellizo("run --epochs 0").says_usage("--epochs");
    desk.mellizo("run --models 0").says_usage("--models");
    desk.mellizo("run --threads 0").says_usage("--threads");
    desk.mellizo("run --seed -1").says_usage("-1");
    desk.mellizo("run --backend tpu").says_usage("tpu");
    desk.mellizo("run --batch 1").refused(2, &["--batch", "\"1\"", "at least 2"]);
    desk.mellizo("run --batch many").refused(2, &["--batch", "\"many\"", "auto"]);
    desk.mellizo("run --drop nobody").refused(2, &["no column \"nobody\"", "spelling"]);
    desk.mellizo("run --backend cpu --adapter radeon").refused(2, &["--adapter", "--backend cpu"]);
    assert_eq!(desk.names("."), ["small.toml"]);
}

#[test]
fn misread_arguments_in_json() {
    let finished = Desk::new().mellizo("train --epochs many --json");
    finished.says_usage("--epochs");
    let object = finished.json();
    assert_eq!(object["exit_code"], 2);
    assert!(object["error"].as_str().unwrap().contains("--epochs"), "{object}");
}

#[test]
fn recipes() {
    let desk = Desk::new();
    desk.mellizo("run --recipe nope").refused(2, &["no recipe \"nope\"", "built in: paper"]);
    desk.mellizo("recipe nope").refused(2, &["no recipe \"nope\"", "built in: paper"]);
    desk.mellizo("run --recipe nope.toml").refused(4, &["nope.toml"]);
    let text = small().to_toml();
    let faults = [
        ("latent = 32", "latnt = 32", "latnt"),
        ("latent = 32", "latent = 0", "generator.latent"),
        ("latent = 32", "latent = \"many\"", "latent"),
        ("output = \"linear\"", "output = \"cubic\"", "cubic"),
        ("learning_rate = 0.001", "learning_rate = nan", "optimiser.learning_rate"),
        ("percentile = 1.0", "percentile = 0.0", "[loss]"),
        ("epochs = 2500", "epochs = 2500\nspeed = 3", "speed"),
        ("batch = 64", "batch = \"half\"", "training.batch"),
        ("pixels = 256", "pixels = 255", "pixels"),
        ("patients = \"1/2\"", "patients = \"3/2\"", "\"3/2\""),
        ("snap = true", "snip = true", "snip"),
        ("calibrate = \"none\"", "calibrate = \"best\"", "calibrate"),
        ("multiple = 4", "multiple = 0", "sampling.multiple"),
    ];
    for (from, to, part) in faults {
        assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
        desk.put("changed.toml", text.replace(from, to));
        let finished = desk.mellizo("run --recipe changed.toml --epochs 1");
        finished.refused(2, &["recipe changed.toml: ", part]);
    }
    desk.put("changed.toml", &text[..text.find("[loss]").expect("a recipe has a loss")]);
    desk.mellizo("run --recipe changed.toml")
        .refused(2, &["recipe changed.toml: ", "missing field"]);
    assert_eq!(desk.names("."), ["changed.toml", "small.toml"]);
}

#[test]
fn files_that_are_not_there() {
    let desk = Desk::new();
    desk.mellizo("run nowhere.csv").refused(4, &["nowhere.csv"]);
    desk.mellizo("run --schema nowhere.toml").refused(4, &["nowhere.toml"]);
    desk.put("in-the-way", "a file");
    let line = "train --recipe small.toml --epochs 1 --out in-the-way";
    desk.mellizo_on(&cpu(), line).refused(4, &["in-the-way"]);
    assert_eq!(desk.bytes("in-the-way"), b"a file");
    let object = desk.mellizo("run nowhere.csv --json").json();
    assert_eq!(object["exit_code"], 4);
    assert!(object["error"].as_str().unwrap().starts_with("nowhere.csv: "), "{object}");
}

#[test]
fn a_gpu_that_is_not_there() {
    let desk = Desk::new();
    let line = "run --recipe small.toml --epochs 1 --backend gpu --adapter nonsense";
    desk.mellizo(line).refused(5, &["nonsense"]);
    let object = desk.mellizo(&format!("{line} --json")).json();
    assert_eq!(object["exit_code"], 5);
    // An adapter that is asked for is never replaced by the CPU.
    desk.mellizo("run --recipe small.toml --epochs 1 --adapter nonsense").refused(5, &["nonsense"]);
    assert_eq!(desk.names("."), ["small.toml"]);
}

/// A help that cannot be written is an error, as every other result is.
#[cfg(target_os = "linux")]
#[test]
fn a_help_on_a_full_disk() {
    let desk = Desk::new();
    for line in ["--help", "-h", "run --help", "help check", "--version", "recipe", "man"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = desk.command(line, &[]).stdout(full).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{line}: {told}");
        assert!(told.starts_with("error: stdout: "), "{line}: {told}");
        assert_eq!(desk.mellizo(line).code, Some(0), "{line}");
    }
}
