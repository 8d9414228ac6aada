//! `mellizo simulate` and `mellizo reproduce` as a user runs them.

use mellizo::gan::Recipe;
use mellizo::gan::recipe::Batch;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn mellizo(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mellizo"));
    command.args(line.split_whitespace()).current_dir(folder).output().expect("the binary starts")
}

fn good(folder: &Path, line: &str) -> String {
    let output = mellizo(folder, line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn bytes(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_export_is_cleaned_to_the_cohort_with_what_lies_beside_it() {
    let desk = TempDir::new().unwrap();
    let folder = desk.path();
    good(folder, "simulate --seed 5 --out cohort.csv");
    good(folder, "simulate --seed 5 --raw --out raw.csv");
    good(folder, "clean raw.csv --rules raw.toml --out cleaned");
    assert!(bytes(folder, "cleaned/cohort.csv") == bytes(folder, "cohort.csv"));
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    assert!(bytes(folder, "cohort.toml") == bytes(&data, "lung_cohort.toml"));
    good(folder, "simulate --out default.csv");
    assert!(
        bytes(folder, "default.csv") == bytes(&data, "lung_cohort.csv"),
        "the default seed is 1"
    );
}

#[test]
fn nothing_is_overwritten_unasked() {
    let desk = TempDir::new().unwrap();
    let folder = desk.path();
    std::fs::write(folder.join("cohort.toml"), "mine").unwrap();
    assert_eq!(mellizo(folder, "simulate --out cohort.csv").status.code(), Some(3));
    assert!(bytes(folder, "cohort.toml") == b"mine" && !folder.join("cohort.csv").exists());
    assert_eq!(mellizo(folder, "simulate --out cohort.toml --force").status.code(), Some(2));
    good(folder, "simulate --out cohort.csv --force");
    assert!(bytes(folder, "cohort.toml") != b"mine");
}

/// Everything of `reproduce` but the training to the end.
#[test]
fn a_short_reproduction_has_every_table() {
    let mut recipe = Recipe::paper();
    recipe.generator.widths = vec![16, 32];
    recipe.discriminator.widths = vec![32, 16];
    recipe.training.batch = Batch::Rows(268);
    let desk = TempDir::new().unwrap();
    let folder = desk.path();
    std::fs::write(folder.join("small.toml"), recipe.to_toml()).unwrap();
    let line = "reproduce --recipe small.toml --epochs 3 --backend cpu --no-evaluation --out";
    let text = good(folder, &format!("{line} one"));
    assert!(bytes(folder, "one/reproduction.md") == text.as_bytes());
    assert!(text.contains("886 patients, 64 variables, 7230 missing cells; after cleaning 804 patients, 63 features, 3597 missing cells"), "{text}");
    for (title, line) in [
        ("Table 1", "| FEV1\\_porc\\_FVC\\_E2\\_C5 N | 704 | 704 | – | +0 |"),
        ("Table 4", "| nominal | 13 | 13 | 12 | -1 |"),
        ("Table 5", "| mean | 0.211004 | 0.211004 | 0.205637 | "),
        ("Table 6", "| dead | 467 (59.19 %) | 467 (59.19 %) | 14342 (60.21 %) | "),
        ("Table 7", "| IIIB | 191 (40.90 %) | 191 (40.90 %) | 4993 (34.81 %) | "),
        ("The discriminator", "| real patients called real | 50.06 % | "),
    ] {
        assert!(
            text.contains(&format!("\n## {title}")) && text.contains(line),
            "{title}: {line} is not in\n{text}"
        );
    }
    let rows =
        bytes(folder, "one/share/synthetic.csv").iter().filter(|&&byte| byte == b'\n').count();
    assert_eq!(rows, 1 + 24_120);
    assert_eq!(good(folder, &format!("{line} two")), text, "another result with the same seed");
}
