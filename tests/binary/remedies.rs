//! Small mistakes of a call, and what is said to do about each.

use crate::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::new();
    let line = |row: usize| format!("{},{},{}\n", 40 + row % 41, row * 7 % 90, ["a", "b"][row % 2]);
    desk.put("t.csv", format!("age,lab,site\n{}", (0..80).map(line).collect::<String>()));
    desk
}

#[test]
fn a_column_of_patients_that_is_not_there_is_not_one_to_leave_out() {
    let desk = desk();
    for line in ["check t.csv --patient sitee", "run t.csv --patient sitee"] {
        let finished = desk.mellizo(line);
        finished.refused(2, &["\"sitee\"", "whose rows are whose (--patient)", "\"site\"?"]);
    }
}

#[test]
fn a_key_without_its_section_and_a_batch_of_no_form_are_told_the_form() {
    let desk = desk();
    desk.mellizo("run t.csv --set batch=3").refused(2, &["write training.batch=3"]);
    let forms = ["\"auto\" or \"all\"", "at least 2"];
    desk.mellizo("run t.csv --set training.batch=1.5").refused(2, &forms);
    desk.put("r.toml", desk.text("small.toml").replace("batch = 64", "batch = [64]"));
    desk.mellizo("run t.csv --recipe r.toml").refused(2, &forms);
}

#[test]
fn folders_and_files_that_are_not_there() {
    let desk = desk();
    desk.mellizo("run --resume nosuch").refused(3, &["nosuch", "no such folder", "--out"]);
    desk.mellizo("sample m.safetensors --rows 5 --out x.txt")
        .refused(2, &["x.txt", ".csv, .csv.gz or .parquet"]);
}

#[cfg(unix)]
#[test]
fn links_to_nothing_and_pipes() {
    let desk = desk();
    std::os::unix::fs::symlink("gone.csv", desk.path("link.csv")).unwrap();
    for line in ["check link.csv", "missing link.csv", "check t.csv --schema link.csv"] {
        desk.mellizo(line).refused(4, &["link.csv", "the link points to gone.csv"]);
    }
    let made = std::process::Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap();
    assert!(made.success());
    // A writer waits for a reader, who must not come: without one, opening the pipe would wait.
    let pipe = desk.path("pipe");
    std::thread::spawn(move || std::fs::write(pipe, "age\n1\n"));
    for line in ["check pipe", "missing pipe", "evaluate t.csv pipe"] {
        desk.mellizo(line).refused(3, &["a pipe", "cat pipe > table.csv"]);
    }
}

#[test]
fn lines_of_missing_fit_a_terminal() {
    let desk = desk();
    let mut command = desk.command("missing t.csv", &[]);
    let output = command.env("COLUMNS", "80").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("none is dropped"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let output = desk.command("missing t.csv", &[]).env("COLUMNS", "0").output().unwrap();
    let wide = String::from_utf8(output.stdout).unwrap();
    assert!(wide.lines().any(|line| line.chars().count() > 80), "0 columns are none: {wide}");
}
