//! `mellizo run` on the bundled cohort: every file of both rooms, and what is in it.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, Engine, cpu, gpu};
use crate::patients;
use crate::tensors::{all_finite, document};

const EPOCHS: usize = 4;

fn a_run_fills_both_rooms(engine: &Engine) {
    let desk = Desk::new();
    let line = format!("run --recipe small.toml --epochs {EPOCHS} --models 2 --out results --json");
    let finished = desk.mellizo_on(engine, &line).good();
    assert_eq!(desk.names("results"), ["private", "share"]);
    assert_eq!(desk.names("results/private"), ["cohort.csv", "model.safetensors"]);
    let shared =
        ["distributions.svg", "history.csv", "summary.md", "synthetic.csv", "training.svg"];
    assert_eq!(desk.names("results/share"), shared);
    private_room(&desk);
    patients::check(&CsvFile::parse(&desk.bytes("results/share/synthetic.csv")), 30 * 908);
    history(&CsvFile::parse(&desk.bytes("results/share/history.csv")));
    summary(&desk.text("results/share/summary.md"));
    pictures(&desk);
    let object = finished.json();
    assert_eq!(object["command"], "run");
    assert_eq!(object["patients"]["synthetic"], 30 * 908);
    assert_eq!((&object["epochs"], &object["models"]), (&EPOCHS.into(), &2.into()));
    let kept = document(&desk.bytes("results/private/model.safetensors"));
    assert_eq!((&object["model"], &object["epoch"]), (&kept["model"], &kept["epoch"]));
}

#[test]
fn a_run_on_the_cpu_fills_both_rooms() {
    a_run_fills_both_rooms(&cpu());
}

/// The cohort as it was read, and a finite model, for nobody's eyes but the owner's.
fn private_room(desk: &Desk) {
    let kept = CsvFile::parse(&desk.bytes("results/private/cohort.csv"));
    let cohort = patients::cohort();
    patients::check(&kept, cohort.rows.len());
    let same = |a: &str, b: &str| {
        a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
    };
    for (kept, read) in kept.rows.iter().flatten().zip(cohort.rows.iter().flatten()) {
        assert!(same(kept, read), "{kept:?} was {read:?}");
    }
    assert!(all_finite(&desk.bytes("results/private/model.safetensors")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(desk.path("results/private")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}

/// One line per epoch and model, in order, every number finite.
fn history(history: &CsvFile) {
    let keys: Vec<[&str; 2]> =
        history.rows.iter().map(|row| [row[0].as_str(), row[1].as_str()]).collect();
    let expected = (1..=EPOCHS)
        .flat_map(|epoch| [[epoch.to_string(), "1".into()], [epoch.to_string(), "2".into()]]);
    assert_eq!(keys, expected.collect::<Vec<_>>());
    for name in &history.header {
        assert!(history.numbers(name).iter().all(|number| number.is_finite()), "{name}");
    }
    for name in ["marginal_frechet", "joint_frechet", "generator_loss", "discriminator_loss"] {
        assert!(history.numbers(name).iter().all(|number| *number > 0.0), "{name}");
    }
    for name in ["real_probability", "fake_probability"] {
        assert!(history.numbers(name).iter().all(|number| (0.0..=1.0).contains(number)), "{name}");
    }
}

/// Tables 5 to 7 of the paper for the columns that the schema names.
fn summary(summary: &str) {
    let parts = [
        "Tables 5 to 7",
        "| death (encoded) | real | synthetic |",
        "| sfdm2 (encoded) | real | synthetic |",
        "| death (patients with a value) | real (908) |",
        "| sfdm2 given death = 0 | real (75) |",
        "| sfdm2 given death = 1 | real (833) |",
        "| synthetic patients | 27240 |",
    ];
    for part in parts {
        assert!(summary.contains(part), "{part:?} is not in:\n{summary}");
    }
}

fn pictures(desk: &Desk) {
    for (name, labels) in
        [("training.svg", &["joint", "marginal"][..]), ("distributions.svg", &["Age", "Race"])]
    {
        let svg = desk.text(&format!("results/share/{name}"));
        let document = roxmltree::Document::parse(&svg).expect(name);
        assert_eq!(document.root_element().tag_name().name(), "svg");
        let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
        for label in labels {
            assert!(texts.iter().any(|text| text.contains(label)), "{name}: no {label}");
        }
    }
}

#[test]
fn without_json_nothing_is_on_stdout() {
    let desk = Desk::new();
    let finished = desk.mellizo_on(&cpu(), "run --recipe small.toml --epochs 1").silent();
    assert!(finished.stderr.contains("mellizo-out"), "{}", finished.stderr);
    assert_eq!(desk.names("mellizo-out"), ["private", "share"]);
    let desk = Desk::new();
    let finished =
        desk.mellizo_on(&cpu(), "train --recipe small.toml --epochs 1 --out results").silent();
    assert!(!finished.stderr.contains('\u{1b}'), "a progress bar where there is no terminal");
    assert_eq!(desk.names("results/private"), ["cohort.csv", "model.safetensors"]);
    assert_eq!(desk.names("results/share"), ["history.csv", "training.svg"]);
}

mod on_gpu {
    use super::gpu;

    #[test]
    fn a_run_fills_both_rooms() {
        let Some(gpu) = gpu() else { return };
        super::a_run_fills_both_rooms(&gpu);
    }
}
