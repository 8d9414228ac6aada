use super::*;
use crate::coordinates::{Aspect, Targets};
use crate::margins::Margin;
use crate::public::{Domain, Grid};
use proptest::prelude::*;
use std::sync::LazyLock;

/// A table of two numbers of correlation about .8, of which the second is missing in 30 % of the
/// patients, those with a large first one; a level that follows the first; one that is rare.
struct Case {
    columns: Vec<PublicColumn>,
    margins: Margins,
    coordinates: Coordinates,
    moments: Moments,
    table: Vec<Vec<f64>>,
    copula: Copula,
}

static CASE: LazyLock<Case> = LazyLock::new(case);

fn case() -> Case {
    let numbers = || Domain::Numbers(Grid::new([0.0, 20.0], 0.1, None, &[]).unwrap());
    let levels = |ordered, count| Domain::Levels { count, ordered };
    let columns: Vec<PublicColumn> = [numbers(), numbers(), levels(false, 3), levels(true, 2)]
        .map(|domain| PublicColumn { name: "x".into(), domain })
        .into();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let table: Vec<Vec<f64>> = (0..4000)
        .map(|_| {
            let mut normal = || rng.sample::<f64, _>(StandardNormal);
            let (a, b, c, d) = (normal(), normal(), normal(), normal());
            let second = 10.0 + 2.0 * (0.8 * a + 0.6 * b);
            let level = if a + c > 1.0 { 2.0 } else { f64::from(a + c > 0.0) };
            let missing = a + 0.5 * d > 0.6;
            let second = if missing { f64::NAN } else { (second * 10.0).round() / 10.0 };
            vec![((10.0 + 2.0 * a) * 10.0).round() / 10.0, second, level, f64::from(c + d > 2.0)]
        })
        .collect();
    let margins = margins(&table, &columns);
    let coordinates = Coordinates::of(&margins, &columns, Targets::default());
    let moments = moments(&table, &coordinates);
    let copula = Copula::fit(&moments, &margins, &coordinates, &columns, 1);
    Case { columns, margins, coordinates, moments, table, copula }
}

/// Without noise.
fn margins(table: &[Vec<f64>], columns: &[PublicColumn]) -> Margins {
    let patients = table.len() as f64;
    let shares = |counts: Vec<f64>, of: f64| counts.into_iter().map(|count| count / of).collect();
    let margin = |(j, column): (usize, &PublicColumn)| {
        let mut counts = vec![0.0; column.domain.bins() + 1];
        table.iter().for_each(|row| counts[column.domain.place(row[j])] += 1.0);
        let missing = counts.pop().unwrap();
        Margin { missing: missing / patients, shares: shares(counts, patients - missing) }
    };
    let mut numbers = vec![0.0; columns.len() + 1];
    let missing = |row: &[f64]| row.iter().filter(|cell| cell.is_nan()).count();
    table.iter().for_each(|row| numbers[missing(row)] += 1.0);
    let columns = columns.iter().enumerate().map(margin).collect();
    Margins { patients, columns, missing_per_patient: shares(numbers, patients) }
}

/// Clipped, without noise.
fn moments(table: &[Vec<f64>], coordinates: &Coordinates) -> Moments {
    let (width, norm) = (coordinates.width(), 0.85 * coordinates.expected_norm2().sqrt());
    let mut sums = vec![0.0; width * (width + 1) / 2];
    let mut x = vec![0.0; width];
    for row in table {
        coordinates.write(row, &mut x);
        let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let scale = (norm / length).min(1.0).powi(2);
        let pairs = (0..width).flat_map(|i| (i..width).map(move |j| (i, j)));
        sums.iter_mut().zip(pairs).for_each(|(sum, (i, j))| *sum += scale * x[i] * x[j]);
    }
    Moments { width, sums, sd: 0.0, norm }
}

/// The correlation of two functions of a row, over the rows that have both.
fn correlation<'a>(
    rows: impl Iterator<Item = &'a [f64]>,
    of: impl Fn(&[f64]) -> (f64, f64),
) -> f64 {
    let pairs: Vec<(f64, f64)> =
        rows.map(of).filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
    let n = pairs.len() as f64;
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(f).sum::<f64>() / n;
    let (a, b) = (mean(&|p| p.0), mean(&|p| p.1));
    let covariance = mean(&|p| (p.0 - a) * (p.1 - b));
    covariance / (mean(&|p| (p.0 - a).powi(2)) * mean(&|p| (p.1 - b).powi(2))).sqrt()
}

/// 20,000 sampled patients.
fn sampled() -> Matrix {
    CASE.copula.sample(20_000, 2)
}

/// What must be alike in two tables: five correlations.
fn relations<'a>(rows: impl Iterator<Item = &'a [f64]> + Clone) -> [f64; 5] {
    let flag = |yes: bool| f64::from(u8::from(yes));
    [
        correlation(rows.clone(), |row| (row[0], row[1])),
        correlation(rows.clone(), |row| (row[0], flag(row[1].is_nan()))),
        correlation(rows.clone(), |row| (row[0], flag(row[2] == 0.0))),
        correlation(rows.clone(), |row| (row[0], flag(row[2] == 2.0))),
        correlation(rows, |row| (flag(row[2] == 2.0), row[3])),
    ]
}

#[test]
fn sampled_patients_have_the_relations_of_the_real_ones() {
    let sample = sampled();
    let real = relations(CASE.table.iter().map(Vec::as_slice));
    let found = relations((0..sample.rows()).map(|row| sample.row(row)));
    // Four standard errors of a correlation of 3,000 latent patients are .07.
    for (real, found) in real.into_iter().zip(found) {
        assert!(real.abs() > 0.1 && (real - found).abs() < 0.07, "{found} is not {real}");
    }
}

#[test]
fn sampled_patients_have_the_margins() {
    let sample = sampled();
    let rows: Vec<Vec<f64>> = (0..sample.rows()).map(|row| sample.row(row).to_vec()).collect();
    let found = margins(&rows, &CASE.columns);
    // Four standard errors of a share among 12,000 latent patients are .018.
    let near = |a: f64, b: f64| (a - b).abs() < 0.02;
    for (wanted, found) in CASE.margins.columns.iter().zip(&found.columns) {
        assert!(near(wanted.missing, found.missing), "{} {}", wanted.missing, found.missing);
        let (mut a, mut b) = (0.0, 0.0);
        for (wanted, found) in wanted.shares.iter().zip(&found.shares) {
            (a, b) = (a + wanted, b + found);
            assert!(near(a, b), "{b} of the patients are not {a}");
        }
    }
    let numbers = CASE.margins.missing_per_patient.iter().zip(&found.missing_per_patient);
    assert!(numbers.into_iter().all(|(wanted, found)| near(*wanted, *found)));
}

#[test]
fn every_cell_is_one_of_its_column() {
    let sample = sampled();
    for row in 0..sample.rows() {
        for (cell, column) in sample.row(row).iter().zip(&CASE.columns) {
            match &column.domain {
                _ if cell.is_nan() => {}
                Domain::Levels { count, .. } => {
                    assert!(cell.fract() == 0.0 && *cell < *count as f64)
                }
                Domain::Numbers(_) => {
                    assert!((0.0..=20.0).contains(cell));
                    // The very number that "12.3" is read as.
                    assert_eq!(format!("{cell:.1}").parse::<f64>().unwrap(), *cell);
                }
            }
        }
    }
}

#[test]
fn a_seed_decides_and_a_saved_copula_is_the_same() {
    let bits = |matrix: Matrix| matrix.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    let case = &*CASE;
    let again = Copula::fit(&case.moments, &case.margins, &case.coordinates, &case.columns, 1);
    assert_eq!(again, case.copula);
    let text = serde_json::to_string(&again).unwrap();
    let read: Copula = serde_json::from_str(&text).unwrap();
    assert_eq!(bits(read.sample(50, 7)), bits(case.copula.sample(50, 7)));
    assert_ne!(bits(read.sample(50, 8)), bits(case.copula.sample(50, 7)));
    assert_eq!(read.sample(0, 1).rows(), 0);
}

#[test]
fn a_patient_depends_on_its_number_alone() {
    let bits = |matrix: Matrix| matrix.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    let (all, columns) = (bits(CASE.copula.rows(0..3000, 3)), CASE.columns.len());
    for rows in [0..0, 5..9, 1000..1100, 1023..1025, 1024..2048, 2047..3000] {
        let wanted = &all[rows.start as usize * columns..rows.end as usize * columns];
        assert_eq!(bits(CASE.copula.rows(rows.clone(), 3)), wanted, "{rows:?}");
    }
    // No block is another one.
    assert_ne!(all[..columns * 100], all[columns * 1024..columns * 1124]);
}

#[test]
fn a_copula_of_other_columns_is_known_as_such() {
    let (copula, columns) = (&CASE.copula, &CASE.columns);
    assert!(copula.fits(columns));
    assert!(!copula.fits(&columns[..3]));
    let mut other = columns.clone();
    other.swap(0, 2);
    assert!(!copula.fits(&other));
    let text = serde_json::to_value(copula).unwrap();
    let lists = ["/factor", "/keep", "/latent/shifts", "/latent/ranks", "/latent/chances"];
    let deep = ["/latent/coordinates/entries", "/latent/coordinates/columns/1/below"];
    for list in lists.into_iter().chain(deep) {
        let mut damaged = text.clone();
        damaged.pointer_mut(list).unwrap().as_array_mut().unwrap().pop();
        let read: Copula = serde_json::from_value(damaged).unwrap();
        assert!(!read.fits(columns), "{list}");
    }
}

#[test]
fn a_patient_of_missing_cells_has_no_other_coordinates() {
    let (case, mut to) = (&*CASE, vec![f64::NAN; CASE.coordinates.width()]);
    let latent = &case.copula.latent;
    latent.write(&vec![9.0; to.len()], &mut to);
    for (x, entry) in to.iter().zip(case.coordinates.entries()) {
        let masked = entry.column == 1 && entry.aspect == Aspect::Rank;
        assert_eq!(*x == 0.0, masked, "{entry:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn whatever_the_noise_made_of_the_moments_patients_come_out(
        numbers in prop::collection::vec(
            prop_oneof![-4000.0..4000.0, -1e300..1e300, Just(f64::NAN), Just(0.0)], 1..30),
        sd in prop_oneof![Just(400.0), Just(f64::INFINITY), Just(f64::NAN), Just(0.0)],
    ) {
        let mut moments = CASE.moments.clone();
        moments.sums.iter_mut().zip(numbers.iter().cycle()).for_each(|(sum, x)| *sum = *x);
        moments.sd = sd;
        let copula =
            Copula::fit(&moments, &CASE.margins, &CASE.coordinates, &CASE.columns, 1);
        prop_assert_eq!(copula.sample(20, 1).rows(), 20);
    }
}

/// How many cells a patient misses is released by itself: the relations need not agree with it.
#[test]
fn sampled_patients_miss_as_many_cells_as_the_real_ones() {
    let domain = Domain::Levels { ordered: true, count: 2 };
    let column = PublicColumn { name: "x".into(), domain };
    let columns = vec![column; 3];
    // Nothing or everything, and relations that are all noise.
    let cell = |row: usize, at: usize| match row % 10 {
        0..3 => f64::NAN,
        _ => ((row >> at) % 2) as f64,
    };
    let table: Vec<Vec<f64>> =
        (0..4000).map(|row| (0..3).map(|at| cell(row, at)).collect()).collect();
    let margins = margins(&table, &columns);
    let coordinates = Coordinates::of(&margins, &columns, Targets::default());
    let mut moments = moments(&table, &coordinates);
    moments.sums.fill(0.0);
    let copula = Copula::fit(&moments, &margins, &coordinates, &columns, 1);
    let sample = copula.sample(4000, 2);
    let rows: Vec<Vec<f64>> = (0..4000).map(|row| sample.row(row).to_vec()).collect();
    let found = self::margins(&rows, &columns).missing_per_patient;
    // Without a look at the numbers .63 of the patients would miss one or two.
    assert!(found[1] + found[2] < 0.2, "{found:?}");
}
