//! Every figure on tables small enough to be worked out by hand, and on tables that are odd.

use super::population::{sample, schema, take};
use ground::matrix::Matrix;
use judge::metrics::privacy::{Copies, PrivacyMeasures, privacy};
use table::{Kind, Table};

fn table(kinds: &[Kind], cells: &[f64]) -> Table {
    let cells = Matrix::from_values(cells.len() / kinds.len(), kinds.len(), cells.to_vec());
    Table { schema: schema(kinds), cells, patients: None }
}

fn assert_risk(privacy: &PrivacyMeasures, name: &str, value: f64, reference: f64) {
    let risk = privacy.risk(name).unwrap();
    let got = [risk.value, risk.reference.unwrap()];
    let close =
        got.iter().zip([value, reference]).all(|(got, expected)| (got - expected).abs() < 1e-12);
    assert!(close, "{name}: got {got:?}, expected {value} and {reference}");
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    let one = [Kind::Numerical];
    let train = table(&one, &[0.0, 10.0, 20.0, 100.0]);
    let holdout = table(&one, &[5.0, 6.0, 50.0, 90.0]);
    let privacy = privacy(&train, Some(&holdout), &table(&one, &[0.0, 12.0, 52.0, 99.0]), 3);
    assert_risk(&privacy, "exact_copies", 0.25, 0.0);
    assert_risk(&privacy, "rare_values", 0.25, 0.0);
    // Hundredths of the common range: to training 0, 2, 32, 1; to the hold-out 5, 6, 2, 9.
    assert_risk(&privacy, "dcr_median", 0.015, 0.055);
    // Three of four are closer to training.
    assert_risk(&privacy, "dcr_overfitting_protection", 0.5, 1.0);
    // Ratios 0, 1/79, ... and 2/38, 9/49, ...; the 5 % quantile of four values is 0.15 of the way
    // from the first to the second.
    assert_risk(&privacy, "nndr", 0.15 / 79.0, 2.0 / 38.0 + 0.15 * (9.0 / 49.0 - 2.0 / 38.0));
    assert_risk(&privacy, "identifiability", 1.0, 0.5);
    assert_risk(&privacy, "nnaa", 0.0, 0.25);
    assert_risk(&privacy, "nnaa_privacy_loss", 0.25, 0.0);
    assert_eq!(
        privacy.copies,
        Copies { training: 1, holdout: Some(0), duplicates: 0, synthetic: 1 }
    );
    assert!(
        privacy.risks.iter().all(|risk| risk.alarm.is_none()),
        "four rows are too few to judge"
    );
}

/// Who is as far from the nearest synthetic row as from the nearest other real one is not told.
#[test]
fn a_patient_as_near_to_others_is_not_identifiable() {
    let one = [Kind::Numerical];
    let train = table(&one, &[0.0, 10.0, 20.0, 100.0]);
    let holdout = table(&one, &[5.0, 6.0, 55.0, 90.0]);
    let privacy = privacy(&train, Some(&holdout), &table(&one, &[10.0; 4]), 3);
    // For 0 and 20 it is ten either way; for 10 there is a copy.
    assert_risk(&privacy, "identifiability", 0.25, 0.0);
}

/// Ranges are those of all real rows, those kept back among them.
#[test]
fn distances_are_parts_of_the_range_of_all_real_rows() {
    let one = [Kind::Numerical];
    let train = table(&one, &[0.0, 10.0, 20.0, 50.0]);
    let holdout = table(&one, &[5.0, 6.0, 40.0, 100.0]);
    let privacy = privacy(&train, Some(&holdout), &table(&one, &[2.0, 13.0, 24.0, 58.0]), 3);
    // Hundredths: to training 2, 3, 4, 8; to the hold-out 3, 7, 16, 18.
    assert_risk(&privacy, "dcr_median", 0.035, 0.115);
}

/// 0 and 5 are of two patients each, 20 of one who was trained on and of one who was not.
#[test]
fn a_rare_value_is_that_of_one_patient_alone() {
    let one = [Kind::Numerical];
    let train = table(&one, &[0.0, 0.0, 10.0, 20.0, 30.0]);
    let holdout = table(&one, &[5.0, 5.0, 6.0, 20.0, 50.0]);
    let privacy = privacy(&train, Some(&holdout), &table(&one, &[0.0, 5.0, 10.0, 20.0, 7.0]), 3);
    assert_risk(&privacy, "rare_values", 0.5, 0.0);
}

#[test]
fn levels_are_guessed_from_the_nearest_rows() {
    let kinds = [Kind::Numerical, Kind::Boolean];
    let train = table(&kinds, &[0.0, 1.0, 10.0, 1.0, 20.0, 1.0, 30.0, 0.0]);
    let holdout = table(&kinds, &[1.0, 0.0, 11.0, 0.0, 21.0, 1.0, 31.0, 1.0]);
    let privacy = privacy(&train, Some(&holdout), &train, 3);
    let [risk] = &privacy.attributes[..] else { panic!("one coded column") };
    assert_eq!((risk.column, risk.training, risk.holdout, risk.margins), (1, 1.0, 0.25, 0.75));
    assert_risk(&privacy, "attribute_inference", 1.0, 0.25);
}

#[test]
fn copies_are_counted_with_their_gaps() {
    let nan = f64::NAN;
    let kinds = [Kind::Numerical, Kind::Boolean];
    let train = table(&kinds, &[1.0, nan, 1.0, nan, 2.0, 0.0, 0.0, 1.0]);
    let holdout = table(&kinds, &[1.0, 0.0, 3.0, 1.0]);
    let synthetic = table(&kinds, &[1.0, nan, -0.0, 1.0, 3.0, 1.0, 3.0, 1.0, nan, 1.0]);
    let copies = privacy(&train, Some(&holdout), &synthetic, 3).copies;
    assert_eq!(copies, Copies { training: 3, holdout: Some(1), duplicates: 2, synthetic: 2 });
}

#[test]
fn odd_tables_do_not_panic() {
    let train = sample(12, 1);
    let constant = table(&[Kind::Numerical, Kind::Nominal], &[7.0, 2.0].repeat(30));
    let blank = table(&[Kind::Numerical, Kind::Nominal], &[f64::NAN; 60]);
    let none = take(&train, &[]);
    let one = take(&train, &[3]);
    for (train, holdout, synthetic) in [
        (&constant, Some(&constant), &constant),
        (&blank, Some(&blank), &blank),
        (&constant, Some(&blank), &constant),
        (&constant, None, &blank),
        (&train, Some(&one), &train),
        (&train, None, &one),
        (&train, Some(&none), &train),
        (&none, None, &none),
    ] {
        let privacy = privacy(train, holdout, synthetic, 5);
        assert!(privacy.risk("identifiability").is_some());
    }
    let alike = privacy(&constant, Some(&constant), &constant, 5);
    assert_eq!(
        alike.alarms().count(),
        0,
        "where all patients are alike nobody is singled out: {:?}",
        alike.risks
    );
}
