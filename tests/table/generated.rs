//! Post-processing and rank calibration of what a generator makes.

use super::{table, through_f32};
use ground::matrix::Matrix;
use table::Table;
use table::bundled;
use table::calibrate::Calibration;
use table::encode::Encoder;
use table::pixels::Pixels;
use table::postprocess::{complete, postprocess, snap};

/// Values of a smooth generator: x = -1.2 + 2.4 u on a grid of u in a different order per feature.
fn raw(rows: usize, features: usize) -> Matrix {
    Matrix::from_fn(rows, features, |row, feature| {
        let place = (row * (2 * feature + 1) * 7919 + feature) % rows;
        -1.2 + 2.4 * (place as f64 + 0.5) / rows as f64
    })
}

fn small() -> Table {
    let mut table = table("sex,stage,dose,age\nf,I,1.5,50\nm,,2.5,60\nf,III,,70\nm,III,4.5,55\n");
    // A level that the schema allows and no patient has.
    table.schema.columns[1].levels = ["I", "II", "III"].map(String::from).to_vec();
    for row in 0..table.rows() {
        let stage = &mut table.cells[(row, 1)];
        *stage = if *stage == 1.0 { 2.0 } else { *stage };
    }
    table
}

#[test]
fn only_values_of_the_cohort_are_generated_for_coded_features() {
    let encoder = Encoder::fit(&small(), Pixels::None).unwrap();
    let mut matrix = raw(999, 4);
    postprocess(&mut matrix, &encoder);
    let lowest = 90.0 / 127.5 - 1.0;
    for row in 0..999 {
        let x = matrix.row(row);
        assert!([lowest, 1.0].contains(&x[0]), "sex is never missing: {}", x[0]);
        assert!([-1.0, lowest, 1.0].contains(&x[1]), "stage II has no patient: {}", x[1]);
        assert!(x[2] == -1.0 || (lowest..=1.0).contains(&x[2]), "dose {}", x[2]);
        assert!((lowest..=1.0).contains(&x[3]), "age is never missing: {}", x[3]);
    }
    assert!(
        (0..999).any(|row| matrix[(row, 1)] == -1.0)
            && (0..999).any(|row| matrix[(row, 2)] == -1.0)
    );
    assert_eq!(encoder.decode(&matrix, 1).cells.column(1).filter(|&stage| stage == 1.0).count(), 0);
}

#[test]
fn snapping_alone_knows_which_features_are_never_missing() {
    let encoder = Encoder::fit(&small(), Pixels::None).unwrap();
    let mut matrix = Matrix::from_values(1, 4, vec![-1.0; 4]);
    snap(&mut matrix, &encoder);
    let lowest = 90.0 / 127.5 - 1.0;
    assert_eq!(matrix.values(), [lowest, -1.0, -1.0, -1.0], "only sex is coded and never missing");
    complete(&mut matrix, &encoder);
    assert_eq!(matrix.values(), [lowest, -1.0, -1.0, lowest], "age is a number and never missing");
}

#[test]
fn one_generated_row_is_enough_to_fit() {
    let cohort = small();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let mut one = raw(1, 4);
    Calibration::fit(&one, &encoder.encode(&cohort), &encoder, None).apply(&mut one);
    assert!(one.values().iter().all(|&x| (-1.0..=1.0).contains(&x)));
}

#[test]
fn the_cohort_itself_passes_unchanged() {
    let cohort = bundled::cohort().unwrap();
    for pixels in [Pixels::None, Pixels::Levels256] {
        let encoder = Encoder::fit(&cohort, pixels).unwrap();
        let matrix = encoder.encode(&cohort);
        let mut processed = matrix.clone();
        postprocess(&mut processed, &encoder);
        assert!(processed == matrix, "{pixels:?}");
    }
}

#[test]
fn calibration_gives_the_cohorts_shares() {
    let cohort = bundled::cohort().unwrap();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let real = encoder.encode(&cohort);
    let mut generated = raw(9080, 44);
    let calibration = Calibration::fit(&generated, &real, &encoder, None);
    calibration.apply(&mut generated);
    let share = |matrix: &Matrix, feature: usize, test: &dyn Fn(f64) -> bool| {
        matrix.column(feature).filter(|&x| test(x)).count() as f64 / matrix.rows() as f64
    };
    let values = encoder.feature_values();
    for (feature, values) in values.iter().enumerate() {
        let mut points: Vec<f64> = real.column(feature).collect();
        points.sort_by(f64::total_cmp);
        points.dedup();
        // Five patients of 908 make one knot, so no point of the distribution moves by more than
        // their share.
        let tolerance = if values.is_some() { 1.01 / 9080.0 } else { 5.5 / 908.0 };
        for at in [-1.0].iter().chain(&points) {
            let (ours, theirs) =
                (share(&generated, feature, &|x| x <= *at), share(&real, feature, &|x| x <= *at));
            assert!(
                (ours - theirs).abs() <= tolerance,
                "feature {feature} at {at}: {ours} instead of {theirs}"
            );
        }
        let missing = |matrix: &Matrix| share(matrix, feature, &|x| x == -1.0);
        assert!(
            (missing(&generated) - missing(&real)).abs() <= 1.01 / 9080.0,
            "feature {feature}: missing"
        );
    }
    let before = generated.clone();
    postprocess(&mut generated, &encoder);
    assert!(generated == before, "post-processing has nothing left to do");
}

#[test]
fn calibration_is_monotone_and_knows_only_its_own_row() {
    let cohort = bundled::cohort().unwrap();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let calibration =
        Calibration::fit(&through_f32(&raw(2000, 44)), &encoder.encode(&cohort), &encoder, None);
    let steps = Matrix::from_fn(3001, 44, |row, _| -1.5 + row as f64 / 1000.0);
    let mut all = steps.clone();
    calibration.apply(&mut all);
    for feature in 0..44 {
        let column: Vec<f64> = all.column(feature).collect();
        assert!(column.windows(2).all(|pair| pair[0] <= pair[1]), "feature {feature}");
        assert!(column[0] < column[3000], "feature {feature} is constant");
    }
    for row in [0, 700, 3000] {
        let mut one = Matrix::from_values(1, 44, steps.row(row).to_vec());
        calibration.apply(&mut one);
        assert_eq!(one.values(), all.row(row));
    }
    let text = serde_json::to_string(&calibration).unwrap();
    assert!(serde_json::from_str::<Calibration>(&text).unwrap() == calibration);
    assert!(
        serde_json::from_str::<Calibration>(&text.replacen("\"cohort\":[", "\"cohort\":[9.0,", 1))
            .is_err()
    );
}

#[test]
fn calibration_never_gives_the_value_of_one_patient() {
    let cohort = bundled::cohort().unwrap();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let real = encoder.encode(&cohort);
    let calibration = Calibration::fit(&raw(9080, 44), &real, &encoder, None);
    let mut generated = raw(30_001, 44);
    calibration.apply(&mut generated);
    for name in ["age", "charges", "totcst", "surv2m", "wblc"] {
        let feature = cohort.position(name).unwrap();
        let mut observed: Vec<f64> = real.column(feature).filter(|&x| x > -1.0).collect();
        observed.sort_by(f64::total_cmp);
        let largest = generated.column(feature).fold(f64::MIN, f64::max);
        assert!(largest < observed[observed.len() - 1], "{name}: the largest value was published");
        assert!(
            largest >= observed[observed.len() - 9],
            "{name}: more than nine patients were cut off"
        );
    }
}

#[test]
fn a_generator_that_decides_itself_is_left_to_decide() {
    let cohort = small();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let real = encoder.encode(&cohort);
    let lowest = 90.0 / 127.5 - 1.0;
    // One value in ten of stage is I and of dose is missing, where the cohort has one in four.
    let generated = Matrix::from_fn(1000, 4, |row, feature| match feature {
        0 => [lowest, 1.0][row % 2],
        1 => {
            if row % 10 == 0 {
                lowest
            } else {
                1.0
            }
        }
        2 => {
            if row % 10 == 3 {
                -1.0
            } else {
                row as f64 / 1000.0
            }
        }
        _ => row as f64 / 1000.0,
    });
    let generated = through_f32(&generated);
    let mut calibrated = generated.clone();
    Calibration::fit(&generated, &real, &encoder, None).apply(&mut calibrated);
    for row in 0..1000 {
        assert_eq!(calibrated.row(row)[..2], generated.row(row)[..2]);
        assert_eq!(calibrated[(row, 2)] == -1.0, row % 10 == 3);
        assert!(calibrated[(row, 3)] >= lowest, "age is never missing");
    }
}
