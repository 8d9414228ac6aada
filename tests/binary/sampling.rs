//! `mellizo train`, then `mellizo sample`.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, Engine, cpu, gpu};
use crate::patients;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

const TRAIN: &str = "--recipe small.toml --epochs 3 --seed 11";

fn trained(desk: &Desk, engine: &Engine) {
    desk.mellizo_on(engine, &format!("train {TRAIN} --out results")).silent();
}

fn sampled(desk: &Desk, engine: &Engine, more: &str) -> Vec<u8> {
    desk.mellizo_on(engine, &format!("sample results/private/model.safetensors {more}"))
        .good()
        .stdout
}

fn samples_are_those_of_the_run(engine: &Engine) {
    let desk = Desk::new();
    trained(&desk, engine);
    desk.mellizo_on(engine, &format!("run {TRAIN} --out other")).silent();
    let whole = desk.bytes("other/share/synthetic.csv");
    assert_eq!(
        desk.bytes("results/private/model.safetensors"),
        desk.bytes("other/private/model.safetensors")
    );
    assert!(sampled(&desk, engine, "") == whole, "sample and run differ");
    assert!(sampled(&desk, engine, "--seed 11") == whole, "the run's seed is another one");
    // 3000 rows are more than two pieces of 1024, and none of them whole in the last one.
    for rows in [1, 5, 1024, 3000] {
        let some = sampled(&desk, engine, &format!("--rows {rows}"));
        assert!(whole.starts_with(&some), "{rows} rows are no prefix");
        patients::check(&CsvFile::parse(&some), rows);
    }
    let other = sampled(&desk, engine, "--rows 3000 --seed 12");
    assert!(!whole.starts_with(&other), "another seed, the same patients");
    patients::check(&CsvFile::parse(&other), 3000);
}

#[test]
fn samples_are_those_of_the_run_on_the_cpu() {
    samples_are_those_of_the_run(&cpu());
}

#[test]
fn more_patients_than_are_decoded_at_once() {
    let desk = Desk::new();
    trained(&desk, &cpu());
    let many = sampled(&desk, &cpu(), "--rows 20000");
    patients::check(&CsvFile::parse(&many), 20_000);
    assert!(many.starts_with(&sampled(&desk, &cpu(), "--rows 9000")));
    // No patients are a header, which is a table, too.
    assert_eq!(CsvFile::parse(&sampled(&desk, &cpu(), "--rows 0")).rows.len(), 0);
}

#[test]
fn a_file_instead_of_stdout() {
    let desk = Desk::new();
    trained(&desk, &cpu());
    let model = "sample results/private/model.safetensors --rows 40";
    let expected = sampled(&desk, &cpu(), "--rows 40");
    desk.mellizo_on(&cpu(), &format!("{model} --out some.csv")).silent();
    assert_eq!(desk.bytes("some.csv"), expected);
    desk.put("kept.csv", "mine");
    let refused = desk.mellizo_on(&cpu(), &format!("{model} --out kept.csv"));
    refused.refused(3, &["kept.csv", "exists", "--force"]);
    assert_eq!(desk.bytes("kept.csv"), b"mine");
    let object =
        desk.mellizo_on(&cpu(), &format!("{model} --out kept.csv --force --json")).good().json();
    assert_eq!((&object["command"], &object["rows"]), (&"sample".into(), &40.into()));
    assert_eq!(desk.bytes("kept.csv"), expected);
    desk.mellizo_on(&cpu(), &format!("{model} --json")).says_usage("--out");
    let nowhere = desk.mellizo_on(&cpu(), &format!("{model} --out no/such/some.csv"));
    assert_eq!(nowhere.code, Some(4), "{}", nowhere.stderr);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let desk = Desk::new();
    trained(&desk, &cpu());
    let mut command = desk.command("sample results/private/model.safetensors --rows 20000", &cpu());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    drop(out);
    let mut talk = String::new();
    child.stderr.take().unwrap().read_to_string(&mut talk).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{talk}");
    assert!(first.starts_with("age,death,sex,"), "{first}");
    assert!(!talk.contains("error") && !talk.contains("panicked"), "{talk}");
}

mod on_gpu {
    use super::gpu;

    #[test]
    fn samples_are_those_of_the_run() {
        let Some(gpu) = gpu() else { return };
        super::samples_are_those_of_the_run(&gpu);
    }
}

/// Calibration by many generated rows gives a number the cohort's distribution nearly exactly.
#[test]
fn calibrated_numbers_have_the_distribution_of_the_cohort() {
    let desk = Desk::new();
    let lines: String = (0..400).map(|row| format!("{}.5,{}\n", row * 37 % 400, row % 2)).collect();
    desk.put("t.csv", format!("dose,sex\n{lines}"));
    let mut recipe = crate::desk::small();
    recipe.sampling.set("calibrate", "rank");
    desk.put("ranked.toml", recipe.to_toml());
    desk.mellizo_on(&cpu(), "train t.csv --recipe ranked.toml --epochs 2 --out o").good();
    let made = desk.mellizo_on(&cpu(), "sample o/private/model.safetensors --rows 20000").good();
    let made = CsvFile::parse(&made.stdout).numbers("dose");
    let real = (0..400).map(|row| f64::from(row) + 0.5).collect();
    let apart = mellizo::ks::ks_distance(real, made);
    // Groups of five patients are one step of the quantiles.
    assert!(apart < 0.02, "{apart}");
}
