//! Survival of made-up patients whose hazard is known.

use ground::matrix::Matrix;
use judge::evaluation::survival::{Coefficient, Hazards, Survival};
use judge::evaluation::{Options, evaluate};
use table::{Schema, Table};

const OPTIONS: Options = Options { seed: 3, splits: 5, draws: 2, ..Options::USUAL };
const SCHEMA: &str = r#"
time = "days"
event = "vital=dead"
[[column]]
name = "days"
kind = "numerical"
unit = "days"
decimals = 2
[[column]]
name = "vital"
kind = "boolean"
levels = ["dead", "alive"]
[[column]]
name = "age"
kind = "numerical"
unit = "years"
decimals = 2
[[column]]
name = "arm"
kind = "nominal"
levels = ["old", "new", "none", "other"]
[[column]]
name = "dose"
kind = "numerical"
unit = "mg"
decimals = 2
[[column]]
name = "months"
kind = "numerical"
unit = "months"
decimals = 2
[[column]]
name = "sparse"
kind = "numerical"
unit = "g"
decimals = 2
[[column]]
name = "ward_death"
kind = "boolean"
levels = ["no", "yes"]
"#;

/// Lots in (0, 1) that look like chance.
fn lot(row: usize, seed: usize) -> f64 {
    let mut state = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (seed as u64) << 32;
    for _ in 0..2 {
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state ^= state >> 31;
    }
    ((state >> 11) as f64 + 0.5) / 2f64.powi(53)
}

/// Patients whose log hazard is `effect` per standard deviation of age (10 years), and lower by .8
/// under the new treatment; censored between 200 and 1200 days.
fn cohort(rows: usize, seed: usize, effect: f64) -> Table {
    let hundredths = |value: f64| (100.0 * value).round() / 100.0;
    let mut cells = Vec::new();
    for row in 0..rows {
        let z: f64 = (0..12).map(|of| lot(row, 100 * seed + of)).sum::<f64>() - 6.0;
        let new = lot(row, 100 * seed + 20) < 0.45;
        let arm = if row % 150 == 7 { 2.0 } else { f64::from(new) };
        let hazard = (effect * z - if new { 0.8 } else { 0.0 }).exp() / 400.0;
        let death = -lot(row, 100 * seed + 21).ln() / hazard;
        let censored = 200.0 + 1000.0 * lot(row, 100 * seed + 22);
        let (days, dead) = (hundredths(death.min(censored)), death <= censored);
        let age = hundredths(60.0 + 10.0 * z);
        let missing = lot(row, 100 * seed + 23) < 0.3;
        let ward = dead && lot(row, 100 * seed + 24) < 0.4;
        cells.extend([
            days,
            if dead { 0.0 } else { 1.0 },
            age,
            arm,
            hundredths(100.0 * lot(row, 100 * seed + 25)),
            hundredths(days / 30.4375),
            if missing { f64::NAN } else { hundredths(lot(row, 100 * seed + 26)) },
            f64::from(ward),
        ]);
    }
    let schema = Schema::from_toml(SCHEMA, "schema.toml").unwrap();
    let columns = schema.columns.len();
    Table { schema, cells: Matrix::from_values(rows, columns, cells), patients: None }
}

fn survival(real: &Table, synthetic: &Table, holdout: Option<&Table>) -> Survival {
    evaluate(real, synthetic, holdout, &OPTIONS).survival.expect("time and event are named")
}

fn of<'a>(hazards: &'a Hazards, column: &str) -> &'a Coefficient {
    hazards.coefficients.iter().find(|one| one.column == column).expect(column)
}

#[test]
fn a_fresh_sample_is_as_far_as_halves_are_and_keeps_the_hazard_ratios() {
    let (real, held) = (cohort(400, 1, 0.7), cohort(100, 3, 0.7));
    let found = survival(&real, &cohort(1200, 2, 0.7), Some(&held));
    assert_eq!((found.value.as_str(), found.event.as_str()), ("dead", "vital"));
    assert_eq!((found.real.patients, found.real.left_out), (400, 0));
    let far = found.difference;
    assert!(far.whole < 0.1 && far.whole > 0.0, "{far:?}");
    assert!(far.value < 1.5 * far.ceiling, "{far:?}");
    assert!(far.holdout.unwrap() < 0.3 && far.against_holdout.unwrap() < 0.3, "{far:?}");
    let hazards = found.hazards.unwrap();
    let age = of(&hazards, "age");
    assert_eq!(age.contrast, "per standard deviation");
    assert!((age.real.log_hazard_ratio - 0.7).abs() < 0.2, "{age:?}");
    let arm = of(&hazards, "arm");
    assert_eq!(arm.contrast, "new against old");
    assert!((arm.real.log_hazard_ratio + 0.8).abs() < 0.35, "{arm:?}");
    assert!(hazards.mean_error < 0.2 && hazards.within >= 0.6, "{hazards:?}");
    assert!(hazards.value < 2.0 * hazards.ceiling, "{hazards:?}");
}

#[test]
fn a_hazard_that_is_lost_or_turned_round_shows() {
    let real = cohort(400, 1, 0.7);
    let turned = survival(&real, &cohort(1200, 2, -0.7), None).hazards.unwrap();
    let age = of(&turned, "age");
    assert!((age.synthetic.unwrap().log_hazard_ratio + 0.7).abs() < 0.2, "{age:?}");
    assert!(turned.largest_error > 1.0 && turned.value > 2.0 * turned.ceiling, "{turned:?}");
    let mut later = cohort(1200, 2, 0.7);
    (0..1200).for_each(|row| later.cells[(row, 0)] *= 3.0);
    let far = survival(&real, &later, None).difference;
    assert!(far.whole > 0.2 && far.value > 2.0 * far.ceiling, "{far:?}");
}

#[test]
fn consequences_and_sparse_columns_are_no_covariates_and_are_named() {
    let real = cohort(400, 1, 0.7);
    let found = survival(&real, &cohort(400, 2, 0.7), None);
    let chosen: Vec<String> =
        found.hazards.unwrap().coefficients.into_iter().map(|one| one.column).collect();
    for column in ["months", "ward_death", "sparse", "days", "vital"] {
        assert!(!chosen.iter().any(|name| name == column), "{column} in {chosen:?}");
    }
    let notes = found.notes.join("\n");
    assert!(notes.contains("\"months\"") && notes.contains("\"ward_death\""), "{notes}");
    assert!(notes.contains("\"sparse\": more than 20 %"), "{notes}");
}

#[test]
fn no_event_and_no_synthetic_event_are_said() {
    let mut real = cohort(120, 1, 0.7);
    let synthetic = real.clone();
    (0..120).for_each(|row| real.cells[(row, 1)] = 1.0);
    let found = survival(&real, &synthetic, None);
    assert!(found.hazards.is_none() && found.notes[0].contains("No hazard ratio"), "{found:?}");
    let found = survival(&synthetic, &real, None);
    let hazards = found.hazards.unwrap();
    assert!(hazards.coefficients.iter().all(|one| one.synthetic.is_none()));
    assert!(hazards.mean_error.is_nan() && hazards.largest_error.is_nan());
    assert!(found.notes[0].contains("cannot be estimated"), "{:?}", found.notes);
}

#[test]
fn patients_without_time_are_counted_and_left_out() {
    let mut real = cohort(150, 1, 0.7);
    (0..12).for_each(|row| real.cells[(row, 0)] = if row < 5 { f64::NAN } else { -1.0 });
    let found = survival(&real, &cohort(150, 2, 0.7), None);
    assert_eq!((found.real.patients, found.real.left_out), (138, 12));
    assert!(found.difference.whole.is_finite());
    (0..150).for_each(|row| real.cells[(row, 0)] = f64::NAN);
    let none = survival(&cohort(150, 2, 0.7), &real, None);
    assert!(none.difference.whole.is_nan() && none.synthetic.patients == 0);
}

#[test]
fn every_level_of_enough_patients_has_its_own_curves() {
    let strata = |real: &Table, synthetic: &Table| {
        let mut real = real.clone();
        real.schema.strata = Some("arm".into());
        survival(&real, synthetic, None).strata.expect("the schema names strata")
    };
    let real = cohort(400, 1, 0.7);
    let found = strata(&real, &cohort(1200, 2, 0.7));
    let levels: Vec<&str> = found.levels.iter().map(|one| one.level.as_str()).collect();
    assert_eq!((found.column.as_str(), &levels[..]), ("arm", &["old", "new"][..]), "3 have none");
    let patients: usize = found.levels.iter().map(|one| one.real.patients).sum();
    assert_eq!(patients, 397);
    assert!(found.levels.iter().all(|one| one.difference < 0.25), "{found:?}");
    // Whole curves do not show that arms changed places.
    let mut turned = cohort(1200, 2, 0.7);
    (0..1200).for_each(|row| turned.cells[(row, 3)] = (1.0 - turned.cells[(row, 3)]).abs());
    let wrong = strata(&real, &turned);
    for (right, wrong) in found.levels.iter().zip(&wrong.levels) {
        assert!(wrong.difference > 0.15 && wrong.difference > right.difference, "{wrong:?}");
    }
    assert!(survival(&real, &turned, None).strata.is_none(), "no column is named");
}
