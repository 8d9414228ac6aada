use super::*;
use crate::public::Grid;
use proptest::prelude::*;

/// A column of ordered levels, one without order, and one of numbers; of each 20 % is missing.
fn small() -> (Margins, Vec<PublicColumn>) {
    let domains = [
        Domain::Levels { count: 3, ordered: true },
        Domain::Levels { count: 3, ordered: false },
        Domain::Numbers(Grid::new([0.0, 9.0], 3.0, None, &[]).unwrap()),
    ];
    let shares = [vec![0.5, 0.25, 0.25], vec![0.0, 0.25, 0.75], vec![0.25, 0.5, 0.0, 0.25]];
    let margin = |shares: Vec<f64>| Margin { missing: 0.2, shares };
    let margins = Margins {
        patients: 10.0,
        columns: shares.map(margin).into(),
        missing_per_patient: vec![0.25; 4],
    };
    (margins, domains.map(|domain| PublicColumn { name: "x".into(), domain }).into())
}

#[test]
fn a_patient_is_written_as_ranks_levels_and_masks() {
    let (margins, columns) = small();
    let coordinates = Coordinates::of(&margins, &columns, Targets::default());
    let mut to = vec![f64::NAN; coordinates.width()];
    coordinates.write(&[1.0, 2.0, 4.0], &mut to);
    let sd = |k: usize| coordinates.entries()[k].sd;
    // Missing: (0 - .2) / .4. The number 4 lies in the bin from 1.5 to 4.5.
    let rank = 0.25 + 0.5 * (4.0 - 1.5) / 3.0 - 0.5;
    let levels = [0.0, -0.25, 0.25].map(|level| level / sd(2));
    let expected = [0.125 / sd(0), -0.5, levels[0], levels[1], levels[2], -0.5, rank / sd(6), -0.5];
    assert!(to.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{to:?}");
    coordinates.write(&[f64::NAN, 7.0, f64::INFINITY], &mut to);
    assert_eq!(to.iter().map(|x| x.round()).collect::<Vec<_>>(), [0., 2., 0., 0., 0., 2., 0., 2.]);
}

#[test]
fn the_expected_norm_is_the_mean_of_patients_with_these_margins() {
    let (margins, columns) = small();
    let coordinates = Coordinates::of(&margins, &columns, Targets::default());
    // The norm is a sum over columns, so patients may have one cell each.
    let mut to = vec![0.0; coordinates.width()];
    let (mut mean, mut one) = (0.0, 0.0);
    for (column, margin) in margins.columns.iter().enumerate() {
        for place in 0..=margin.shares.len() {
            let mut row = [f64::NAN; 3];
            let there = margin.shares.get(place).map(|share| share * 0.8);
            let value = place as f64 * if column == 2 { 3.0 } else { 1.0 };
            row[column] = if there.is_some() { value } else { f64::NAN };
            coordinates.write(&row, &mut to);
            let own = to.iter().zip(coordinates.entries()).filter(|(_, e)| e.column == column);
            mean += there.unwrap_or(0.2) * own.map(|(x, _)| x * x).sum::<f64>();
            one += there.unwrap_or(0.2);
        }
    }
    assert!((one - 3.0_f64).abs() < 1e-12);
    assert!((mean - coordinates.expected_norm2()).abs() < 1e-12, "{mean}");
}

#[test]
fn targets_get_their_share_of_the_norm_and_never_less_than_they_had() {
    let (margins, columns) = small();
    let plain = Coordinates::of(&margins, &columns, Targets::default());
    let targets = Targets { columns: &[0], share: 0.5 };
    let weighted = Coordinates::of(&margins, &columns, targets);
    let of = |of: &Coordinates, target: bool| -> f64 {
        let entries = of.entries().iter().filter(|entry| (entry.column == 0) == target);
        entries.map(|entry| entry.variance).sum()
    };
    assert!((of(&weighted, true) - of(&weighted, false)).abs() < 1e-9);
    assert_eq!(of(&weighted, false), of(&plain, false));
    let row = [1.0, 2.0, 4.0];
    let written = |of: &Coordinates| {
        let mut to = vec![0.0; of.width()];
        of.write(&row, &mut to);
        to
    };
    let weight = weighted.entries()[0].weight;
    for ((a, b), entry) in written(&plain).iter().zip(written(&weighted)).zip(weighted.entries()) {
        let times = if entry.column == 0 { weight } else { 1.0 };
        assert!((a * times - b).abs() < 1e-12, "{a} {b}");
    }
    // A share that they have anyway changes nothing; nor do all columns, or none.
    for (columns_of, share) in [(&[0][..], 0.01), (&[0, 1, 2], 0.5), (&[], 0.5)] {
        let targets = Targets { columns: columns_of, share };
        assert_eq!(Coordinates::of(&margins, &columns, targets), plain);
    }
}

proptest! {
    #[test]
    fn no_row_makes_a_coordinate_large(
        row in prop::collection::vec(
            prop_oneof![Just(f64::NAN), Just(f64::MAX), Just(f64::NEG_INFINITY), -20.0..20.0],
            0..6,
        ),
    ) {
        let (margins, columns) = small();
        let coordinates = Coordinates::of(&margins, &columns, Targets::default());
        let mut to = vec![f64::NAN; coordinates.width()];
        coordinates.write(&row, &mut to);
        // (1 - 0) / .25 at most.
        prop_assert!(to.iter().all(|x| x.abs() <= 1.0 / LEAST_SD), "{to:?}");
    }
}
