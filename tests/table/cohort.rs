//! The bundled cohort: the numbers of `data/README.md`, and the whole way there and back.

use super::{same, through_f32, written};
use ground::matrix::Matrix;
use table::clean::{Thresholds, clean};
use table::encode::Encoder;
use table::number::Text;
use table::pixels::Pixels;
use table::read::Sheet;
use table::{Column, Kind, Table, bundled};

fn cohort() -> Table {
    bundled::cohort().unwrap()
}

#[test]
fn it_has_the_known_size() {
    let cohort = cohort();
    assert_eq!((cohort.rows(), cohort.schema.columns.len()), (908, 44));
    assert_eq!(cohort.missing(), 5263);
    assert_eq!(cohort.missing_per_row().iter().filter(|&&missing| missing == 0).count(), 41);
    let death = cohort.position("death").unwrap();
    assert_eq!(cohort.cells.column(death).sum::<f64>(), 833.0);
    assert_eq!(
        (cohort.schema.status.as_deref(), cohort.schema.stage.as_deref()),
        (Some("death"), Some("sfdm2"))
    );
    assert!(cohort.schema.columns.iter().all(|column| column.label.is_some()));
}

#[test]
fn the_default_thresholds_keep_everything() {
    let (kept, report) = clean(&cohort(), Thresholds::default()).unwrap();
    assert!(same(&kept, &cohort()));
    assert_eq!((report.patient_limit, report.feature_limit), (22, 545));
    assert!(report.patients.is_empty() && report.features.is_empty());
}

#[test]
fn its_kinds_can_be_guessed() {
    let (schema, warnings) =
        Sheet::from_bytes(bundled::CSV, bundled::NAME).unwrap().infer().unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    for (guess, column) in schema.columns.iter().zip(&cohort().schema.columns) {
        // Whether levels have an order cannot be seen in their text.
        let kind = if column.kind == Kind::Ordinal { Kind::Nominal } else { column.kind };
        assert_eq!((guess.kind, guess.decimals), (kind, column.decimals), "{}", column.name);
    }
}

#[test]
fn every_cell_is_written_as_it_was_printed() {
    let again = Sheet::from_bytes(written(&cohort()).as_bytes(), "again").unwrap();
    let original = Sheet::from_bytes(bundled::CSV, bundled::NAME).unwrap();
    for column in 0..original.columns() {
        for (ours, theirs) in again.column(column).zip(original.column(column)) {
            let equal = match (Text::of(ours), Text::of(theirs)) {
                (Text::Number(ours), Text::Number(theirs)) => ours == theirs,
                _ => ours == theirs,
            };
            assert!(equal, "{}: {theirs:?} was written as {ours:?}", original.column_name(column));
        }
    }
}

#[test]
fn it_comes_back_exactly_without_pixels() {
    let cohort = cohort();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    assert_eq!(encoder.features(), 44);
    assert!(encoder.warnings().is_empty());
    let matrix = encoder.encode(&cohort);
    assert_eq!(matrix.values().iter().filter(|&&x| x == -1.0).count(), 5263);
    assert!(matrix.values().iter().all(|&x| x == -1.0 || (-0.294118..=1.0).contains(&x)));
    assert!(same(&encoder.decode(&matrix, 1), &cohort));
}

/// From one number to the next of the format that a column's numbers are stored in, where they are
/// largest: what is a little too small is cut to the one before.
fn unit(column: &Column, cells: &Matrix, position: usize) -> f64 {
    let known = cells.column(position).filter(|cell| cell.is_finite());
    let largest = known.fold(0.0, |largest: f64, cell| largest.max(cell.abs()));
    let exponent = |bits: u32| largest.log2().floor() as i32 - bits as i32;
    column.mantissa_bits.map_or(0.0, |bits| 2f64.powi(exponent(bits)))
}

/// What f32 can promise: 1e-6 of the range and the rounding to the column's decimals; exact where
/// decimals are coarser.
#[test]
fn it_comes_back_through_f32() {
    let cohort = cohort();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let back = encoder.decode(&through_f32(&encoder.encode(&cohort)), 1);
    let mut exact = Vec::new();
    for (position, column) in cohort.schema.columns.iter().enumerate() {
        let (range, error) = spread(&cohort.cells, &back.cells, position);
        let step = if column.kind == Kind::Numerical {
            10f64.powi(-(column.decimals as i32))
        } else {
            1.0
        };
        let unit = unit(column, &cohort.cells, position);
        assert!(error <= 1e-6 * range + 0.5 * step + unit, "{} is off by {error}", column.name);
        if unit == 0.0 && step > 2e-6 * range || column.name == "age" {
            assert_eq!(error, 0.0, "{} is off", column.name);
            exact.push(&*column.name);
        }
    }
    assert!(exact.len() >= 26, "only {exact:?} are coarse enough to be exact");
}

#[test]
fn it_comes_back_within_half_a_pixel() {
    let cohort = cohort();
    let encoder = Encoder::fit(&cohort, Pixels::Levels256).unwrap();
    let matrix = encoder.encode(&cohort);
    for &x in matrix.values() {
        let pixel = if x == -1.0 { 0.0 } else { ((x + 1.0) * 127.5 - 90.0) * 254.0 / 165.0 };
        assert!(
            (pixel - pixel.round()).abs() < 1e-9 && (0.0..254.5).contains(&pixel.round()),
            "{x} is no pixel"
        );
    }
    let back = encoder.decode(&through_f32(&matrix), 1);
    for (position, column) in cohort.schema.columns.iter().enumerate() {
        let (range, error) = spread(&cohort.cells, &back.cells, position);
        let step = if column.kind == Kind::Numerical {
            10f64.powi(-(column.decimals as i32))
        } else {
            1.0
        };
        let most = 0.5001 * (range / 254.0 + step) + unit(column, &cohort.cells, position);
        assert!(error <= most, "{} is off by {error}", column.name);
        assert!(!column.kind.is_coded() || error == 0.0, "{} is coded and off", column.name);
    }
}

/// A column's range and the largest error in it; missing cells must be the same ones.
fn spread(real: &Matrix, back: &Matrix, column: usize) -> (f64, f64) {
    let (mut lo, mut hi, mut error) = (f64::INFINITY, f64::NEG_INFINITY, 0.0f64);
    for (real, back) in real.column(column).zip(back.column(column)) {
        assert_eq!(real.is_nan(), back.is_nan());
        if !real.is_nan() {
            (lo, hi, error) = (lo.min(real), hi.max(real), error.max((real - back).abs()));
        }
    }
    (hi - lo, error)
}

/// 24,120 patients, as many as the paper draws; the bound is ten times what a slow machine needs
/// for an optimised build.
#[test]
fn many_patients_are_decoded_and_written() {
    let cohort = cohort();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let matrix = encoder.encode(&cohort);
    let many = Matrix::from_fn(24_120, 44, |row, column| matrix[(row % 908, column)]);
    let mut sink = Vec::new();
    encoder.decode(&many, 1).write(&mut sink).unwrap();
    assert_eq!(sink.iter().filter(|&&byte| byte == b'\n').count(), 24_121);
}
