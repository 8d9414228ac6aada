//! Random kernels: what must hold for any seed, with bounds derived for the numbers drawn.

use super::Desk;
use super::cases::random::SEED;
use engine::op::{Op, Random};

const RANDOM: Random = Random { seed: SEED, stream: 11 };

/// Rows of a table of `n` rows that the batches of `steps` pick, in order.
fn picks(
    n: usize,
    batch: usize,
    models: usize,
    random: Random,
    steps: std::ops::Range<u32>,
) -> Vec<Vec<usize>> {
    let mut desk = Desk::new();
    let table: Vec<f64> = (0..n).flat_map(|row| [row as f64, -(row as f64)]).collect();
    let data = desk.given([1, n, 2], &table).broadcast(models);
    let out = desk.blank([models, batch, 2]);
    let mut picked = vec![Vec::new(); models];
    for step in steps {
        desk.run(Op::Gather { data, batch: out, random }, step);
        for (picked, rows) in picked.iter_mut().zip(desk.read(out).chunks_exact(2 * batch)) {
            for row in rows.chunks_exact(2) {
                assert_eq!(row[1], -row[0], "a row of the batch is a row of the table");
                picked.push(row[0] as usize);
            }
        }
    }
    picked
}

#[test]
fn an_epoch_shows_every_row_once() {
    for (n, batch) in [(804, 268), (64, 64), (7, 1), (1, 1), (1000, 100)] {
        for epoch in [0, 1, 77] {
            let steps = (n / batch) as u32;
            for mut rows in picks(n, batch, 2, RANDOM, epoch * steps..(epoch + 1) * steps) {
                rows.sort_unstable();
                assert_eq!(
                    rows,
                    (0..n).collect::<Vec<_>>(),
                    "{n} rows in batches of {batch}, epoch {epoch}"
                );
            }
        }
    }
}

#[test]
fn an_epoch_that_does_not_divide_the_table_shows_no_row_twice() {
    for (n, batch) in [(803, 268), (10, 7), (257, 64)] {
        let mut rows = picks(n, batch, 1, RANDOM, 0..(n / batch) as u32).remove(0);
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), n / batch * batch, "{n} rows in batches of {batch}");
    }
}

#[test]
fn shuffles_differ_between_epochs_models_seeds_and_streams() {
    let two = picks(804, 804, 2, RANDOM, 0..2);
    let seed = picks(804, 804, 1, Random { seed: SEED ^ (1 << 40), ..RANDOM }, 0..1);
    let stream = picks(804, 804, 1, Random { stream: 12, ..RANDOM }, 0..1);
    let shuffles =
        [&two[0][..804], &two[0][804..], &two[1][..804], &two[1][804..], &seed[0], &stream[0]];
    for (i, a) in shuffles.iter().enumerate() {
        assert_eq!(a, &shuffles[i]);
        for b in &shuffles[i + 1..] {
            // Two independent permutations agree in Poisson(1) places: 12 or more has a probability
            // below 1e-9.
            assert!(a.iter().zip(b.iter()).filter(|(a, b)| a == b).count() < 12);
        }
    }
    assert_eq!(picks(804, 804, 2, RANDOM, 0..2), two, "the same key gives the same shuffle");
}

/// Row i is at place j in 1 of n epochs.
/// The counts of the n^2 cells have (n - 1)^2 degrees of freedom, because rows and columns of the
/// counts are fixed, and their chi-square is n / (n - 1) times as large: for n = 12 of mean 132 and
/// standard deviation 17.
/// Six deviations below and eight above bound it.
#[test]
fn every_row_is_equally_often_at_every_place() {
    let (n, epochs) = (12, 4800);
    let rows = picks(n, n, 1, RANDOM, 0..epochs).remove(0);
    let mut counts = vec![0.0; n * n];
    rows.iter().enumerate().for_each(|(i, row)| counts[i % n * n + row] += 1.0);
    let expected = f64::from(epochs) / n as f64;
    let chi_square: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
    println!("shuffle: chi-square {chi_square:.1}, expected 132");
    assert!((30.0..268.0).contains(&chi_square), "{chi_square}");
}

/// Neighbours of the table must not stay neighbours: an ordered pair follows another in a share 1 /
/// n of the places.
#[test]
fn neighbours_are_torn_apart() {
    let n = 804;
    let rows = picks(n, n, 1, RANDOM, 0..50).remove(0);
    let followers = rows.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
    // Poisson of mean 50: above 100 or below 15 has a probability below 1e-8.
    assert!((15..100).contains(&followers), "{followers}");
}

fn draw(op: impl Fn(engine::op::Tensor) -> Op, shape: [usize; 3], step: u32) -> Vec<f64> {
    let mut desk = Desk::new();
    let out = desk.blank(shape);
    desk.run(op(out), step);
    desk.read(out)
}

#[test]
fn noise_is_uniform_and_never_repeats() {
    let n = 100_000;
    let noise = |random: Random, step: u32| draw(|out| Op::Noise { out, random }, [1, 1, n], step);
    let first = noise(RANDOM, 0);
    assert!(first.iter().all(|x| (-1.0..1.0).contains(x) && f64::from(*x as f32) == *x));
    // Variance 1/3: the mean of n has the standard deviation sqrt(1 / 3n), the mean square
    // (variance 4/45) sqrt(4 / 45n).
    // Six of them.
    let (mean, square) =
        (first.iter().sum::<f64>() / n as f64, first.iter().map(|x| x * x).sum::<f64>() / n as f64);
    assert!(mean.abs() < 6.0 * (1.0 / (3.0 * n as f64)).sqrt(), "mean {mean}");
    assert!(
        (square - 1.0 / 3.0).abs() < 6.0 * (4.0 / (45.0 * n as f64)).sqrt(),
        "mean square {square}"
    );
    let others = [
        noise(RANDOM, 1),
        noise(Random { stream: 12, ..RANDOM }, 0),
        noise(Random { seed: SEED ^ 1, ..RANDOM }, 0),
        noise(Random { seed: SEED ^ (1 << 63), ..RANDOM }, 0),
        draw(|out| Op::Noise { out, random: RANDOM }, [2, 1, n], 0).split_off(n),
    ];
    for other in others {
        // Correlation of independent draws: sqrt(1 / n).
        let correlation =
            first.iter().zip(&other).map(|(a, b)| 3.0 * a * b).sum::<f64>() / n as f64;
        assert!(correlation.abs() < 6.0 / (n as f64).sqrt(), "correlation {correlation}");
    }
}

/// For a unit vector u in F dimensions that is spread evenly, E u_i = 0 and E u_i u_j = 1/F if i =
/// j, else 0, with variances 1/F, 2 (F - 1) / (F^2 (F + 2)) and 1 / (F (F + 2)).
/// Over K columns the means deviate by 1 / sqrt(K) of the roots of these; six of them.
/// (Entries are not quite normal: sixteen uniform numbers have a kurtosis of 3 - 1.2/16, which
/// changes these by less than the bounds.)
#[test]
fn directions_are_unit_columns_that_favour_no_axis() {
    let (f, k) = (8, 20_000);
    let u = draw(|out| Op::Directions { out, random: RANDOM }, [1, f, k], 3);
    for column in 0..k {
        let length: f64 = (0..f).map(|i| u[i * k + column].powi(2)).sum();
        assert!((length - 1.0).abs() < 1e-14, "column {column} has the squared length {length}");
    }
    let (dimensions, columns) = (f as f64, k as f64);
    let product =
        |i: usize, j: usize| (0..k).map(|c| u[i * k + c] * u[j * k + c]).sum::<f64>() / columns;
    for i in 0..f {
        let mean = u[i * k..(i + 1) * k].iter().sum::<f64>() / columns;
        assert!(mean.abs() < 6.0 * (1.0 / dimensions / columns).sqrt(), "axis {i}: mean {mean}");
        let spread = 2.0 * (dimensions - 1.0) / (dimensions * dimensions * (dimensions + 2.0));
        assert!(
            (product(i, i) - 1.0 / dimensions).abs() < 6.0 * (spread / columns).sqrt(),
            "axis {i}: {}",
            product(i, i)
        );
        for j in 0..i {
            let spread = 1.0 / (dimensions * (dimensions + 2.0));
            assert!(
                product(i, j).abs() < 6.0 * (spread / columns).sqrt(),
                "axes {i} and {j}: {}",
                product(i, j)
            );
        }
    }
}
