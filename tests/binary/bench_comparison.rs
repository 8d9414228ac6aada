//! `mellizo bench --compare`: what it says of another run, and which files it refuses.

use crate::bench_command::{bench, document, stdout};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

/// The kernels' times and the step's, multiplied.
fn doctored(document: &Value, factor: f64) -> Value {
    let mut document = document.clone();
    let scale = |value: &mut Value| *value = json!(value.as_f64().expect("a number") * factor);
    for run in document["runs"].as_array_mut().expect("runs") {
        ["median", "p10", "p90"].iter().for_each(|key| scale(&mut run["step_ms"][key]));
        run["step_samples_ms"].as_array_mut().expect("samples").iter_mut().for_each(scale);
        for op in run["ops"].as_array_mut().expect("ops") {
            ["ms", "p10", "p90"].iter().for_each(|key| scale(&mut op[key]));
            op["samples"].as_array_mut().expect("samples").iter_mut().for_each(scale);
        }
    }
    document
}

/// A run whose samples are so wide apart that any other run of this machine lies within them.
fn widened(document: &Value) -> Value {
    let mut document = document.clone();
    for run in document["runs"].as_array_mut().expect("runs") {
        let wide: Vec<f64> = [1e-9, 1e9].repeat(6);
        run["step_samples_ms"] = json!(wide);
        for op in run["ops"].as_array_mut().expect("ops") {
            op["samples"] = json!(wide);
        }
    }
    document
}

#[test]
fn a_comparison_tells_noise_from_difference() {
    let folder = TempDir::new().expect("a folder");
    let first = document(&bench(folder.path(), &["--backend", "cpu", "--json"]));
    let old = folder.path().join("old.json");
    let compare = |earlier: &Value| {
        fs::write(&old, earlier.to_string()).expect("a file");
        document(&bench(folder.path(), &["--backend", "cpu", "--json", "--compare", "old.json"]))["compare"][0].clone()
    };
    let noise = compare(&widened(&first));
    let lines = noise["ops"].as_array().expect("ops");
    assert!(
        lines.iter().chain([&noise["step"]]).all(|line| line["change"] == "no difference seen"),
        "{noise}"
    );
    assert_eq!(noise["step"]["old_ms"], first["runs"][0]["step_ms"]["median"]);

    // A thousandfold: more than any other load on the machine can hide.
    let faster = compare(&doctored(&first, 1000.0));
    assert_eq!(faster["step"]["change"], "faster", "{faster}");
    let [new, old, ratio] =
        ["new_ms", "old_ms", "ratio"].map(|key| faster["step"][key].as_f64().expect(key));
    let [low, high] = [0, 1].map(|end| faster["step"]["interval"][end].as_f64().expect("an end"));
    assert!(low <= ratio && ratio <= high && high < 1.0, "{faster}");
    assert!((new / old - ratio).abs() < 1e-12, "{faster}");
    let known = faster["ops"]
        .as_array()
        .expect("ops")
        .iter()
        .filter(|line| line["change"] == "faster")
        .count();
    assert!(2 * known > lines.len(), "{faster}");
}

#[test]
fn the_fewest_fields_are_enough_for_a_comparison() {
    let folder = TempDir::new().expect("a folder");
    let first = document(&bench(folder.path(), &["--backend", "cpu", "--json"]));
    let run = &first["runs"][0];
    let op =
        |name: &str| json!({ "op": name, "ms": 1e6, "gflops": 1.0, "gbs": 1.0, "roofline": 0.5 });
    let least = json!({ "version": 1, "runs": [{
        "backend": "cpu", "adapter": run["adapter"], "step_ms": { "median": 1e6, "p10": 1e6, "p90": 1e6 },
        "dispatches_per_step": 2, "ops": [op("adam"), op("no_such_kernel")],
    }] });
    fs::write(folder.path().join("old.json"), least.to_string()).expect("a file");
    let text = stdout(&bench(folder.path(), &["--backend", "cpu", "--compare", "old.json"]));
    let line = |word: &str| {
        text.lines().rfind(|line| line.trim_start().starts_with(word)).expect(word).to_owned()
    };
    assert!(line("adam").contains("faster") && line("step").contains("faster"), "{text}");
    assert!(text.contains("not a machine that changed between them"), "{text}");
    assert!(line("no_such_kernel").contains("gone") && line("gather").contains("new"), "{text}");
}

#[test]
fn a_file_that_cannot_be_compared_with_is_bad_input() {
    let folder = TempDir::new().expect("a folder");
    let other = json!({ "version": 1, "runs": [], "workload":
        { "recipe": "small", "rows": 61, "features": 5, "batch": 20, "models": 1, "steps_per_epoch": 3 } });
    for (name, text) in [
        ("broken", "{\"version\":1".to_owned()),
        ("other", other.to_string()),
        ("empty", String::new()),
    ] {
        fs::write(folder.path().join("old.json"), text).expect("a file");
        let output = bench(folder.path(), &["--backend", "cpu", "--compare", "old.json"]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{name}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{name}: {stderr}");
        assert!(
            stderr.starts_with("error: old.json: ") && stderr.contains("; give a file"),
            "{name}: {stderr}"
        );
        assert!(output.stdout.is_empty());
    }
    let missing = bench(folder.path(), &["--backend", "cpu", "--compare", "nowhere.json"]);
    assert_eq!(missing.status.code(), Some(4));
}
