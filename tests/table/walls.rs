//! What the compiler cannot refuse: a message that names levels or cells by itself.
//!
//! `table::telling` makes every list of levels and every "did you mean" of a level; elsewhere the
//! text of a level or cell goes into no message.

use std::path::{Path, PathBuf};

/// Members whose messages are about tables.
const ROOMS: [&str; 8] = [
    "src/table",
    "src/clinical/cleaning",
    "src/clinical/missing",
    "src/synthesis",
    "src/judge/evaluation",
    "src/cli",
    "src/ground",
    "python/src",
];
/// The one place that names levels.
const HOUSE: &str = "src/table/telling.rs";
/// Calls whose results stand in messages.
const CALLS: [&str; 4] = ["nearest(", "advice(", "quote(", "question("];
/// Words for the text of a level or cell inside a message.
const INSIDE: [&str; 6] = ["{level:?}", "{level}", "{cell:?}", "{cell}", "{levels:?}", "{cells:?}"];

/// What names a level or cell by itself, as lines of the text.
fn offences(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = Vec::new();
    for call in CALLS {
        for (at, _) in text.match_indices(call) {
            let own_name = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let arguments = arguments(&text[at + call.len()..]);
            let names = arguments.contains("levels") || arguments.contains(".cell(");
            if !own_name && names && !arguments.contains("meant_level") {
                found.push(format!("{call}{arguments})"));
            }
        }
    }
    let inside = |line: &&str| INSIDE.iter().any(|word| line.contains(word));
    found.extend(text.lines().filter(inside).map(|line| line.trim().to_owned()));
    found
}

/// What stands before the parenthesis that closes an open one.
fn arguments(text: &str) -> &str {
    let mut open = 1;
    let end = text.find(|c| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    &text[..end.unwrap_or(text.len())]
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false if path.extension().is_some_and(|ending| ending == "rs") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn no_message_names_a_level_by_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    ROOMS.iter().for_each(|room| sources(&root.join(room), &mut files));
    assert!(files.len() > 200, "{} files", files.len());
    for file in files.iter().filter(|file| !file.ends_with(HOUSE)) {
        let name = file.display().to_string();
        // What a test compares or a program of its own prints is no message to a user.
        let of_tests = name.ends_with("tests.rs") || name.contains("/tests/");
        let found = offences(&std::fs::read_to_string(file).unwrap());
        assert!(of_tests || found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn what_names_a_level_is_found() {
    for text in [
        "let advice = advice(column.levels.iter().map(String::as_str), named);",
        "nearest(\n    column.levels.iter(),\n    &text,\n)",
        "new.iter().map(|of| quote(&of.levels[0]))",
        "format!(\"the level {level:?} twice\")",
        "format!(\"{cell} is no number\")",
        "quote(sheet.cell(row, column))",
    ] {
        assert!(!offences(text).is_empty(), "{text}");
    }
    assert!(offences("advice(names.iter().copied(), name)").is_empty());
    assert!(offences("question(column.meant_level(&text))").is_empty());
}
