//! `mellizo sample --rows A..B`: shards that are joined are one run, byte for byte, and nothing but
//! whole files is left behind.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, Engine, cpu, gpu};
use crate::patients;
use std::io::Read;

/// More than three pieces of 1024.
const ROWS: usize = 3300;

fn trained(engine: &Engine) -> Desk {
    let desk = Desk::new();
    desk.mellizo_on(engine, "train --recipe small.toml --epochs 2 --out results").silent();
    desk
}

fn sampled(desk: &Desk, engine: &Engine, more: &str) -> Vec<u8> {
    desk.mellizo_on(engine, &format!("sample results/private/model.safetensors {more}"))
        .good()
        .stdout
}

fn shards_are_one_run(engine: &Engine) {
    let desk = trained(engine);
    let whole = sampled(&desk, engine, &format!("--rows {ROWS}"));
    patients::check(&CsvFile::parse(&whole), ROWS);
    assert_eq!(sampled(&desk, engine, &format!("--rows 0..{ROWS}")), whole);
    for cuts in
        [&[1][..], &[1023], &[1024], &[1025], &[ROWS - 1], &[1, 2, 1000, 2047, 2048, 2049, 3071]]
    {
        let ends = [&[0], cuts, &[ROWS]].concat();
        let shard =
            |pair: &[usize]| sampled(&desk, engine, &format!("--rows {}..{}", pair[0], pair[1]));
        let joined: Vec<u8> = ends.windows(2).flat_map(shard).collect();
        assert!(joined == whole, "cut at {cuts:?}");
    }
    // A row far out, beyond 32 bits, has no header and the same text from wherever it is asked for.
    let far = sampled(&desk, engine, "--rows 4294967296..4294967299");
    assert_eq!(far.iter().filter(|byte| **byte == b'\n').count(), 3);
    let last = sampled(&desk, engine, "--rows 4294967298..4294967299");
    assert!(far.ends_with(&last) && !last.is_empty());
    assert!(!whole.windows(last.len()).any(|window| window == last), "patients repeat");
    assert!(
        !sampled(&desk, engine, "--rows 4398046511103..4398046511104").is_empty(),
        "the very last patient"
    );
}

#[test]
fn shards_are_one_run_on_the_cpu() {
    shards_are_one_run(&cpu());
}

#[test]
fn threads_change_nothing() {
    let desk = trained(&cpu());
    for ending in ["csv", "csv.gz", "parquet"] {
        if ending == "parquet" && cfg!(not(feature = "parquet")) {
            continue;
        }
        let file = |threads: usize| {
            let line = format!("--rows 500..{ROWS} --out of{threads}.{ending} --threads {threads}");
            sampled(&desk, &cpu(), &line);
            desk.bytes(&format!("of{threads}.{ending}"))
        };
        let one = file(1);
        assert!(one == file(2) && one == file(7), "{ending}");
    }
}

#[test]
fn shards_of_gzip_are_one_file() {
    let desk = trained(&cpu());
    let unpacked = |bytes: &[u8]| {
        let mut text = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut text).expect("gzip");
        text
    };
    sampled(&desk, &cpu(), "--rows 0..1500 --out a.csv.gz");
    sampled(&desk, &cpu(), &format!("--rows 1500..{ROWS} --out b.csv.gz"));
    let joined = [desk.bytes("a.csv.gz"), desk.bytes("b.csv.gz")].concat();
    let plain = sampled(&desk, &cpu(), &format!("--rows {ROWS}"));
    assert!(unpacked(&joined) == plain);
    assert!(joined.len() < plain.len() / 2, "{} bytes of {}", joined.len(), plain.len());
}

#[test]
fn ranges_that_make_no_sense() {
    let desk = Desk::new();
    let line = |rows: &str| format!("sample model.safetensors --rows {rows}");
    for (rows, part) in [
        ("5..5", "empty"),
        ("9..5", "empty"),
        ("a..5", "such as 0..1000"),
        ("5..", "such as 0..1000"),
        ("1.5", "such as 0..1000"),
        ("0..4398046511105", "4398046511104 patients at most"),
    ] {
        desk.mellizo(&line(rows)).says_usage(part);
    }
    let both = desk.mellizo("sample model.safetensors --out - --json");
    assert_eq!((both.code, both.json()["exit_code"].as_u64()), (Some(2), Some(2)));
    both.says(&["--json", "--out -"]);
    if cfg!(not(feature = "parquet")) {
        desk.mellizo("sample model.safetensors --out a.parquet")
            .refused(2, &["a.parquet", "without Parquet", ".csv.gz"]);
    }
    assert_eq!(desk.names("."), ["small.toml"]);
}

#[test]
fn a_dash_is_stdout() {
    let desk = trained(&cpu());
    assert!(sampled(&desk, &cpu(), "--rows 9 --out -") == sampled(&desk, &cpu(), "--rows 9"));
    assert_eq!(desk.names("."), ["results", "small.toml"]);
}

/// A file may not grow beyond some kilobytes: the system refuses as a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_behind() {
    let desk = trained(&cpu());
    for name in ["full.csv", "full.csv.gz", "full.parquet"] {
        if name.ends_with("parquet") && cfg!(not(feature = "parquet")) {
            continue;
        }
        let command = format!(
            "trap '' XFSZ; ulimit -f 16; exec '{}' sample results/private/model.safetensors --backend cpu --rows 100000 --out {name}",
            env!("CARGO_BIN_EXE_mellizo")
        );
        let mut shell = std::process::Command::new("bash");
        let output =
            shell.args(["-c", &command]).current_dir(desk.path(".")).output().expect("a shell");
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(4), "{stderr}");
        let last = stderr.lines().last().expect("a line");
        assert!(
            last.starts_with("error: ") && last.contains(name) && last.contains("large"),
            "{stderr}"
        );
        assert_eq!(desk.names("."), ["results", "small.toml"], "after {name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_an_error() {
    let desk = trained(&cpu());
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut command = desk.command("sample results/private/model.safetensors --rows 100", &cpu());
    let output = command.stdout(full).output().expect("the binary starts");
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(
        stderr.lines().last().is_some_and(|line| line.starts_with("error: stdout: ")),
        "{stderr}"
    );
}

mod on_gpu {
    use super::gpu;

    #[test]
    fn shards_are_one_run() {
        let Some(gpu) = gpu() else { return };
        super::shards_are_one_run(&gpu);
    }
}
