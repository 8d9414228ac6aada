//! Runs that were killed, interrupted or terminated, and went on: their files are byte for byte
//! those of a run that was never stopped.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, Engine, cpu, gpu};
use mellizo::gan::Recipe;
use mellizo::gan::recipe::Batch;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// What must not depend on whether a run was stopped.
const FILES: [&str; 3] = ["private/model.safetensors", "share/history.csv", "share/synthetic.csv"];

/// A run that trains for some seconds.
fn line(epochs: usize) -> String {
    format!("run --recipe small.toml --epochs {epochs} --no-stop --models 2 --seed 3")
}

/// The same, stopped.
pub fn begun(desk: &Desk, line: &str, engine: &Engine) -> Child {
    let line = format!("{line} --checkpoint-seconds 0.05 --out stopped");
    let mut command = desk.command(&line, engine);
    command.stderr(Stdio::piped()).spawn().expect("the binary starts")
}

/// Waits for the first checkpoint of a run, or for its end.
pub fn until_it_trains(desk: &Desk, child: &mut Child) {
    let start = Instant::now();
    while desk.checkpoints("stopped").is_empty() && child.try_wait().expect("it is ours").is_none()
    {
        assert!(start.elapsed() < Duration::from_secs(60), "no checkpoint");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn same_files(desk: &Desk, [a, b]: [&str; 2]) {
    for file in FILES {
        let [a, b] = [a, b].map(|out| desk.bytes(&format!("{out}/{file}")));
        assert!(a == b, "another {file}");
    }
}

/// Kills a run after a time and lets it go on; the steps after which it did, or none if it was done
/// before. A run that is done has no checkpoints; its process may take a moment longer, for example
/// while a driver closes its device.
fn killed(desk: &Desk, line: &str, engine: &Engine, after: Duration) -> Option<u64> {
    let _ = std::fs::remove_dir_all(desk.path("stopped"));
    let mut child = begun(desk, line, engine);
    until_it_trains(desk, &mut child);
    std::thread::sleep(after);
    child.kill().expect("it is ours");
    let ended = child.wait_with_output().expect("it ends").status.success();
    if ended || desk.checkpoints("stopped").is_empty() {
        assert!(desk.path("stopped/share/summary.md").exists(), "no results and no checkpoint");
        return None;
    }
    let talk = desk.mellizo("run --resume stopped").good().stderr;
    let steps = talk.lines().find_map(|line| line.strip_prefix("going on after "));
    let steps = steps.and_then(|rest| rest.split(' ').next()?.parse().ok());
    Some(steps.unwrap_or_else(|| panic!("nothing is said of going on: {talk}")))
}

fn kills(engine: &Engine, epochs: usize, points: u32) {
    let desk = Desk::new();
    let line = line(epochs);
    let start = Instant::now();
    desk.mellizo_on(engine, &format!("{line} --out whole")).good();
    let whole = start.elapsed();
    let mut on = Vec::new();
    for point in 0..points {
        // Anywhere in a run, and not at the same places every time.
        let odd = Duration::from_millis(u64::from(std::process::id()) % 97);
        let mut after = whole * point / points + odd;
        let steps = loop {
            match killed(&desk, &line, engine, after) {
                Some(steps) => break steps,
                // It was done before: start-up took its part of the time.
                None => after = after * 2 / 3,
            }
        };
        on.push(steps);
        same_files(&desk, ["whole", "stopped"]);
        assert!(!desk.path("stopped/private/checkpoints").exists(), "of a run that is done");
    }
    println!("killed {} times, went on after {on:?} steps", on.len());
    assert!(on.iter().any(|steps| *steps > 0), "it never went on in the middle: {on:?}");
}

#[test]
fn a_killed_run_goes_on_as_if_it_had_not_been() {
    kills(&cpu(), 60, 3);
}

/// Ninety patients with levels, gaps and numbers.
pub fn own_table() -> String {
    let row = |row: usize| {
        let (age, sex) = (40 + row * 11 % 19, ["f", "m"][row * 7 % 3 % 2]);
        let dose =
            if row.is_multiple_of(4) { String::new() } else { format!("{}.5", row * 13 % 17) };
        format!("{age},{sex},{dose},{}\n", row % 2)
    };
    "age,sex,dose,seen\n".to_owned() + &(0..90).map(row).collect::<String>()
}

/// With other numbers of threads, by the library's default recipe, and stopped by signals.
#[test]
fn an_interrupted_run_goes_on_with_other_threads() {
    let desk = Desk::new();
    let mut recipe = Recipe::joint();
    recipe.generator.widths = vec![24, 16];
    recipe.training.batch = Batch::Rows(20);
    recipe.sampling.set("multiple", 3);
    desk.put("tiny.toml", recipe.to_toml());
    desk.put("own.csv", own_table());
    let line = "run own.csv --recipe tiny.toml --steps 900 --no-stop --seed 5";
    desk.mellizo_on(&cpu(), &format!("{line} --threads 1 --out whole")).good();
    for (signal, code) in [("-INT", 0), ("-TERM", 143)] {
        let _ = std::fs::remove_dir_all(desk.path("stopped"));
        let log = format!("course{signal}.jsonl");
        let mut child = begun(&desk, &format!("{line} --threads 2 --log {log}"), &cpu());
        until_it_trains(&desk, &mut child);
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args([signal, &child.id().to_string()]).status().unwrap().success());
        let talk = BufReader::new(child.stderr.take().expect("piped")).lines();
        let talk: Vec<String> = talk.map(|line| line.expect("text")).collect();
        let talk = talk.join("\n");
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{talk}");
        assert!(talk.contains("mellizo run --resume stopped"), "{talk}");
        assert_eq!(mode(&desk, "stopped/private/checkpoints"), 0o700);
        for name in desk.names("stopped/private/checkpoints") {
            assert_eq!(mode(&desk, &format!("stopped/private/checkpoints/{name}")), 0o600);
        }
        let refused = desk.mellizo_on(&cpu(), &format!("{line} --out stopped"));
        refused.refused(3, &["has files in it", "--resume stopped", "--force"]);
        // From another folder.
        let mut again = desk.command("run --resume ../stopped --threads 3", &cpu());
        assert!(again.current_dir(desk.path("stopped")).output().unwrap().status.success());
        same_files(&desk, ["whole", "stopped"]);
        every_epoch_is_in(&desk, &log);
    }
}

/// The log of a run that was stopped in good order and went on has every epoch once.
fn every_epoch_is_in(desk: &Desk, log: &str) {
    let epoch = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["epoch"].as_f64().expect("a number")
    };
    let logged: Vec<f64> = desk.text(log).lines().map(epoch).collect();
    let history = CsvFile::parse(&desk.bytes("stopped/share/history.csv"));
    assert_eq!(logged, history.numbers("epoch"));
}

fn mode(desk: &Desk, name: &str) -> u32 {
    std::fs::metadata(desk.path(name)).expect("it is there").permissions().mode() & 0o777
}

/// A run that was ended in its first moment.
fn ended(desk: &Desk) {
    let mut child = begun(desk, &line(1_000_000), &cpu());
    until_it_trains(desk, &mut child);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
}

#[test]
fn what_does_not_fit_is_refused_with_what_differs() {
    let desk = Desk::new();
    ended(&desk);
    let resumed = |more: &str| desk.mellizo(&format!("run --resume stopped {more}"));
    let parts = ["stopped/private/checkpoints", "another seed (3, here 4)", "without --resume"];
    resumed("--seed 4").refused(3, &parts);
    resumed("--epochs 20").refused(3, &["another recipe, steps or batch"]);
    resumed("--models 1").refused(3, &["another number of models (2, here 1)"]);
    resumed("--drop age").refused(3, &["another cohort"]);
    resumed("--steps 20").refused(2, &["--epochs", "with the options of the run"]);
    let never = "--on-device-loss resume --checkpoint-seconds 0";
    resumed(never).refused(2, &["--on-device-loss resume needs checkpoints"]);
    let nothing = desk.mellizo("run --resume nowhere");
    nothing.refused(3, &["nowhere", "there is no such folder", "without --resume"]);
    let path = desk.path("stopped/private/checkpoints");
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    }
    resumed("").refused(7, &["not a whole checkpoint file", "without --resume"]);
}

#[test]
fn nothing_is_written_where_nothing_is_wanted_and_old_ones_are_replaced() {
    let desk = Desk::new();
    ended(&desk);
    let line = "train --recipe small.toml --epochs 1 --out stopped --force --backend cpu";
    desk.mellizo(&format!("{line} --checkpoint-seconds 0")).good();
    assert!(!desk.path("stopped/private/checkpoints").exists(), "those of an earlier run");
    ended_in(&desk, "plain");
    assert_eq!(desk.names("plain/private"), ["cohort.csv", "model.safetensors"]);
}

fn ended_in(desk: &Desk, out: &str) {
    desk.mellizo(&format!("train --recipe small.toml --epochs 1 --backend cpu --out {out}")).good();
}

/// The checkpoint of a folder that cannot be written to is an error.
#[test]
fn a_save_that_fails_is_an_error() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("results/private")).unwrap();
    // A file is where the folder has to be.
    desk.put("results/private/checkpoints", "");
    let line = "train --recipe small.toml --epochs 3 --out results --force --backend cpu";
    let finished = desk.mellizo(line);
    assert_eq!(finished.code, Some(4), "{}", finished.stderr);
    assert!(finished.stderr.contains("results/private/checkpoints"), "{}", finished.stderr);
}

mod long {
    use super::*;

    #[test]
    #[ignore = "minutes; a_killed_run kills three"]
    fn twenty_kills() {
        kills(&cpu(), 150, 20);
    }
}

mod on_gpu {
    use super::*;

    #[test]
    fn two_kills() {
        let Some(gpu) = gpu() else { return };
        kills(&gpu, 4, 2);
    }

    #[test]
    #[ignore = "half a minute; two_kills kills two"]
    fn five_kills() {
        let Some(gpu) = gpu() else { return };
        kills(&gpu, 4, 5);
    }
}

#[test]
fn a_folder_is_written_to_by_one_process_at_a_time() {
    let desk = Desk::new();
    let mut child = begun(&desk, &line(1_000_000), &cpu());
    until_it_trains(&desk, &mut child);
    let another = match cfg!(target_os = "linux") {
        true => format!("another process ({}) writes to this folder", child.id()),
        false => "another process writes to this folder".to_owned(),
    };
    desk.mellizo("run --resume stopped").refused(3, &["stopped", &another, "wait for it"]);
    let over = line(2) + " --force --out stopped";
    desk.mellizo_on(&cpu(), &over).refused(3, &[&another]);
    // Whoever does not know of it is not told to go on with its run.
    let plain = desk.mellizo_on(&cpu(), &(line(2) + " --out stopped"));
    plain.refused(3, &[&another, "wait for it"]);
    assert!(!plain.stderr.contains("--resume"), "{}", plain.stderr);
    let check = line(2).replacen("run", "check", 1) + " --out stopped";
    assert_eq!(desk.mellizo_on(&cpu(), &check).stderr, plain.stderr);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    // Who was killed is not at it any more.
    desk.mellizo_on(&cpu(), &over).good();
}
