//! `Missing`: counts, costs and pairs against plain loops over the same cells.

use super::description::source;
use clinical::missing::{Missing, Presence, together};
use clinical::source::Source;
use ground::linkage::phi;
use table::bundled;
use table::clean::{Thresholds, clean};
use table::threshold::Threshold;

fn bundled_missing() -> (Presence, Missing) {
    let presence = Presence::read(&Source::bundled(), &[]).unwrap();
    let missing = Missing::of(&presence);
    (presence, missing)
}

#[test]
fn the_bundled_cohort_is_counted() {
    let (presence, missing) = bundled_missing();
    let table = bundled::cohort().unwrap();
    assert_eq!(
        (missing.patients, missing.features, missing.missing, missing.complete_patients),
        (908, 44, 5263, 41)
    );
    assert_eq!(presence.per_patient(), table.missing_per_row());
    for (feature, column) in missing.by_feature.iter().zip(0..) {
        assert_eq!(
            feature.missing,
            table.cells.column(column).filter(|cell| cell.is_nan()).count(),
            "{}",
            feature.name
        );
    }
    assert_eq!(missing.patients_by_missing.iter().sum::<usize>(), 908);
}

/// Every row of both tables of costs is what cleaning does with these thresholds.
#[test]
fn a_threshold_costs_what_cleaning_drops() {
    let (_, missing) = bundled_missing();
    let table = bundled::cohort().unwrap();
    assert!(
        missing.by_patient_limit.len() > 4 && missing.by_feature_limit.len() > 4,
        "{missing:?}"
    );
    for cost in
        missing.by_patient_limit.iter().chain(&missing.by_feature_limit).chain([&missing.chosen])
    {
        let patients = Threshold::Count(cost.patient_limit);
        let (_, cleaning) =
            clean(&table, Thresholds { patients, features: Threshold::Count(cost.feature_limit) })
                .unwrap();
        let after = (cleaning.patients.len(), cleaning.features.len(), cleaning.after.missing);
        assert_eq!(
            after,
            (cost.patients_dropped, cost.features_dropped, cost.missing_left),
            "{cost:?}"
        );
        assert_eq!(
            (cleaning.after.patients, cleaning.after.features),
            (cost.patients_left, cost.features_left)
        );
    }
    let auto = Thresholds { patients: Threshold::Auto, features: Threshold::Auto };
    let (_, cleaning) = clean(&table, auto).unwrap();
    let chosen = (missing.chosen.patient_limit, missing.chosen.feature_limit);
    assert_eq!((cleaning.patient_limit, cleaning.feature_limit), chosen);
}

#[test]
fn pairs_are_counted_cell_by_cell() {
    let (_, missing) = bundled_missing();
    let table = bundled::cohort().unwrap();
    assert!(missing.pairs.windows(2).all(|pair| pair[0].phi >= pair[1].phi));
    for pair in &missing.pairs {
        let [a, b] = [&pair.first, &pair.second].map(|name| {
            let column = table.position(name).unwrap();
            table.cells.column(column).map(f64::is_nan).collect::<Vec<_>>()
        });
        let count = |of: &dyn Fn(bool, bool) -> bool| {
            a.iter().zip(&b).filter(|(a, b)| of(**a, **b)).count()
        };
        let (both, either) = (count(&|a, b| a && b), count(&|a, b| a || b));
        assert_eq!((pair.both, pair.jaccard), (both, both as f64 / either as f64));
        let [p, q, r] = [count(&|a, _| a), count(&|_, b| b), both].map(|n| n as f64 / 908.0);
        let correlation = (r - p * q) / (p * (1.0 - p) * q * (1.0 - q)).sqrt();
        assert!((pair.phi - correlation).abs() < 1e-12, "{pair:?}");
    }
}

#[test]
fn blocks_that_are_missing_together_stand_together() {
    let mut csv = "a1,b1,a2,b2,a3,full,never\n".to_owned();
    for row in 0..200 {
        let (a, b) = (if row % 3 == 0 { "" } else { "1" }, if row % 5 == 0 { "" } else { "1" });
        let stray = if row == 7 { "" } else { a };
        csv += &format!("{a},{b},{a},{b},{stray},1,\n");
    }
    let presence = Presence::read(&source(&csv), &[]).unwrap();
    let together = together(&presence, 64);
    assert_eq!(together.names, ["a1", "a2", "a3", "b1", "b2"]);
    assert_eq!(together.phi[1], phi(67, 67, 67, 200).unwrap());
    assert_eq!((together.phi[0], together.left_out), (1.0, 0));
    let two = clinical::missing::together(&presence, 2);
    assert_eq!((two.names.len(), two.left_out), (2, 3));
}

#[test]
fn codes_are_missing_and_told_and_columns_can_be_left_out() {
    let presence = Presence::read(&source("id,a,b\n1,NA,\n2,3, \n"), &["id".into()]).unwrap();
    let missing = Missing::of(&presence);
    assert_eq!((missing.features, missing.missing, missing.codes), (2, 3, 1));
    for (drop, part) in [(&["x"][..], "no column \"x\""), (&["id", "a", "b"], "every column")] {
        let drop: Vec<String> = drop.iter().map(|name| (*name).to_owned()).collect();
        let error = Presence::read(&source("id,a,b\n1,NA,\n"), &drop).unwrap_err();
        assert!(error.exit_code() == 2 && error.to_string().contains(part), "{error}");
    }
}
