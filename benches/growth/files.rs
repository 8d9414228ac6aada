//! The curves of the command line's files: reading a table, and streaming patients from a model
//! with the real binary.

use crate::curves::{Curve, Line, mebibytes};
use mellizo::bench::{forget_peak, peak_resident};
use mellizo::table::Table;
use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Columns of the table that is read.
const COLUMNS: usize = 16;

/// Reads a CSV of random numbers, kinds inferred: time, and the peak memory meanwhile.
pub fn reading(desk: &Path, rows: &[usize]) -> Curve {
    let path = desk.join("read.csv");
    let (mut time, mut memory) = (Vec::new(), Vec::new());
    for &rows in rows {
        std::fs::write(&path, text(rows)).expect("the temporary folder takes the table");
        forget_peak();
        let start = Instant::now();
        let (table, _) = Table::read(&path, None).expect("a table of numbers");
        time.push((rows as f64, start.elapsed().as_secs_f64() * 1e3));
        assert_eq!(table.rows(), rows);
        memory.push((rows as f64, peak_resident().map_or(f64::NAN, mebibytes)));
    }
    let lines = vec![line("read", false, time), line("peak RSS", true, memory)];
    Curve { axis: "rows read".into(), fixed: format!("CSV of {COLUMNS} columns"), lines }
}

fn text(rows: usize) -> String {
    let names: Vec<String> = (0..COLUMNS).map(|column| format!("column{column}")).collect();
    let mut text = names.join(",") + "\n";
    let mut state = 1u64;
    for _ in 0..rows {
        for column in 0..COLUMNS {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let end = if column + 1 == COLUMNS { '\n' } else { ',' };
            write!(text, "{}.{:02}{end}", state >> 54, (state >> 40) % 100)
                .expect("memory takes everything");
        }
    }
    text
}

/// Runs `mellizo sample` on a model of the bundled cohort: time, and peak memory of the process.
pub fn sampling(desk: &Path, rows: &[usize]) -> Curve {
    run(desk, "train --backend cpu --epochs 2 --no-stop --out model").0.expect("a model");
    let measure = |format: &str, rows: usize| {
        let line = format!(
            "sample model/private/model.safetensors --backend cpu --force --rows {rows} --out \
             sample.{format}"
        );
        let (time, memory) = run(desk, &line);
        (time.expect("patients").as_secs_f64() * 1e3, memory)
    };
    let mut lines = Vec::new();
    let formats =
        [("csv", ["CSV", "peak RSS, CSV"]), ("parquet", ["Parquet", "peak RSS, Parquet"])];
    let built = if cfg!(feature = "parquet") { &formats[..] } else { &formats[..1] };
    for &(format, names) in built {
        let measured: Vec<_> =
            rows.iter().map(|&rows| (rows as f64, measure(format, rows))).collect();
        lines.push(line(
            names[0],
            false,
            measured.iter().map(|(at, (time, _))| (*at, *time)).collect(),
        ));
        lines.push(line(
            names[1],
            true,
            measured.iter().map(|(at, (_, memory))| (*at, *memory)).collect(),
        ));
    }
    Curve {
        axis: "rows sampled".into(),
        fixed: "the bundled cohort's 44 columns, CPU".into(),
        lines,
    }
}

fn line(name: &'static str, memory: bool, points: Vec<(f64, f64)>) -> Line {
    Line { name, memory, points, excuse: None }
}

/// Runs the binary: its time if it succeeded, and its peak memory in MiB, NaN where the system does
/// not tell.
fn run(desk: &Path, line: &str) -> (Option<Duration>, f64) {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mellizo"));
    command
        .args(line.split_whitespace())
        .current_dir(desk)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    let mut peak = f64::NAN;
    loop {
        if let Some(status) = child.try_wait().expect("a child that can be waited for") {
            return (status.success().then(|| start.elapsed()), peak);
        }
        // NaN, as long as nothing was read, is never the larger one.
        peak = resident(&child).map_or(peak, |now| now.max(peak));
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The largest resident memory of a running process so far, in MiB.
fn resident(child: &Child) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(mebibytes(1024 * kilobytes))
}
