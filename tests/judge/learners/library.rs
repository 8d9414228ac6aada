//! The same rows, folds and splits as in `tests/fixtures/metrics/make_learners.py`, and
//! scikit-learn's numbers.

use super::{Uniform, near};
use ground::matrix::Matrix;
use judge::metrics::auc::{auc, auc_interval};
use judge::metrics::detection::{Detector, out_of_fold};
use judge::metrics::trees::{BoostedTrees, Objective, Options};
use judge::metrics::utility::utility;
use serde_json::Value;
use table::{Table, bundled};

fn fixture() -> Value {
    serde_json::from_str(include_str!("../../fixtures/metrics/learners.json")).unwrap()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Fisher and Yates, from the last place down.
fn permutation(n: usize, seed: u64) -> Vec<usize> {
    let (mut uniform, mut order) = (Uniform(seed), (0..n).collect::<Vec<_>>());
    for i in (1..n).rev() {
        order.swap(i, (uniform.bits() % (i as u64 + 1)) as usize);
    }
    order
}

/// Every `step`-th column by itself, column j under seed j.
fn shuffled(cells: &Matrix, step: usize) -> Matrix {
    let mut copy = cells.clone();
    for column in (0..cells.columns()).step_by(step) {
        for (row, source) in permutation(cells.rows(), column as u64).into_iter().enumerate() {
            copy[(row, column)] = cells[(source, column)];
        }
    }
    copy
}

fn rows(cells: &Matrix, chosen: &[usize]) -> Matrix {
    Matrix::from_fn(chosen.len(), cells.columns(), |row, column| cells[(chosen[row], column)])
}

fn detection_agrees(case: &str, real: &Matrix, synthetic: &Matrix) {
    let values = &fixture()["detection"][case];
    let x = Matrix::from_values(
        2 * real.rows(),
        real.columns(),
        [real.values(), synthetic.values()].concat(),
    );
    let labels: Vec<bool> = (0..x.rows()).map(|row| row >= real.rows()).collect();
    let folds: Vec<usize> =
        values["folds"].as_str().unwrap().bytes().map(|digit| usize::from(digit - b'0')).collect();
    let trees = auc(&out_of_fold(&x, &labels, &folds, Detector::Trees), &labels);
    near(&format!("{case}, trees"), trees, values["trees_auc"].as_f64().unwrap(), 0.02);
    let scores = out_of_fold(&x, &labels, &folds, Detector::Logistic);
    near(
        &format!("{case}, logistic"),
        auc(&scores, &labels),
        values["logistic_auc"].as_f64().unwrap(),
        1e-4,
    );
    for (ours, theirs) in scores.iter().step_by(37).zip(numbers(&values["logistic_scores"])) {
        near(&format!("{case}, a row by logistic"), *ours, theirs, 1e-6);
    }
}

#[test]
fn detection_of_a_shuffled_table_agrees() {
    let cells = bundled::cohort().unwrap().cells;
    detection_agrees("all columns shuffled", &cells, &shuffled(&cells, 1));
}

#[test]
fn detection_of_a_partly_shuffled_table_agrees() {
    let cells = bundled::cohort().unwrap().cells;
    detection_agrees("every ninth column shuffled", &cells, &shuffled(&cells, 9));
}

#[test]
fn detection_between_two_halves_agrees() {
    let cells = bundled::cohort().unwrap().cells;
    let order = permutation(cells.rows(), 99);
    detection_agrees(
        "two halves of the cohort",
        &rows(&cells, &order[..454]),
        &rows(&cells, &order[454..]),
    );
}

#[test]
fn utility_agrees() {
    let (cohort, values) = (bundled::cohort().unwrap(), fixture());
    let holdout: Vec<usize> =
        numbers(&values["holdout"]).into_iter().map(|row| row as usize).collect();
    let train: Vec<usize> = (0..cohort.rows()).filter(|row| !holdout.contains(row)).collect();
    let table = |cells| Table { schema: cohort.schema.clone(), cells, patients: None };
    let first: Vec<usize> = (0..train.len()).collect();
    let synthetic = table(rows(&shuffled(&cohort.cells, 1), &first));
    let expected = values["utility"].as_array().unwrap();
    let targets: Vec<usize> = expected
        .iter()
        .map(|target| cohort.position(target["target"].as_str().unwrap()).unwrap())
        .collect();
    let scores = utility(
        &table(rows(&cohort.cells, &train)),
        &synthetic,
        &table(rows(&cohort.cells, &holdout)),
        &targets,
        1,
    );
    for (score, expected) in scores.iter().zip(expected) {
        let name = expected["target"].as_str().unwrap();
        near(
            &format!("{name} from real rows"),
            score.real,
            expected["real"].as_f64().unwrap(),
            0.02,
        );
        near(
            &format!("{name} from synthetic rows"),
            score.synthetic,
            expected["synthetic"].as_f64().unwrap(),
            0.02,
        );
    }
}

#[test]
fn trees_agree_row_by_row_on_a_small_table() {
    let mut signal = Vec::new();
    let x = Matrix::from_fn(240, 3, |row, column| {
        let t = row as f64;
        let features = [(t * 1.3).sin(), (t * 0.7 + 1.0).cos().powi(3), (row * 37 % 11) as f64];
        if column == 0 {
            signal.push(
                (3.0 * features[0]).sin()
                    + features[1] * features[2] / 5.0
                    + 0.3 * (t * 12.9898).sin(),
            );
        }
        if column == 1 && row % 7 == 3 { f64::NAN } else { features[column] }
    });
    let labels: Vec<f64> = signal.iter().map(|&signal| f64::from(signal > 0.2)).collect();
    let values = &fixture()["small"];
    for (name, y, objective) in
        [("logistic", &labels, Objective::Logistic), ("squared", &signal, Objective::Squared)]
    {
        let ours = BoostedTrees::fit(&x, y, objective, &Options::default()).predict(&x);
        let theirs = numbers(&values[name]);
        assert_eq!(ours.len(), theirs.len());
        (0..ours.len())
            .for_each(|row| near(&format!("{name}, row {row}"), ours[row], theirs[row], 1e-9));
    }
}

#[test]
fn the_interval_is_the_one_of_its_definition() {
    let scores: Vec<f64> =
        (0..60).map(|i| f64::from(i * 29 % 17 + if i % 3 == 0 { 4 } else { 0 })).collect();
    let labels: Vec<bool> = (0..60).map(|i| i % 3 == 0).collect();
    let (values, (low, high)) = (&fixture()["delong"], auc_interval(&scores, &labels));
    for (name, ours) in [("auc", auc(&scores, &labels)), ("low", low), ("high", high)] {
        near(name, ours, values[name].as_f64().unwrap(), 1e-12);
    }
}
