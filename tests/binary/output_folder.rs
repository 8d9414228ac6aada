//! The output folder: never overwritten by accident, and whole when it is.

use crate::desk::{Desk, cpu};

const RUN: &str = "run --recipe small.toml --epochs 1 --out results";

#[test]
fn a_folder_with_files_is_refused_and_not_touched() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("results")).unwrap();
    desk.put("results/notes.txt", "mine");
    let parts = ["results", "has files in it", "--out", "--force"];
    desk.mellizo_on(&cpu(), RUN).refused(3, &parts);
    assert_eq!(desk.names("results"), ["notes.txt"]);
    assert_eq!(desk.text("results/notes.txt"), "mine");
    let object = desk.mellizo_on(&cpu(), &format!("{RUN} --json")).json();
    assert_eq!(object["exit_code"], 3);
    desk.mellizo_on(&cpu(), &RUN.replace("run", "train")).refused(3, &parts);
}

#[test]
fn an_earlier_run_is_refused_and_not_touched() {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), RUN).silent();
    let files = |desk: &Desk| {
        let rooms = ["results/private", "results/share"];
        let paths = rooms.iter().flat_map(|room| {
            desk.names(room).into_iter().map(move |name| format!("{room}/{name}"))
        });
        paths.map(|path| (desk.bytes(&path), path)).collect::<Vec<_>>()
    };
    let before = files(&desk);
    desk.mellizo_on(&cpu(), &format!("{RUN} --seed 2")).refused(3, &["results", "--force"]);
    assert!(files(&desk) == before, "something was touched");
}

#[test]
fn force_replaces_the_results_and_nothing_else() {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), RUN).silent();
    desk.put("results/notes.txt", "mine");
    desk.put("results/share/notes.txt", "mine, too");
    let before = desk.bytes("results/private/model.safetensors");
    desk.mellizo_on(&cpu(), &format!("{RUN} --seed 2 --force").replace("run", "train")).silent();
    assert!(
        desk.bytes("results/private/model.safetensors") != before,
        "the old model is still there"
    );
    // A training makes no patients: those of the run before would be taken for its own.
    assert_eq!(desk.names("results/share"), ["history.csv", "notes.txt", "training.svg"]);
    assert_eq!(desk.text("results/notes.txt"), "mine");
    assert_eq!(desk.text("results/share/notes.txt"), "mine, too");
}

#[test]
fn a_cohort_inside_is_not_overwritten_even_by_force() {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), RUN).silent();
    let cohort = desk.bytes("results/private/cohort.csv");
    let line =
        "train results/private/cohort.csv --recipe small.toml --epochs 1 --out ./results --force";
    desk.mellizo_on(&cpu(), line).refused(3, &["results/private/cohort.csv", "overwrite", "--out"]);
    assert!(desk.bytes("results/private/cohort.csv") == cohort);
    desk.mellizo_on(&cpu(), &line.replace("./results --force", "others")).silent();
}

#[test]
fn the_empty_rooms_of_an_interrupted_run_are_no_files() {
    let desk = Desk::new();
    for room in ["private", "share"] {
        std::fs::create_dir_all(desk.path("results").join(room)).unwrap();
    }
    desk.mellizo_on(&cpu(), RUN).silent();
    assert_eq!(desk.names("results/private"), ["cohort.csv", "model.safetensors"]);
}

#[test]
fn nothing_is_made_before_the_input_is_known_to_be_good() {
    let desk = Desk::new();
    let lines = [
        "run nowhere.csv",
        "run --backend gpu --adapter nonsense",
        "run --drop nobody",
        "run --batch 5000",
    ];
    for line in lines {
        let finished = desk.mellizo(&format!("{line} --out results"));
        assert_ne!(finished.code, Some(0), "{line}");
        assert!(!desk.path("results").exists(), "{line}");
    }
}

#[test]
fn no_result_takes_the_place_of_what_it_is_made_of() {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), RUN).good();
    let cohort = desk.bytes("results/private/cohort.csv");
    desk.put("cohort.csv", &cohort);
    desk.put("one.schema", "");
    let model = "results/private/model.safetensors";
    let read = "is read";
    for (line, file) in [
        (format!("sample {model} --rows 3 --out {model} --force"), model),
        (format!("export {model} --out {model} --force"), model),
        (format!("{RUN} --force --log small.toml"), "small.toml"),
        (
            format!("{RUN} --force --log cohort.csv").replacen("run", "run cohort.csv", 1),
            "cohort.csv",
        ),
        (format!("{RUN} --force --schema one.schema --log one.schema"), "one.schema"),
    ] {
        let before = desk.bytes(file);
        let engine = if line.starts_with("export") { Vec::new() } else { cpu() };
        desk.mellizo_on(&engine, &line).refused(3, &[file, read]);
        assert!(desk.bytes(file) == before, "{line}");
    }
}

/// A limit of 8 KiB a file (16 blocks of 512 bytes) would end the process by a signal.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_an_error() {
    let desk = Desk::new();
    let output = std::process::Command::new("sh")
        .args(["-c", "ulimit -f 16; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_mellizo")])
        .args(format!("{RUN} --backend cpu").split(' '))
        .current_dir(desk.path("."))
        .output()
        .expect("a shell");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(told.contains("File too large"), "{told}");
}
