//! Patients first, then features.

use super::{table, written};
use ground::error::Error;
use table::clean::{Thresholds, clean};
use table::{Kind, Table};

fn thresholds(text: &str) -> Thresholds {
    toml::from_str(text).unwrap()
}

fn example() -> Table {
    table("a,b,c,d\n1,1,,x\n,,,y\n2,,,x\n3,3,,y\n4,4,9,z\n")
}

#[test]
fn a_dropped_patient_does_not_count_against_a_feature() {
    let (kept, report) = clean(&example(), thresholds("patients = \"1/2\"\nfeatures = 1")).unwrap();
    // Row 2 has 3 of 4 missing, above round(4/2).
    // Then b has 1 missing among four patients, c has 3.
    assert_eq!(written(&kept), "a,b,d\n1,1,x\n2,,x\n3,3,y\n4,4,z\n");
    assert_eq!((report.patient_limit, report.feature_limit), (2, 1));
    assert_eq!(
        report.patients.iter().map(|dropped| (dropped.row, dropped.missing)).collect::<Vec<_>>(),
        [(2, 3)]
    );
    assert_eq!(
        report.features.iter().map(|dropped| (&*dropped.name, dropped.missing)).collect::<Vec<_>>(),
        [("c", 3)]
    );
    assert_eq!((report.before.patients, report.before.features, report.before.missing), (5, 4, 7));
    assert_eq!((report.after.patients, report.after.features, report.after.missing), (4, 3, 1));
    assert_eq!((report.before.complete, report.after.complete), (1, 3));
}

#[test]
fn a_count_at_the_limit_stays() {
    let (kept, report) = clean(&example(), thresholds("patients = 3\nfeatures = \"4/5\"")).unwrap();
    assert_eq!((kept.rows(), kept.schema.columns.len()), (5, 4));
    assert_eq!(report.feature_limit, 4);
}

#[test]
fn an_empty_feature_stays() {
    let (kept, report) =
        clean(&table("a,b,c,d\n1,,1,\n2,,,\n3,,,5\n"), thresholds("features = 1\npatients = 2"))
            .unwrap();
    // Row 2 is dropped; of the two patients left, b has none and would have 2 missing, c and d have
    // 1.
    assert_eq!(written(&kept), "a,b,c,d\n1,,1,\n3,,,5\n");
    assert!(report.features.is_empty());
    let (kept, report) = clean(&kept, thresholds("features = 0\npatients = 4")).unwrap();
    assert_eq!(written(&kept), "a,b\n1,\n3,\n");
    assert_eq!(
        report.features.iter().map(|dropped| &*dropped.name).collect::<Vec<_>>(),
        ["c", "d"]
    );
}

#[test]
fn a_role_goes_with_its_column() {
    let mut raw = example();
    raw.schema.columns[2].kind = Kind::Nominal;
    raw.schema.columns[2].levels = (0..10).map(|level| level.to_string()).collect();
    raw.schema.status = Some("c".into());
    raw.schema.stage = Some("d".into());
    raw.schema.targets = vec!["c".into(), "d".into()];
    let (kept, _) = clean(&raw, thresholds("features = 2")).unwrap();
    assert_eq!((kept.schema.status, kept.schema.stage.as_deref()), (None, Some("d")));
    assert_eq!(kept.schema.targets, ["d"]);
}

#[test]
fn nothing_left_is_an_error() {
    let error = clean(&table("a,b\n1,\n,2\n"), thresholds("patients = 0")).unwrap_err();
    assert!(matches!(&error, Error::Usage(message) if message.contains("no patient")), "{error}");
    let error = clean(&table("a,b\n1,\n,2\n"), thresholds("features = 0")).unwrap_err();
    assert!(matches!(&error, Error::Usage(message) if message.contains("no feature")), "{error}");
}
