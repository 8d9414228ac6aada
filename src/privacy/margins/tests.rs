use super::*;
use proptest::prelude::*;

fn columns() -> Vec<PublicColumn> {
    let numbers = |range, step, offset, spikes: &[f64]| {
        Domain::Numbers(Grid::new(range, step, offset, spikes).unwrap())
    };
    let domains = [
        Domain::Levels { count: 2, ordered: true },
        Domain::Levels { count: 5, ordered: false },
        numbers([0.0, 1.0], 1.0, None, &[]),
        numbers([0.0, 30.0], 1.0, None, &[]),
        numbers([0.0, 250_000.0], 0.01, Some(500.0), &[0.0]),
        Domain::Numbers(Grid::new([0.0, 250.0], 1.0, None, &[]).unwrap().with_heaps(10.0).unwrap()),
    ];
    domains.map(|domain| PublicColumn { name: "x".into(), domain }).into()
}

/// The histograms of the columns with these numbers in turn.
fn histograms(numbers: &[f64], sd: f64) -> Histograms {
    let mut numbers = numbers.iter().copied().cycle();
    let mut take = |count: usize| numbers.by_ref().take(count).collect::<Vec<f64>>();
    let one = |column: &PublicColumn| {
        let missing = take(1)[0];
        Histogram { sums: take(column.domain.bins()), missing }
    };
    let columns: Vec<Histogram> = columns().iter().map(one).collect();
    Histograms { missing_per_patient: take(columns.len() + 1), columns, sd }
}

fn noise() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -100.0..300.0,
        2 => Just(0.0),
        1 => -1e15..1e15,
        1 => Just(f64::NAN),
        1 => Just(f64::NEG_INFINITY),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_the_noise_made_of_them_margins_are_distributions(
        numbers in prop::collection::vec(noise(), 1..80),
        sd in prop_oneof![Just(0.0), Just(15.0), Just(f64::NAN), 0.0..1e6],
    ) {
        let margins = Margins::of(&histograms(&numbers, sd), &columns());
        prop_assert!(margins.patients >= 1.0 && margins.patients.is_finite());
        let per_patient = &margins.missing_per_patient;
        for shares in margins.columns.iter().map(|margin| &margin.shares).chain([per_patient]) {
            prop_assert!(shares.iter().all(|share| *share >= 0.0), "{shares:?}");
            prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{shares:?}");
        }
        prop_assert!(margins.columns.iter().all(|m| (0.0..=MOST_MISSING).contains(&m.missing)));
    }
}

#[test]
fn exact_histograms_come_back_exactly() {
    let numbers = Domain::Numbers(Grid::new([0.0, 3.0], 1.0, None, &[]).unwrap());
    let (root, norm) = toeplitz(4);
    let counts = [10.0, 0.0, 60.0, 20.0];
    let sum = |k: usize| (0..=k).map(|j| root[k - j] * counts[j]).sum::<f64>() / norm;
    let histogram = Histogram { sums: (0..4).map(sum).collect(), missing: 10.0 };
    let missing_per_patient = vec![90.0, 10.0];
    let histograms = Histograms { columns: vec![histogram], missing_per_patient, sd: 0.0 };
    let column = PublicColumn { name: "x".into(), domain: numbers };
    let margins = Margins::of(&histograms, &[column]);
    assert!((margins.patients - 100.0).abs() < 1e-9);
    assert!((margins.columns[0].missing - 0.1).abs() < 1e-9);
    let shares = counts.map(|count| count / 90.0);
    let pairs = margins.columns[0].shares.iter().zip(shares);
    assert!(pairs.into_iter().all(|(found, share)| (found - share).abs() < 1e-9));
    assert_eq!(margins.missing_per_patient, [0.9, 0.1]);
}

/// Every value has a bin, and a third of the patients have the same one.
#[test]
fn a_declared_value_stands_out_among_bins_of_one_value() {
    let grid = |spikes: &[f64]| Grid::new([0.0, 30.0], 1.0, None, spikes).unwrap();
    let (root, norm) = toeplitz(31);
    let mut counts: Vec<f64> =
        (0..31).map(|k| 50.0 * (-0.5 * ((f64::from(k) - 13.0) / 4.0).powi(2)).exp()).collect();
    counts[12] = 220.0;
    let noise = |k: usize| 15.0 * ((7 * k + 3 * k * k) as f64).sin();
    let sum = |k: usize| (0..=k).map(|j| root[k - j] * counts[j]).sum::<f64>() / norm + noise(k);
    let sums: Vec<f64> = (0..31).map(sum).collect();
    let total: f64 = counts.iter().sum();
    let off = |grid: &Grid| {
        let found = density(&sums, grid, total, 15.0);
        let off = |k: usize| (found[k] * total - counts[k]).abs();
        [off(12), (0..31).map(off).sum()]
    };
    let (plain, declared) = (off(&grid(&[])), off(&grid(&[12.0])));
    let smaller = declared.iter().zip(plain).all(|(declared, plain)| *declared < 0.6 * plain);
    assert!(smaller, "{declared:?} {plain:?}");
}

#[test]
fn the_nearest_shares_are_those_of_the_prototype() {
    let found = simplex(&[50.0, -12.0, 31.0, 7.0, -3.0], 70.0);
    let expected = [44.0 / 70.0, 0.0, 25.0 / 70.0, 1.0 / 70.0, 0.0];
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
}

#[test]
fn tails_are_cut_and_the_median_stays() {
    assert_eq!(without_tails(vec![0.01, 0.02, 0.9, 0.07], 0.05), to_one(vec![0., 0., 0.9, 0.07]));
    assert_eq!(without_tails(vec![0.3, 0.3, 0.4], 7.0), [0.0, 1.0, 0.0]);
}

#[test]
fn a_value_of_its_own_among_wide_bins_is_a_spike() {
    let spikes_of = |column: &PublicColumn| match &column.domain {
        Domain::Numbers(grid) => spikes(grid).iter().filter(|spike| **spike).count(),
        Domain::Levels { .. } => 0,
    };
    assert_eq!(columns().iter().map(spikes_of).collect::<Vec<_>>(), [0, 0, 0, 0, 1, 26]);
}
