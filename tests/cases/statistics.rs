//! Moments, covariance, and the search for numbers that are not finite.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run};
use super::numbers::{Numbers, exact};
use engine::op::Op;

/// Columns of different mean and spread; the first is constant, the last lies a hundred standard
/// deviations from 0.
fn columns(models: usize, rows: usize, features: usize, numbers: &mut Numbers) -> Vec<f64> {
    let places: Vec<(f64, f64)> = (0..features)
        .map(|f| match f {
            0 if features > 2 => (-0.375, 0.0),
            _ if features > 2 && f + 1 == features => (30.0, 0.3),
            _ => (numbers.one(-1.0, 1.0), numbers.one(0.1, 1.0)),
        })
        .collect();
    let normal = numbers.normal(models * rows * features);
    normal
        .iter()
        .zip(places.iter().cycle())
        .map(|(n, (mean, spread))| exact(mean + spread * n))
        .collect()
}

/// Mean and variance of every column.
pub fn moments([models, rows, features]: [usize; 3]) -> Case {
    let label = format!("{models} x {rows} x {features}");
    let x = columns(models, rows, features, &mut Numbers::of(&label));
    let vector = [models, 1, features];
    let slots = vec![
        Slot::given("x", [models, rows, features], x),
        Slot::blank("mean", vector),
        Slot::blank("variance", vector),
    ];
    Case::new(label, models, slots, |t| Op::Moments { x: t[0], mean: t[1], variance: t[2] })
}

/// Covariance about a given mean (that of the columns, rounded to f32).
pub fn covariance([models, rows, features]: [usize; 3]) -> Case {
    let label = format!("{models} x {rows} x {features}");
    let x = columns(models, rows, features, &mut Numbers::of(&label));
    let mut mean = Vec::new();
    for model in x.chunks_exact(rows * features) {
        let of = |f: usize| model.iter().skip(f).step_by(features).sum::<f64>() / rows as f64;
        mean.extend((0..features).map(|f| exact(of(f))));
    }
    let slots = vec![
        Slot::given("x", [models, rows, features], x),
        Slot::given("mean", [models, 1, features], mean),
        Slot::blank("covariance", [models, features, features]),
    ];
    Case::new(label, models, slots, |t| Op::Covariance { x: t[0], mean: t[1], covariance: t[2] })
}

/// The same by slices, in tiles of so many rows and columns.
pub fn sliced_covariance(shape: [usize; 3], tile: usize) -> Case {
    let Case { label, models, slots, .. } = covariance(shape);
    let label = format!("{label}, tiles of {tile}");
    Case::new(label, models, slots, move |t| Op::SlicedCovariance {
        x: t[0],
        mean: t[1],
        covariance: t[2],
        tile,
    })
}

/// Numbers among which some are NaN, infinite, subnormal, huge or zero, counted in `parts`.
pub fn finite_check(models: usize, numbers: usize, parts: usize) -> Case {
    let label = format!("{models} x {numbers} in {parts} parts");
    let mut source = Numbers::of(&label);
    let mut x = source.normal(models * numbers);
    let odd =
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e-40, -1e-45, f64::from(f32::MAX), -0.0];
    for kind in odd.into_iter().cycle().take(1 + models * numbers / 9) {
        x[source.below(models * numbers)] = exact(kind);
    }
    *x.last_mut().expect("a number") = f64::NAN;
    let slots =
        vec![Slot::given("x", [models, 1, numbers], x), Slot::blank("count", [models, 1, parts])];
    Case::new(label, models, slots, |t| Op::FiniteCheck { x: t[0], count: t[1] })
}

/// Every case of the statistics.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    let sizes = [
        [1, 2, 1],
        [3, 3, 5],
        [1, 63, 64],
        [1, 64, 65],
        [3, 65, 63],
        [1, 257, 3],
        [1, 1000, 2],
        [1, 804, 63],
    ];
    for shape in sizes {
        cases.extend([moments(shape), covariance(shape).in_arenas()]);
    }
    cases.extend([
        moments([3, 33, 7]).in_arenas(),
        moments([3, 33, 7]).sharing("x"),
        moments([3, 33, 7]).in_two_arenas(),
    ]);
    cases.extend([
        covariance([3, 33, 7]),
        covariance([1, 268, 129]),
        covariance([3, 33, 7]).sharing("x").sharing("mean"),
        sliced_covariance([3, 33, 7], 16).in_two_arenas(),
        sliced_covariance([1, 2, 1], 16),
        sliced_covariance([3, 64, 33], 16).in_arenas(),
        sliced_covariance([1, 268, 129], 32),
        sliced_covariance([1, 65, 31], 32).sharing("x"),
    ]);
    cases.push(covariance([3, 33, 7]).in_two_arenas());
    for (numbers, parts) in
        [(1, 1), (63, 1), (64, 64), (65, 3), (257, 64), (1000, 7), (268 * 63, 16), (5, 9)]
    {
        cases
            .extend([finite_check(1, numbers, parts), finite_check(3, numbers, parts).in_arenas()]);
    }
    // More parts than a grid has workgroups.
    cases.extend([finite_check(1, 140_003, 70_001), finite_check(3, 70, 4).sharing("x")]);
    cases
}

/// Mean and variance as in batch normalisation, with the divisor R - 1.
/// A covariance about a given mean is a sum of R products, each with two rounded differences and a
/// rounding of its own, then a division (2.5).
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::Moments { .. } => moments_bounds(run),
        Op::Covariance { .. } | Op::SlicedCovariance { .. } => {
            vec![("covariance", covariance_bounds(run))]
        }
        Op::FiniteCheck { .. } => vec![("count", Allowed::Bits)],
        other => unreachable!("{}", other.name()),
    }
}

fn moments_bounds(run: &Run) -> Vec<(&'static str, Allowed)> {
    let x = run.before("x");
    let [_, rows, features] = x.shape();
    let n = rows as f64;
    let (mut mean, mut variance) = (Vec::new(), Vec::new());
    for (m, f) in (0..run.models()).flat_map(|m| (0..features).map(move |f| (m, f))) {
        let magnitude = (0..rows).map(|r| x.at(m, r, f).abs()).sum::<f64>() / n;
        let error = (n + 2.0) * EPS * magnitude;
        mean.push(error);
        variance.push(
            (n + 6.0) * EPS * run.after("variance").at(m, 0, f) + error * error * n / (n - 1.0),
        );
    }
    vec![("mean", Allowed::Within(mean)), ("variance", Allowed::Within(variance))]
}

fn covariance_bounds(run: &Run) -> Allowed {
    let (x, mean) = (run.before("x"), run.before("mean"));
    let [_, rows, features] = x.shape();
    let grow = (rows as f64 + 6.0) * EPS / (rows as f64 - 1.0);
    let mut tolerances = Vec::new();
    for m in 0..run.models() {
        let mut sums = vec![0.0; features * features];
        for r in 0..rows {
            let distance: Vec<f64> =
                x.row(m, r).iter().zip(mean.row(m, 0)).map(|(x, mean)| (x - mean).abs()).collect();
            for (a, sums) in distance.iter().zip(sums.chunks_exact_mut(features)) {
                sums.iter_mut().zip(&distance).for_each(|(sum, b)| *sum += a * b * grow);
            }
        }
        tolerances.extend(sums);
    }
    Allowed::Within(tolerances)
}
