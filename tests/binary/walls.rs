//! What the compiler does not say of the walls: libraries that must not come in through another
//! member, and the rooms of one crate that must not name each other.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Libraries that no part of a member may bring in.
const FOREIGN: [(&str, &[&str]); 8] = [
    ("ground", &["wgpu", "clap", "indicatif", "ctrlc"]),
    ("engine", &["clap", "indicatif", "ctrlc"]),
    ("training", &["clap", "indicatif", "ctrlc"]),
    ("table", &["wgpu", "clap", "indicatif", "ctrlc"]),
    ("judge", &["wgpu", "clap", "indicatif", "ctrlc"]),
    ("privacy", &["wgpu", "clap", "indicatif", "ctrlc", "mellizo-table", "mellizo-judge"]),
    ("clinical", &["wgpu", "clap", "indicatif", "ctrlc"]),
    ("report", &["wgpu", "clap", "indicatif", "ctrlc"]),
];

/// Modules of one crate, and those beside them that they may not name.
const APART: [(&str, &[&str]); 7] = [
    ("src/engine/op", &["nn", "cpu", "gpu"]),
    ("src/engine/nn", &["cpu", "gpu"]),
    ("src/engine/cpu", &["nn", "gpu"]),
    ("src/engine/gpu", &["nn", "cpu"]),
    ("src/training/gan", &["cpu", "gpu", "bench"]),
    ("src/training/bench", &["cpu", "gpu"]),
    ("src/judge/metrics", &["evaluation"]),
];

/// The files with `unsafe`, each block of which says why it is sound (Clippy sees to that).
const UNSAFE: [&str; 16] = [
    "src/engine/cpu/dense.rs",
    "src/engine/cpu/dense_update.rs",
    "src/engine/cpu/interpreter.rs",
    "src/engine/cpu/memory.rs",
    "src/engine/cpu/moments.rs",
    "src/engine/cpu/percentile_loss.rs",
    "src/engine/cpu/precision.rs",
    "src/engine/cpu/product/microkernel.rs",
    "src/engine/cpu/product/mod.rs",
    "src/engine/cpu/product/tests.rs",
    "src/engine/cpu/product/tile.rs",
    "src/engine/cpu/sort_columns.rs",
    "src/engine/cpu/sorted_loss.rs",
    "src/engine/cpu/strips.rs",
    "src/engine/gpu/device.rs",
    "src/engine/gpu/pipeline.rs",
];

/// Files of Rust below a folder.
fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let entry = entry.expect("an entry");
        let path = entry.path();
        if entry.file_type().expect("a type").is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn unsafe_code_is_in_named_files_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    sources(&root.join("src"), &mut all);
    let is_unsafe = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        ["unsafe {", "unsafe fn ", "unsafe impl ", "unsafe trait ", "unsafe extern "]
            .iter()
            .any(|word| code.contains(word))
    };
    let mut found: Vec<String> = Vec::new();
    for path in all {
        let text = fs::read_to_string(&path).expect("text");
        if text.lines().any(is_unsafe) {
            found.push(path.strip_prefix(root).expect("below").display().to_string());
        }
    }
    found.sort();
    // Beside these, `main` sets a variable before there is any other thread.
    let named: Vec<&str> = UNSAFE.into_iter().chain(["src/main.rs"]).collect();
    assert_eq!(found, named, "add a file here with the reason why it needs unsafe code");
}

/// Everything that a member links when all its features are on, and the name of each library.
fn linked(member: &str) -> Vec<String> {
    let package = format!("mellizo-{member}");
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--all-features", "--edges", "normal", "--prefix", "none"])
        .args(["--package", &package])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.starts_with(&package), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn no_member_brings_in_a_library_that_is_not_its_business() {
    for (member, foreign) in FOREIGN {
        let linked = linked(member);
        for name in foreign {
            assert!(!linked.iter().any(|library| library == name), "{member} links {name}");
        }
    }
    // The question is one that can be answered with yes.
    assert!(linked("engine").iter().any(|library| library == "wgpu"));
}

/// The names in the code before its tests, without comments.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    // `cpu |on, spare|` begins the clause of a kernel's declaration that the CPU expands.
    let apart =
        |line: &&str| ["//", "cpu |"].iter().all(|start| !line.trim_start().starts_with(start));
    let lines = code.lines().filter(apart);
    lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
}

/// `file names module`, for every name that is forbidden below a folder.
fn trespasses(folder: &Path, forbidden: &[&str], found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            // A folder `tests` holds tests and nothing else.
            if !path.ends_with("tests") {
                trespasses(&path, forbidden, found);
            }
        } else if !["tests.rs", "on_gpu.rs"].iter().any(|tests| path.ends_with(tests)) {
            let text = fs::read_to_string(&path).expect("text");
            let wrong = names(&text).filter(|name| forbidden.contains(name));
            found.extend(wrong.map(|name| format!("{} names {name}", path.display())));
        }
    }
}

#[test]
fn rooms_of_one_crate_do_not_name_each_other() {
    let mut found = Vec::new();
    for (folder, forbidden) in APART {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        trespasses(&folder, forbidden, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_trespass_is_seen() {
    let seen = |text| names(text).any(|name| name == "cpu");
    assert!(
        seen("use crate::{op::{Op, Program}, cpu::Cpu};") && seen("fn f() { super::cpu::f() }")
    );
    assert!(!seen(
        "// crate::cpu is for others\nuse crate::op::Op;\n#[cfg(test)]\nmod tests { use super::cpu; }"
    ));
    assert!(!seen("cpu_cores();"));
}
