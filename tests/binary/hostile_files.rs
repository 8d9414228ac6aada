//! The corpus of hostile files: what fuzzing starts from and what it found, read again without a
//! fuzzer. Each file ends in a result or in an error, soon and without a panic.

#[path = "../fuzz/models.rs"]
mod models;
#[path = "../fuzz/results.rs"]
mod results;
#[path = "../fuzz/tables.rs"]
mod tables;

use crate::desk::Desk;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// Far more than any of them takes.
const SOON: Duration = Duration::from_secs(60);

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 14] = [
    ("csv", tables::csv),
    ("xlsx", tables::xlsx),
    ("parquet", tables::parquet),
    ("schema", tables::schema),
    ("rules", tables::rules),
    ("condition", tables::condition),
    ("recipe", models::recipe),
    ("model", models::model),
    ("checkpoint", models::checkpoint),
    ("ledger", models::ledger),
    ("release", models::release),
    ("plan", results::plan),
    ("pairs", results::pairs),
    ("bench", results::bench),
];

fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/corpus").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{target}: {e}"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{target} has no files");
    files
}

/// Runs a target in a thread of its own; an error after [`SOON`] and for a panic.
fn soon(what: String, target: Target, bytes: Vec<u8>) {
    let (done, waits) = channel();
    let worker = std::thread::spawn(move || {
        target(&bytes);
        let _ = done.send(());
    });
    let waited = waits.recv_timeout(SOON);
    assert!(waited != Err(std::sync::mpsc::RecvTimeoutError::Timeout), "{what} hangs");
    assert!(worker.join().is_ok(), "{what} panics");
}

#[test]
fn the_corpus_is_read_without_a_panic() {
    for (name, target) in TARGETS {
        for path in corpus(name) {
            soon(path.display().to_string(), target, std::fs::read(&path).unwrap());
        }
    }
}

/// A number that follows from the one before (SplitMix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A file with a few changes: bytes, pieces that are doubled, cut out or taken from another file.
fn changed(files: &[Vec<u8>], state: &mut u64) -> Vec<u8> {
    const ODD: [&str; 12] = [
        "-1",
        "1e999",
        "NaN",
        "18446744073709551616",
        "\"",
        "[[",
        "null",
        "0",
        "\\",
        "{",
        "=",
        ",",
    ];
    let mut bytes = files[next(state) as usize % files.len()].clone();
    for _ in 0..1 + next(state) % 4 {
        let at = next(state) as usize % (bytes.len() + 1);
        let end = (at + 1 + next(state) as usize % 32).min(bytes.len());
        match next(state) % 6 {
            0 if at < bytes.len() => bytes[at] = next(state) as u8,
            1 if at < bytes.len() => bytes[at] ^= 1 << (next(state) % 8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let other = &files[next(state) as usize % files.len()];
                let from = next(state) as usize % (other.len() + 1);
                let to = (from + 1 + next(state) as usize % 64).min(other.len());
                bytes.splice(at..end, other[from..to].to_vec());
            }
            _ => {
                let word = ODD[next(state) as usize % ODD.len()];
                bytes.splice(at..end.min(at + word.len()), word.bytes());
            }
        }
    }
    bytes
}

/// Panics after which a target has told enough.
const MOST_FOUND: usize = 10;

/// Changes of the corpus, for as many seconds a target as MELLIZO_FUZZ_SECONDS says: a fuzzer
/// without a nightly toolchain, which does not look at what was reached.
/// MELLIZO_FUZZ_TARGETS names targets; a file that panics is left in the folder of temporary files.
#[test]
#[ignore = "for people: it takes as long as it is given"]
fn changes_of_the_corpus_are_read_without_a_panic() {
    let wanted = std::env::var("MELLIZO_FUZZ_TARGETS").unwrap_or_default();
    let seconds = std::env::var("MELLIZO_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(10));
    let asked = |name: &str| wanted.is_empty() || wanted.split(',').any(|one| one == name);
    let mut found = Vec::new();
    for (name, target) in TARGETS.into_iter().filter(|(name, _)| asked(name)) {
        let files: Vec<Vec<u8>> =
            corpus(name).iter().map(|path| std::fs::read(path).unwrap()).collect();
        let (begun, mut tried, mut state) = (Instant::now(), 0u64, 1);
        let mut slowest = Duration::ZERO;
        while begun.elapsed() < time && found.len() < MOST_FOUND {
            let bytes = changed(&files, &mut state);
            let start = Instant::now();
            if std::panic::catch_unwind(|| target(&bytes)).is_err() {
                let path = std::env::temp_dir().join(format!("found-{name}-{tried}"));
                std::fs::write(&path, &bytes).unwrap();
                found.push(path.display().to_string());
            }
            (tried, slowest) = (tried + 1, slowest.max(start.elapsed()));
        }
        println!("{name}: {tried} files in {time:?}, the slowest in {slowest:?}");
    }
    assert!(found.is_empty(), "panics: {found:?}");
}

#[test]
fn limits_are_options_and_named_in_the_errors() {
    let desk = Desk::new();
    let line = |row: usize| format!("{},{}\n", 20 + row % 50, "x".repeat(20 + row % 3));
    let table = format!("age,text\n{}", (0..200).map(line).collect::<String>());
    desk.put("t.csv", &table);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(table.as_bytes()).unwrap();
    desk.put("t.csv.gz", gzip.finish().unwrap());
    let all = [
        ("t.csv", "--max-file-size 1KiB"),
        ("t.csv", "--max-table-size 2K"),
        ("t.csv", "--max-row-size 16"),
        ("t.csv", "--max-cell-size 10"),
        ("t.csv", "--max-columns 1"),
        // It has fewer bytes itself.
        ("t.csv.gz", "--max-file-size 1KiB"),
    ];
    for (file, option) in all {
        let name = option.split(' ').next().unwrap();
        desk.mellizo(&format!("schema {file} {option}")).refused(3, &[file, name]);
    }
    assert!(desk.bytes("t.csv.gz").len() < 1024);
    let exact = format!("--max-file-size {} --max-columns 2", table.len());
    for fits in ["--max-file-size 1MiB", &exact, "--max-cell-size 22"] {
        desk.mellizo(&format!("schema t.csv {fits}")).good();
    }
    desk.mellizo("schema t.csv --max-cell-size 1.5G").says_usage("such as 1000, 64KiB");
}
