//! The bundled cohort as pandas and numpy describe it (`tests/fixtures/describe_answers.py`).

use super::description::variable;
use clinical::describe::{Numbers, Options, describe};
use clinical::source::Source;
use serde_json::Value;
use table::bundled;

const ANSWERS: &str = include_str!("../../fixtures/describe_answers.json");

fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs().max(1e-3),
        "{what}: {found} is not {expected}"
    );
}

fn check(numbers: &Numbers, answer: &Value, fence: f64, name: &str) {
    let Numbers { mean, min, q1, median, q3, max, .. } = *numbers;
    let (se_mean, st_dev) = (numbers.se_mean.unwrap(), numbers.st_dev.unwrap());
    for (key, found) in [
        ("mean", mean),
        ("se_mean", se_mean),
        ("st_dev", st_dev),
        ("min", min),
        ("q1", q1),
        ("median", median),
        ("q3", q3),
        ("max", max),
    ] {
        close(found, &answer[key], &format!("{name}: {key}"));
    }
    let beyond = [numbers.outliers.below, numbers.outliers.above];
    assert_eq!(
        serde_json::json!(beyond),
        answer["beyond"][format!("{fence:?}")],
        "{name}: beyond {fence}"
    );
}

#[test]
fn table_1_is_that_of_numpy() {
    let answers: Value = serde_json::from_str(ANSWERS).unwrap();
    let schema = bundled::schema().unwrap();
    let mut numerical = 0;
    for fence in [1.5, 3.0] {
        let described =
            describe(&Source::bundled(), Some(&schema), Options { fence, top: 12 }).unwrap();
        assert_eq!((described.patients, described.variables.len()), (908, 44));
        for (name, answer) in answers.as_object().unwrap() {
            let variable = variable(&described, name);
            assert_eq!(
                (variable.n, variable.missing),
                (answer["n"].as_u64().unwrap(), answer["missing"].as_u64().unwrap())
            );
            if let Some(numbers) = &variable.numbers {
                check(numbers, &answer["numbers"], fence, name);
                assert_eq!(variable.distinct, answer["distinct"].as_u64(), "{name}");
                numerical += 1;
            }
        }
    }
    assert_eq!(numerical, 2 * 35, "numerical and integer columns of the schema");
}

#[test]
fn tallies_are_those_of_pandas() {
    let answers: Value = serde_json::from_str(ANSWERS).unwrap();
    let described = describe(&Source::bundled(), None, Options { fence: 1.5, top: 100 }).unwrap();
    let mut tallied = 0;
    for (name, answer) in
        answers.as_object().unwrap().iter().filter(|(_, answer)| answer["tally"].is_object())
    {
        let levels = &variable(&described, name).tally.as_ref().unwrap().levels;
        assert_eq!(levels.len(), answer["tally"].as_object().unwrap().len(), "{name}");
        for level in levels {
            assert_eq!(
                Some(level.count),
                answer["tally"][&level.level].as_u64(),
                "{name}: {}",
                level.level
            );
        }
        tallied += 1;
    }
    assert_eq!(tallied, 5, "columns of text");
}
