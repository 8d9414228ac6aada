//! The rule that everything shown goes through.

use judge::metrics::conditional::Behind;
use mellizo_report::bins::Bins;
use mellizo_report::disclosure::{Count, Group, Part, Tally, disclose, disclose_largest};
use proptest::prelude::*;

fn tally(real: &[usize], missing: usize) -> Tally {
    Tally {
        labels: (0..real.len()).map(|level| format!("level {level}")).collect(),
        real: real.to_vec(),
        synthetic: vec![10; real.len()],
        real_missing: missing,
        synthetic_missing: 1,
        behind: None,
    }
}

fn counts(groups: &[Group]) -> Vec<(Part, Count)> {
    groups.iter().map(|group| (group.part, group.real)).collect()
}

#[test]
fn nothing_is_withheld_where_every_group_is_large_enough() {
    let groups = disclose(&tally(&[5, 80], 0), Count::Exact(85));
    assert_eq!(
        counts(&groups),
        [
            (Part::Level(0), Count::Exact(5)),
            (Part::Level(1), Count::Exact(80)),
            (Part::Missing, Count::Exact(0))
        ]
    );
}

#[test]
fn rare_levels_are_pooled() {
    let groups = disclose(&tally(&[4, 80, 3, 20], 9), Count::Exact(116));
    assert_eq!(
        counts(&groups),
        [
            (Part::Level(1), Count::Exact(80)),
            (Part::Level(3), Count::Exact(20)),
            (Part::Pooled, Count::Exact(7)),
            (Part::Missing, Count::Exact(9))
        ]
    );
    assert_eq!(groups[2].synthetic, 20);
}

#[test]
fn rows_of_few_patients_are_withheld_however_many_they_are() {
    let behind = |levels: &[usize], missing: usize| {
        Some(Behind { levels: levels.to_vec(), missing, rows_each: 8 })
    };
    // 40 rows of five patients, 16 of two, and 24 missing ones of three.
    let many = Tally { behind: behind(&[5, 60, 2], 3), ..tally(&[40, 300, 16], 24) };
    let groups = disclose(&many, Count::Exact(380));
    let expected = [
        (Part::Level(0), Count::Exact(40)),
        // Each of two withheld groups may have 4 patients of 8 rows.
        (Part::Level(1), Count::AtLeast(380 - 40 - 2 * 32)),
        (Part::Pooled, Count::Fewer),
        (Part::Missing, Count::Fewer),
    ];
    assert_eq!(counts(&groups), expected);
    // Patients of two rare levels may be the same.
    let rare = Tally { behind: behind(&[4, 60, 4], 20), ..tally(&[30, 300, 16], 24) };
    assert_eq!(disclose(&rare, Count::Exact(370))[1].real, Count::Fewer);
}

#[test]
fn ranges_of_few_patients_are_merged() {
    // The largest 30 values are of three patients.
    let values: Vec<f64> = (0..130).map(f64::from).collect();
    let patients: Vec<usize> =
        (0..130usize).map(|row| row.min(100) + row.saturating_sub(100) / 10).collect();
    let (rows, people) =
        (Bins::of(&values, true), Bins::of(&values, true).of_patients(&values, Some(&patients)));
    assert!(rows.edges.iter().any(|edge| *edge > 100.0), "{rows:?}");
    assert!(people.edges.iter().all(|edge| *edge <= 98.0), "{people:?}");
    assert!(people.len() > 4, "{people:?}");
    assert_eq!(Bins::of(&values, true).of_patients(&values, None), rows);
}

#[test]
fn the_rest_of_a_subtraction_is_withheld_too() {
    let groups = disclose(&tally(&[80, 20], 2), Count::Exact(102));
    assert_eq!(
        counts(&groups),
        [
            (Part::Level(0), Count::AtLeast(78)),
            (Part::Level(1), Count::Exact(20)),
            (Part::Missing, Count::Fewer)
        ]
    );
    // With one missing patient more and one fewer at the largest level, the page is the same.
    assert_eq!(counts(&groups), counts(&disclose(&tally(&[79, 20], 3), Count::Exact(102))));
}

#[test]
fn a_bound_on_all_patients_makes_the_largest_group_a_bound() {
    let groups = disclose(&tally(&[60, 20], 0), Count::AtLeast(78));
    assert_eq!(groups[0].real, Count::AtLeast(58));
}

#[test]
fn levels_beyond_the_most_are_pooled() {
    let groups = disclose_largest(&tally(&[9, 30, 8, 20], 0), Count::Exact(67), 2);
    assert_eq!(
        counts(&groups)[..3],
        [
            (Part::Level(1), Count::Exact(30)),
            (Part::Level(3), Count::Exact(20)),
            (Part::Pooled, Count::Exact(17))
        ]
    );
}

proptest! {
    /// Whatever is withheld could be any of one to four: moving patients between withheld groups
    /// and the largest changes no page.
    #[test]
    fn withheld_counts_leave_no_trace(
        levels in proptest::collection::vec(prop_oneof![0usize..5, 5usize..60], 1..8),
        missing in 1usize..5,
        other in 1usize..5,
    ) {
        let mut first = levels.clone();
        let largest = (0..levels.len()).max_by_key(|&level| levels[level]).unwrap();
        // Keep the largest in front after up to three patients move.
        first[largest] += 20;
        let mut second = first.clone();
        second[largest] = first[largest] + missing - other;
        let rows = Count::Exact(first.iter().sum::<usize>() + missing);
        let (a, b) = (disclose(&tally(&first, missing), rows), disclose(&tally(&second, other), rows));
        prop_assert_eq!(a, b);
    }

    /// Five patients in every range, all patients in some range.
    #[test]
    fn every_range_holds_five(
        values in proptest::collection::vec(prop_oneof![-5.0f64..5.0, 0.0f64..1000.0, Just(0.0)], 0..200),
        whole: bool,
    ) {
        let values: Vec<f64> = values.iter().map(|value| if whole { value.round() } else { *value }).collect();
        let bins = Bins::of(&values, whole);
        let counts = bins.count(&values);
        prop_assert_eq!(counts.iter().sum::<usize>(), values.len());
        prop_assert!(counts.len() == 1 || counts.iter().all(|&count| count >= 5), "{:?} {:?}", bins, counts);
        prop_assert!(counts.len() <= 30);
    }
}

#[test]
fn ranges_are_readable() {
    let ages: Vec<f64> = (0..600).map(|k| 40.0 + f64::from(k) / 15.0).collect();
    let bins = Bins::of(&ages, false);
    assert_eq!(bins.edges, [45.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0]);
    assert_eq!(
        (bins.label(0), bins.label(1), bins.label(7)),
        ("< 45".into(), "45 to < 50".into(), "≥ 75".into())
    );
    let comorbidities: Vec<f64> = [(0, 50), (1, 90), (2, 40), (3, 9), (4, 3), (6, 1)]
        .iter()
        .flat_map(|&(value, count)| vec![f64::from(value); count])
        .collect();
    let bins = Bins::of(&comorbidities, true);
    let labels: Vec<String> = (0..bins.len()).map(|range| bins.label(range)).collect();
    assert_eq!(labels, ["≤ 0", "1", "2", "≥ 3"]);
}
