//! The rule that finds where a curve of missing cells flattens, on curves with the paper's totals
//! and on the bundled cohort.

use clinical::simulate;
use table::bundled;
use table::clean::{Thresholds, clean};
use table::flattening::flattening;
use table::threshold::Threshold;

const AUTO: Thresholds = Thresholds { patients: Threshold::Auto, features: Threshold::Auto };

#[test]
fn a_gap_behind_the_bulk_is_found_and_a_denser_one_is_not() {
    // 804 patients up to 21, nobody to 27, then a thin tail, as in the paper's Figures 1 and 2.
    let mut patients: Vec<usize> = (0..804).map(|k| k % 22).collect();
    patients.extend((0..79).map(|k| 28 + k * 33 / 79));
    patients.extend([61; 3]);
    let found = flattening(&patients, 64).unwrap();
    assert_eq!((found.from, found.to, found.beyond), (21, 28, 82));
    // 63 features up to 317 and one with 607, as in Figure 3.
    let mut features: Vec<usize> = (0..63).map(|k| k * 317 / 62).collect();
    features.push(607);
    let found = flattening(&features, 804).unwrap();
    assert_eq!((found.from, found.to, found.beyond), (317, 607, 1));
}

#[test]
fn the_bundled_cohort_loses_nobody() {
    let cohort = bundled::cohort().unwrap();
    let (cleaned, cleaning) = clean(&cohort, AUTO).unwrap();
    assert_eq!((cleaning.patients.len(), cleaning.features.len()), (0, 0), "{cleaning:?}");
    assert_eq!(cleaning.feature_limit, 511, "the most missing cells of a feature");
    assert_eq!((cleaned.rows(), cleaned.missing(), cleaned.schema), (908, 5263, cohort.schema));
}

#[test]
fn a_feature_without_a_value_does_not_bend_the_curve() {
    let mut csv = "a,b,c,never\n".to_owned();
    (0..40).for_each(|row| csv += if row < 3 { ",1,2,\n" } else { "1,2,3,\n" });
    let sheet = table::read::Sheet::from_bytes(csv.as_bytes(), "table.csv").unwrap();
    let table = sheet.table(&sheet.infer().unwrap().0).unwrap();
    let (cleaned, cleaning) = clean(&table, AUTO).unwrap();
    assert_eq!((cleaned.schema.columns.len(), cleaning.feature_limit), (4, 3));
}

/// The paper's thresholds, 21 and 317, which its authors chose by eye, are found within 2 on the
/// stand-in of ten seeds, with the paper's costs.
#[test]
fn the_thresholds_of_the_paper_are_found_on_ten_stand_ins() {
    for seed in 1..=10 {
        let (cleaned, cleaning) = clean(&simulate::cohort(seed), AUTO).unwrap();
        let found = (cleaning.patient_limit, cleaning.feature_limit);
        assert!(found.0.abs_diff(21) <= 2 && found.1.abs_diff(317) <= 2, "seed {seed}: {found:?}");
        assert_eq!(
            (cleaned.rows(), cleaned.schema.columns.len(), cleaned.missing()),
            (804, 63, 3597),
            "seed {seed}"
        );
    }
}
