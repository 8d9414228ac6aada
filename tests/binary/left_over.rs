//! What killed processes leave half written is removed by the next one in the folder.

use crate::desk::{Desk, cpu};
use std::process::Stdio;
use std::time::{Duration, Instant};

const RUN: &str = "run --recipe small.toml --epochs 1 --out results";

fn unfinished(desk: &Desk, room: &str) -> Vec<String> {
    let names = desk.names(room).into_iter();
    names.filter(|name| name.starts_with(".mellizo-")).collect()
}

#[test]
fn unfinished_files_are_removed() {
    let desk = Desk::new();
    for room in ["private/checkpoints", "private/withheld", "share", "private"] {
        let room = format!("results/{room}");
        std::fs::create_dir_all(desk.path(&room)).unwrap();
        desk.put(&format!("{room}/.mellizo-Ab12Cd"), "a patient");
    }
    desk.put("results/share/.mine", "mine");
    std::fs::create_dir(desk.path("results/share/.mellizo-folder")).unwrap();
    // They do not hide that there is something else.
    desk.mellizo_on(&cpu(), RUN).refused(3, &["has files in it"]);
    assert_eq!(unfinished(&desk, "results/private"), [".mellizo-Ab12Cd"]);
    let run = desk.mellizo_on(&cpu(), &format!("{RUN} --force")).good();
    assert!(run.stderr.contains("removed 1 unfinished file of an ended process"), "{}", run.stderr);
    assert_eq!(unfinished(&desk, "results/share"), [".mellizo-folder"]);
    assert!(desk.names("results/share").contains(&".mine".to_owned()));
    assert_eq!(desk.names("results/private"), ["cohort.csv", "model.safetensors"]);
}

/// A run that is killed while it writes its patients.
#[test]
fn what_a_kill_leaves_in_share_is_gone_after_the_next_run() {
    let desk = Desk::new();
    let line = format!("{RUN} --set sampling.multiple=100");
    let mut child = desk.command(&line, &cpu()).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    // Patients follow the picture of the training.
    let writes = || {
        let rooms = desk.path("results/share/training.svg").exists();
        rooms && !unfinished(&desk, "results/share").is_empty()
    };
    while !writes() {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        assert!(start.elapsed() < Duration::from_secs(100), "it writes nothing");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(unfinished(&desk, "results/share").len(), 1);
    let run = desk.mellizo_on(&cpu(), "run --resume results --set sampling.multiple=4");
    run.refused(3, &["sampling.multiple 100, here 4"]);
    assert_eq!(unfinished(&desk, "results/share").len(), 1, "a refusal changes nothing");
    let run = desk.mellizo_on(&cpu(), &format!("{RUN} --force")).good();
    assert!(run.stderr.contains("removed 1 unfinished file"), "{}", run.stderr);
    assert_eq!(unfinished(&desk, "results/share"), Vec::<String>::new());
}
