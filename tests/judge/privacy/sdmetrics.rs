//! The two protection scores against SDMetrics 0.32 on the bundled cohort
//! (`tests/fixtures/metrics/README.md`).

use super::population::take;
use judge::metrics::privacy::dcr::{baseline_protection, dcr, overfitting_protection};
use serde_json::Value;
use std::path::{Path, PathBuf};
use table::Table;
use table::bundled;
use table::read::{Options, Sheet, open};

fn fixtures() -> PathBuf {
    Path::new(crate::ROOT).join("tests/fixtures/metrics")
}

fn table(name: &str) -> Table {
    let file = fixtures().join(format!("{name}.csv.gz"));
    let sheet = open(&file, &Options::default()).and_then(Sheet::read).unwrap();
    sheet.table(&bundled::schema().unwrap()).unwrap()
}

fn rows(answers: &Value, name: &str) -> Vec<usize> {
    answers[name].as_array().unwrap().iter().map(|row| row.as_u64().unwrap() as usize).collect()
}

fn assert_close(got: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((got - expected).abs() <= 1e-9, "{what}: got {got}, SDMetrics says {expected}");
}

fn assert_all_close(got: &[f64], expected: &Value, what: &str) {
    let expected = expected.as_array().unwrap();
    assert_eq!(got.len(), expected.len(), "{what}");
    got.iter().zip(expected).for_each(|(&got, expected)| assert_close(got, expected, what));
}

#[test]
fn protection_scores_are_those_of_sdmetrics() {
    let answers: Value =
        serde_json::from_slice(&std::fs::read(fixtures().join("sdmetrics.json")).unwrap()).unwrap();
    let cohort = bundled::cohort().unwrap();
    let training = rows(&answers, "train_rows");
    let (train, holdout) =
        (take(&cohort, &training), take(&cohort, &rows(&answers, "holdout_rows")));
    let uniform = table("uniform");
    for name in ["shuffled", "copula", "noisy", "noisy_training"] {
        let expected = &answers["dcr"][name];
        let synthetic =
            if name == "noisy_training" { take(&table("noisy"), &training) } else { table(name) };
        assert_all_close(&dcr(&synthetic, &train), &expected["to_training"], name);
        assert_all_close(&dcr(&synthetic, &holdout), &expected["to_holdout"], name);
        let score = overfitting_protection(&train, &holdout, &synthetic);
        assert_close(score, &expected["overfitting_protection"], name);
        let score = baseline_protection(&train, &synthetic, &uniform);
        assert_close(score, &expected["baseline_protection"], name);
    }
}
