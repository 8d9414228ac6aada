//! What the proof needs: a patient changes the sums by no more than it says, and the noise is as
//! wide as it says.

use super::frozen::Frozen;
use super::histograms::{self, Sums};
use super::moments::Products;
use super::*;
use crate::accountant::Budget;
use crate::coordinates::{Coordinates, Targets};
use crate::margins::{Margin, Margins};
use crate::public::{Domain, Grid};
use proptest::prelude::*;

fn columns() -> Vec<PublicColumn> {
    let numbers = |name: &str, range, step, offset, spikes: &[f64]| PublicColumn {
        name: name.into(),
        domain: Domain::Numbers(Grid::new(range, step, offset, spikes).unwrap()),
    };
    let levels = |name: &str, count, ordered| PublicColumn {
        name: name.into(),
        domain: Domain::Levels { count, ordered },
    };
    vec![
        numbers("age", [18.0, 100.0], 1.0, None, &[]),
        numbers("cost", [0.0, 250_000.0], 0.01, Some(500.0), &[0.0]),
        levels("race", 5, false),
        levels("sex", 2, true),
    ]
}

/// Cells that no table should have, and usual ones.
fn cell() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(f64::MAX),
        Just(-1.0),
        Just(0.0),
        Just(1.0),
        Just(4.0),
        Just(5.0),
        -1e9..1e9,
        0.0..100.0f64,
    ]
}

fn flat(sums: &Sums) -> Vec<i128> {
    sums.columns.iter().flatten().chain(&sums.missing_per_patient).copied().collect()
}

/// The square of what a patient changes, in that of the noise on the diagonal: beside it the
/// variance is half, so a difference counts twice.
fn change(with: &Products, without: &Products) -> i128 {
    let one = |at: usize| {
        let change = with.sums[at] - without.sums[at];
        change * change * if with.is_diagonal(at) { 1 } else { 2 }
    };
    (0..with.sums.len()).map(one).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    /// The sums with a patient and without differ by sqrt(columns + 1) patients at most.
    #[test]
    fn a_patient_changes_histograms_by_no_more_than_is_said(
        rows in prop::collection::vec(prop::collection::vec(cell(), 4), 1..5),
    ) {
        let columns = columns();
        let table = |rows: &[Vec<f64>]| Matrix::from_values(rows.len(), 4, rows.concat());
        let patient = histograms::patient(histograms::sd(4, 0.5));
        let with = flat(&histograms::sums(&table(&rows), &columns, patient));
        let without = flat(&histograms::sums(&table(&rows[1..]), &columns, patient));
        let square: i128 = with.iter().zip(&without).map(|(a, b)| (a - b).pow(2)).sum();
        prop_assert!(square <= 5 * patient * patient, "{square}");
        // Nor is the bound a careless one: three quarters of it are always there.
        prop_assert!(4 * square >= 3 * 5 * patient * patient, "{square}");
    }

    /// The weighted norm of a patient's products is that of the noise, however far out the patient.
    #[test]
    fn a_patient_changes_moments_by_no_more_than_is_said(
        x in prop::collection::vec(cell(), 7),
        others in prop::collection::vec(-3.0..3.0f64, 7),
        norm in 0.5..20.0f64,
    ) {
        let sums = |patients: &[&Vec<f64>]| {
            let mut products = Products::new(7, norm, 0.5);
            patients.iter().for_each(|x| products.add(x));
            products
        };
        let (with, without) = (sums(&[&x, &others]), sums(&[&others]));
        let square = change(&with, &without);
        prop_assert!(square <= with.most * with.most, "{square} above {}", with.most);
    }

    /// The same from the cells on, with targets whose coordinates weigh more.
    #[test]
    fn no_row_and_no_target_makes_a_patient_larger(
        row in prop::collection::vec(cell(), 4),
        other in prop::collection::vec(cell(), 4),
        targets in prop::collection::btree_set(0..4usize, 0..4),
        share in 0.0..0.9f64,
    ) {
        let (columns, targets): (_, Vec<usize>) = (columns(), targets.into_iter().collect());
        let margin = |column: &PublicColumn| {
            let bins = column.domain.bins();
            Margin { missing: 0.1, shares: vec![1.0 / bins as f64; bins] }
        };
        let margins = Margins {
            patients: 100.0,
            columns: columns.iter().map(margin).collect(),
            missing_per_patient: vec![0.2; 5],
        };
        let coordinates =
            Coordinates::of(&margins, &columns, Targets { columns: &targets, share });
        let norm = 0.85 * coordinates.expected_norm2().sqrt();
        let sums = |rows: &[&Vec<f64>]| {
            let mut products = Products::new(coordinates.width(), norm, 0.5);
            let mut x = vec![0.0; coordinates.width()];
            for row in rows {
                coordinates.write(row, &mut x);
                products.add(&x);
            }
            products
        };
        let (with, without) = (sums(&[&row, &other]), sums(&[&other]));
        let square = change(&with, &without);
        prop_assert!(square <= with.most * with.most, "{square} above {}", with.most);
    }
}

#[test]
fn diagonals_are_where_they_are() {
    let products = Products::new(4, 1.0, 1.0);
    let diagonal: Vec<usize> = (0..10).filter(|&at| products.is_diagonal(at)).collect();
    assert_eq!(diagonal, [0, 4, 7, 9]);
}

/// How many standard deviations apart a release with a canary and one without it are, along the
/// direction that tells them apart best; over many draws of the real code.
fn distance(release: impl Fn(bool) -> Vec<f64>, weights: &[f64], draws: usize) -> f64 {
    let direction: Vec<f64> = {
        // The difference of means, estimated by draws of their own.
        let mean = |canary: bool| {
            let mut sum = vec![0.0; weights.len()];
            for _ in 0..draws {
                sum.iter_mut().zip(release(canary)).for_each(|(sum, x)| *sum += x);
            }
            sum
        };
        let (with, without) = (mean(true), mean(false));
        with.iter().zip(without).map(|(a, b)| (a - b) / draws as f64).collect()
    };
    let score = |x: Vec<f64>| -> f64 {
        x.iter().zip(&direction).zip(weights).map(|((x, d), w)| x * d * w).sum()
    };
    let scores = |canary: bool| -> (f64, f64) {
        let each: Vec<f64> = (0..draws).map(|_| score(release(canary))).collect();
        let mean = each.iter().sum::<f64>() / draws as f64;
        (mean, each.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (draws - 1) as f64)
    };
    let ((with, a), (without, b)) = (scores(true), scores(false));
    (with - without) / ((a + b) / 2.0).sqrt()
}

const DRAWS: usize = 2000;

/// The canary's bins are the first ones, where the sums of its prefix are longest.
#[test]
fn a_canary_in_the_histograms_shows_as_much_as_is_said() {
    let columns = columns();
    let mu = 3.0;
    let release = |canary: bool| {
        let mut cells = vec![60.0, 100.0, 2.0, 1.0];
        if canary {
            cells.extend([18.0, 0.0, 0.0, 0.0]);
        }
        let cells = Matrix::from_values(cells.len() / 4, 4, cells);
        let patients = Patients::new(&cells, &columns);
        let released = patients.histograms(mu, &mut OperatingSystem::new());
        let columns = released.columns.into_iter();
        columns
            .flat_map(|column| column.sums.into_iter().chain([column.missing]))
            .chain(released.missing_per_patient)
            .collect::<Vec<f64>>()
    };
    let weights = vec![1.0; 83 + 1 + 49 + 1 + 5 + 1 + 2 + 1 + 5];
    assert_eq!(release(true).len(), weights.len());
    let found = distance(release, &weights, DRAWS);
    // The estimated direction loses a little; the error of a mean of DRAWS scores is 0.032.
    assert!(found < mu + 0.12, "{found} for {mu}");
    assert!(found > 0.9 * mu, "{found} for {mu}");
}

#[test]
fn a_canary_in_the_moments_shows_as_much_as_is_said() {
    let columns = columns();
    let mu = 3.0;
    let release = |canary: bool| {
        let mut cells = vec![1.0, -1.0, 1.0, 0.0];
        if canary {
            // Far beyond the norm of 2.
            cells.extend([30.0, 30.0, -30.0, 30.0]);
        }
        let cells = Matrix::from_values(cells.len() / 4, 4, cells);
        let patients = Patients::new(&cells, &columns);
        let copy = |cells: &[f64], to: &mut [f64]| to.copy_from_slice(cells);
        let mut entropy = OperatingSystem::new();
        patients.moments((4, 2.0), copy, mu, &mut entropy).sums
    };
    let weights: Vec<f64> = [0, 1, 1, 1, 0, 1, 1, 0, 1, 0].map(|off| 1.0 + f64::from(off)).into();
    let found = distance(release, &weights, DRAWS);
    assert!(found < mu + 0.12, "{found} for {mu}");
    assert!(found > 0.9 * mu, "{found} for {mu}");
}

/// With the noise frozen, releases of neighbours differ by the patient's own contribution and in
/// nothing else; with the system's entropy no number comes back.
#[test]
fn neighbours_differ_in_the_sums_alone() {
    let columns = columns();
    let budget = Budget::new(1.0, 1e-5).unwrap();
    let release = |rows: usize, entropy: &mut dyn Entropy| {
        let cells = [[60.0, 100.0, 2.0, 1.0], [f64::NAN, 0.0, 9.0, 0.0]].concat();
        let cells = Matrix::from_values(rows, 4, cells[..4 * rows].to_vec());
        Patients::new(&cells, &columns).histograms(budget.mu, entropy)
    };
    let [one, two] = [1, 2].map(|rows| release(rows, &mut Frozen(7)));
    assert_eq!(one.sd, two.sd);
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    assert!(near(two.columns[0].missing - one.columns[0].missing, 1.0));
    assert_eq!(one.columns[0].sums, two.columns[0].sums);
    assert!(near(two.columns[2].missing - one.columns[2].missing, 1.0));
    assert!(near(two.columns[3].sums[0] - one.columns[3].sums[0], 1.0));
    assert!(near(two.missing_per_patient[2] - one.missing_per_patient[2], 1.0));
    let [first, second] = [(); 2].map(|()| release(2, &mut OperatingSystem::new()));
    let pairs = first.columns.iter().zip(&second.columns);
    assert!(pairs.flat_map(|(a, b)| a.sums.iter().zip(&b.sums)).all(|(a, b)| a != b));
}

/// Release 2 of neighbours, too: the patient's own products alone.
#[test]
fn neighbours_differ_in_the_products_alone() {
    let columns = columns();
    let release = |rows: usize| {
        let cells = [[1.0, -1.0, 0.5, 0.0], [0.25, 0.5, 0.0, -1.0]].concat();
        let cells = Matrix::from_values(rows, 4, cells[..4 * rows].to_vec());
        let copy = |cells: &[f64], to: &mut [f64]| to.copy_from_slice(cells);
        Patients::new(&cells, &columns).moments((4, 3.0), copy, 0.3, &mut Frozen(9))
    };
    let [one, two] = [1, 2].map(release);
    assert_eq!((one.sd, one.norm), (two.sd, two.norm));
    let x = [0.25, 0.5, 0.0, -1.0];
    let products = (0..4).flat_map(|i| x[i..].iter().map(move |other| x[i] * other));
    for (product, (a, b)) in products.zip(one.sums.iter().zip(&two.sums)) {
        assert!((b - a - product).abs() < 1e-6, "{product}: {a} and {b}");
    }
}

/// Where margins leave nothing open, noise is as wide as for the least norm.
#[test]
fn coordinates_of_no_norm_get_noise_all_the_same() {
    let columns = columns();
    let cells = Matrix::from_values(1, 4, vec![60.0, 100.0, 2.0, 1.0]);
    let patients = Patients::new(&cells, &columns);
    for (width, norm) in [(0, 0.0), (1, 0.0), (3, 1e-12)] {
        let nothing = |_: &[f64], _: &mut [f64]| ();
        let moments = patients.moments((width, norm), nothing, 0.5, &mut OperatingSystem::new());
        assert_eq!(moments.norm, LEAST_NORM);
        assert!((moments.sd - 0.5).abs() < 1e-3, "{}", moments.sd);
        assert!(moments.sums.iter().all(|sum| *sum != 0.0));
    }
}

/// The variances that are promised before any patient is looked at are those of the releases.
#[test]
fn noise_is_as_wide_as_it_was_foreseen() {
    for (mu, norm) in [(0.01, 0.5), (0.3, 0.5), (1.5, 0.5), (1.5, 6.0), (0.3, 40.0), (3.0, 300.0)] {
        let (_, least) = Products::noise(3, LEAST_NORM, mu);
        let products = Products::new(3, norm, mu);
        let variance = (products.most as f64 / mu).powi(2) / 2.0;
        assert!(least <= 1.01 * variance, "mu {mu}, norm {norm}: {least} above {variance}");
    }
    let columns = columns();
    // Every number that gets noise is counted.
    let nobody = histograms::sums(&Matrix::zeros(0, columns.len()), &columns, 1);
    assert_eq!(histograms::noise(&columns, 1.0).0, flat(&nobody).len());
    let proved = |epsilon: f64, delta: f64| {
        let budget = Budget::new(epsilon, delta).unwrap();
        let shares = [0.4, 0.6].map(|share| budget.share(share));
        budget.covers(apart(&columns, shares))
    };
    assert!(proved(1.0, 1e-5) && proved(10.0, 1e-5) && proved(30.0, 1e-9));
    assert!(!proved(10.0, 1e-12));
}
