//! The floors of the house: who may use whom. ARCHITECTURE.md draws the same picture.

use std::fs;
use std::path::{Path, PathBuf};

/// Every module of `src`, with the modules that it may name.
const FLOORS: [(&str, &[&str]); 20] = [
    ("error", &[]),
    ("whole_file", &["error"]),
    ("matrix", &["error"]),
    ("quantile", &[]),
    ("ks", &[]),
    ("linkage", &[]),
    ("blocks", &[]),
    ("op", &["matrix", "error"]),
    ("cpu", &["op", "matrix", "error"]),
    ("gpu", &["op", "whole_file", "matrix", "error"]),
    ("nn", &["op", "matrix", "error"]),
    ("table", &["blocks", "quantile", "ks", "linkage", "matrix", "error"]),
    ("metrics", &["table", "quantile", "ks", "matrix", "error"]),
    ("clinical", &["table", "metrics", "quantile", "linkage", "matrix", "whole_file", "error"]),
    ("evaluation", &["metrics", "table", "quantile", "matrix", "error"]),
    ("report", &["clinical", "evaluation", "table", "metrics", "matrix", "error"]),
    ("gan", &["nn", "metrics", "op", "blocks", "quantile", "whole_file", "matrix", "error"]),
    ("bench", &["gan", "nn", "op", "blocks", "quantile", "matrix", "error"]),
    (
        "cli",
        &[
            "bench",
            "blocks",
            "clinical",
            "evaluation",
            "report",
            "gan",
            "table",
            "metrics",
            "nn",
            "cpu",
            "gpu",
            "op",
            "whole_file",
            "matrix",
            "error",
        ],
    ),
    ("main", &["cli"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Code without comments and without the tests at its end.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The top modules that code names: `crate::NAME`, `mellizo::NAME` and `use crate::{NAME::{...}, ...}`.
fn named(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for start in ["crate::", "mellizo::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            match rest.strip_prefix('{') {
                Some(list) => names.extend(outer_names(list)),
                None => names.extend(first_word(rest)),
            }
        }
    }
    names
}

fn first_word(text: &str) -> Option<String> {
    text.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_string)
}

/// The first words of the items of a list in braces, whose opening brace is left out; lists within it belong to their item.
fn outer_names(list: &str) -> Vec<String> {
    let (mut depth, mut item, mut names) = (1, String::new(), Vec::new());
    for c in list.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 || (depth == 1 && c == ',') {
            names.extend(first_word(&item));
            item.clear();
        } else {
            item.push(c);
        }
        if depth == 0 {
            break;
        }
    }
    names
}

/// Uses that the floors forbid, as `file names module`.
fn trespasses(file: &str, text: &str) -> Vec<String> {
    let module = file.split(['/', '.']).next().unwrap_or_default();
    // Tests in a file of their own are as free as those at the end of a file.
    if module == "lib" || file.ends_with("/tests.rs") {
        return Vec::new();
    }
    let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == module) else {
        return vec![format!("{file} is on no floor")];
    };
    if text.contains("super::super") {
        return vec![format!("{file} climbs with super::super; name the module by crate::")];
    }
    let known = |name: &String| FLOORS.iter().any(|(module, _)| module == name);
    named(&code(text))
        .into_iter()
        .filter(|name| known(name) && name != module && !allowed.contains(&name.as_str()))
        .map(|name| format!("{file} names {name}"))
        .collect()
}

#[test]
fn nobody_uses_a_floor_above() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 50, "only {} sources found", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(&root).expect("inside").to_string_lossy().replace('\\', "/");
            trespasses(&name, &fs::read_to_string(path).expect("text"))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_trespass_is_seen() {
    assert_eq!(trespasses("table/read.rs", "use crate::op::Op;"), ["table/read.rs names op"]);
    assert_eq!(trespasses("gan/trainer.rs", "use crate::{cpu::Cpu, op};"), ["gan/trainer.rs names cpu"]);
    assert_eq!(trespasses("nn/mod.rs", "fn f() { crate::gpu::adapters(); }"), ["nn/mod.rs names gpu"]);
    assert!(trespasses("gan/trainer.rs", "// crate::cpu is for others\nuse crate::op::Op;").is_empty());
    assert_eq!(trespasses("gan/trainer.rs", "use crate::{op::{Op, Program}, cpu::Cpu};"), ["gan/trainer.rs names cpu"]);
    assert_eq!(trespasses("gan/a.rs", "use super::super::cpu;").len(), 1);
    assert!(trespasses("gan/joint/tests.rs", "use crate::cpu::Cpu;").is_empty());
    assert_eq!(trespasses("util/mod.rs", ""), ["util/mod.rs is on no floor"]);
}
