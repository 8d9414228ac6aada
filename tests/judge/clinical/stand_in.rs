//! The stand-in cohort against the published counts.
//! Nothing here knows how it is made: the file and its schema are read like anybody's.

use clinical::simulate;
use judge::metrics::conditional::{conditional, level_shares};
use judge::metrics::summary_statistics::summary_statistics;
use std::path::{Path, PathBuf};
use table::clean::{Cleaning, Thresholds, clean};
use table::encode::Encoder;
use table::pixels::Pixels;
use table::threshold::Threshold;
use table::{Kind, Schema, Table};

fn data(name: &str) -> PathBuf {
    Path::new(crate::ROOT).join("data").join(name)
}

fn schema() -> Schema {
    Schema::from_toml(
        &std::fs::read_to_string(data("lung_cohort.toml")).unwrap(),
        "lung_cohort.toml",
    )
    .unwrap()
}

/// The file of the repository.
fn cohort() -> Table {
    Table::read(&data("lung_cohort.csv"), Some(&schema())).unwrap().0
}

/// Cleaned by the paper's rules: 21 missing cells of a patient, 317 of a feature.
fn kept(table: &Table) -> (Table, Cleaning) {
    clean(table, Thresholds { patients: Threshold::Count(21), features: Threshold::Count(317) })
        .unwrap()
}

fn missing_per_feature(table: &Table) -> Vec<(usize, String)> {
    let missing = |column: usize| table.cells.column(column).filter(|cell| cell.is_nan()).count();
    table
        .schema
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| (missing(place), column.name.clone()))
        .collect()
}

/// Every published count, of any table.
fn check_counts(table: &Table) {
    assert_eq!((table.rows(), table.schema.columns.len(), table.missing()), (886, 64, 7230));
    let per_patient = table.missing_per_row();
    let patients =
        |wanted: fn(usize) -> bool| per_patient.iter().filter(|&&missing| wanted(missing)).count();
    assert_eq!(patients(|missing| missing == 0), 15, "complete patients");
    assert_eq!(patients(|missing| missing == 61), 3, "patients with 3 values");
    assert_eq!(patients(|missing| missing > 61), 0);
    assert_eq!(patients(|missing| missing > 21), 82);
    let (kept, cleaning) = kept(table);
    assert_eq!(cleaning.patients.len(), 82);
    let dropped: Vec<(&str, usize)> =
        cleaning.features.iter().map(|f| (f.name.as_str(), f.missing)).collect();
    assert_eq!(dropped, [("PD_L1", 607)]);
    assert_eq!((kept.rows(), kept.schema.columns.len(), kept.missing()), (804, 63, 3597));
    let per_feature = missing_per_feature(&kept);
    assert_eq!(per_feature.iter().map(|(missing, _)| *missing).max(), Some(317));
    let complete: Vec<&str> = per_feature
        .iter()
        .filter(|(missing, _)| *missing == 0)
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(complete, ["Smoker", "Hypertension", "Diabetes_mellitus", "Cardiovascular_disease"]);
    check_tables(&kept);
}

/// The real columns of the paper's Tables 5, 6 and 7.
fn check_tables(kept: &Table) {
    let (status, stage) =
        (kept.position("Status").unwrap(), kept.position("Clinical_stage").unwrap());
    let tally = level_shares(kept, status);
    assert_eq!(
        (tally.names, tally.counts, tally.missing),
        (vec!["dead".into(), "alive".into()], vec![467, 322], 15)
    );
    let encoder = Encoder::fit(kept, Pixels::Levels256).unwrap();
    let encoded = encoder.encode(kept);
    let close = |ours: f64, published: f64| (ours - published).abs() < 5e-6;
    for (column, different, missing, mean, std, quartiles) in [
        (status, 3, 15, 0.211004, 0.652233, [-0.294118, -0.294118, 1.0]),
        (stage, 13, 11, 0.469838, 0.261863, [0.414081, 0.531264, 0.531264]),
    ] {
        let feature = encoder.feature_columns().iter().position(|&place| place == column).unwrap();
        let of = summary_statistics(&encoded.column(feature).collect::<Vec<_>>());
        assert_eq!(
            (of.count, of.different, of.missing, of.min, of.max),
            (804, different, missing, -1.0, 1.0)
        );
        assert!(close(of.mean, mean) && close(of.std, std), "mean {} std {}", of.mean, of.std);
        assert!(
            of.quartiles.iter().zip(quartiles).all(|(ours, published)| close(*ours, published)),
            "{of:?}"
        );
    }
    for (given, published) in [(0, [145, 191, 85]), (1, [107, 121, 29])] {
        let tally = conditional(kept, stage, status, given);
        let level =
            |name: &str| tally.counts[tally.names.iter().position(|level| level == name).unwrap()];
        assert_eq!(["IIIA", "IIIB", "IV"].map(level), published);
    }
}

#[test]
fn every_published_count_is_exact() {
    check_counts(&cohort());
}

#[test]
fn any_seed_gives_the_published_counts() {
    for seed in [0, 2, 3, 4, 5, 6, 7, 8, 9, u64::MAX] {
        check_counts(&simulate::cohort(seed));
    }
}

#[test]
fn the_file_is_that_of_seed_1() {
    let mut bytes = Vec::new();
    simulate::cohort(1).write(&mut bytes).unwrap();
    assert!(
        bytes == std::fs::read(data("lung_cohort.csv")).unwrap(),
        "mellizo simulate --seed 1 --out data/lung_cohort.csv --force"
    );
    assert!(simulate::cohort(2) != simulate::cohort(1));
}

/// Tables 3 and 4: 31, 4, 4 and 25 variables; 13 nominal, 13 Boolean, 38 numerical.
#[test]
fn the_variables_are_those_of_the_paper() {
    let schema = schema();
    let of = |wanted: &[Kind]| {
        schema.columns.iter().filter(|column| wanted.contains(&column.kind)).count()
    };
    assert_eq!(of(&[Kind::Nominal, Kind::Ordinal]), 13);
    assert_eq!(of(&[Kind::Boolean]), 13);
    assert_eq!(of(&[Kind::Numerical, Kind::Integer]), 38);
    let names: Vec<&str> = schema.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(
        (names[0], names[30], names[31], names[34]),
        ("Level_of_studies", "Any_chemotherapy", "Status", "Relapse")
    );
    assert_eq!(
        (names[35], names[38], names[39], names[63]),
        ("PTV_volume", "Heart_V25", "Global_health_status", "Pain_in_other_parts")
    );
    assert!(schema.columns.iter().all(|column| column.label.is_some()));
}
