//! The kernels of the joint recipe's terms: directions of four kinds, differences of order
//! statistics by sets, the covariance.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run, TINY};
use super::numbers::{Numbers, exact};
use super::percentile::sort;
use super::random::SEED;
use engine::op::philox::{key, philox};
use engine::op::{Op, Random, Sets};

/// Columns of `width` in blocks of one to four, of which every third has missing cells: rows of
/// (kind, first, len, scale, missing).
pub fn blocks(width: usize) -> Vec<f64> {
    let mut table = Vec::new();
    let mut first = 0;
    for len in [1, 3, 2, 4].into_iter().cycle() {
        let len = len.min(width - first);
        let missing = table.len() / 5 % 3 == 1;
        table.extend([0.0, first as f64, len as f64, 0.5, f64::from(u8::from(missing))]);
        first += len;
        if first == width {
            return table;
        }
    }
    unreachable!()
}

/// Directions of all kinds in `width` columns, with a factor of that rank.
pub fn typed_directions(
    models: usize,
    width: usize,
    rank: usize,
    sets: Sets,
    random: Random,
) -> Case {
    let Sets { dense, principal, pairs, masks } = sets;
    let label = format!(
        "{models} x ({dense}, {principal}, {pairs}, {masks}) x {width}, rank {rank}, {}",
        random.stream
    );
    let mut numbers = Numbers::of(&label);
    let table = blocks(width);
    let slots = vec![
        Slot::given("factor", [models, rank, width], numbers.normal(models * rank * width)),
        Slot::given("blocks", [models, table.len() / 5, 5], table.repeat(models)),
        Slot::blank("out", [models, sets.total(), width]),
    ];
    Case::new(label, models, slots, move |t| Op::TypedDirections {
        factor: t[0],
        blocks: t[1],
        out: t[2],
        sets,
        random,
    })
}

/// The differences between sorted batches, in sets of these columns (first, len).
pub fn sorted_loss(shape: [usize; 3], sets: &[(usize, usize)]) -> Case {
    let [models, rows, features] = shape;
    let label = format!("{models} x {rows} x {features}, sets {sets:?}");
    let mut numbers = Numbers::of(&label);
    let n = models * rows * features;
    let (real, _) = sort(&numbers.normal(n), rows, features);
    let x = if rows % 2 == 0 { numbers.coarse(n) } else { numbers.normal(n) };
    let (fake, rank) = sort(&x, rows, features);
    let table = |numbers: &mut Numbers| {
        let set = |(first, len): &(usize, usize)| {
            let scale = exact(numbers.one(0.5, 2.0) / (rows * len.max(&1)) as f64);
            [*first as f64, *len as f64, scale, 2.0 * scale]
        };
        sets.iter().flat_map(set).collect::<Vec<_>>()
    };
    let tables: Vec<f64> = (0..models).flat_map(|_| table(&mut numbers)).collect();
    let slots = vec![
        Slot::given("real", shape, real),
        Slot::given("fake", shape, fake),
        Slot::given("rank", shape, rank),
        Slot::given("sets", [models, sets.len(), 4], tables),
        Slot::blank("loss", [models, 1, sets.len()]),
        Slot::blank("dx", shape),
    ];
    Case::new(label, models, slots, |t| Op::SortedLoss {
        real: t[0],
        fake: t[1],
        rank: t[2],
        sets: t[3],
        loss: t[4],
        dx: t[5],
    })
}

/// The distance between two covariances.
pub fn covariance_loss(models: usize, features: usize, [scale, factor]: [f64; 2]) -> Case {
    let label = format!("{models} x {features}, scale {scale}, factor {factor}");
    let mut numbers = Numbers::of(&label);
    let square = [models, features, features];
    let n = models * features * features;
    let slots = vec![
        Slot::given("covariance", square, numbers.normal(n)),
        Slot::given("real", square, numbers.normal(n)),
        Slot::given("mean", [models, 1, features], numbers.normal(models * features)),
        Slot::blank("loss", [models, 1, 1]),
        Slot::blank("w", square),
        Slot::blank("b", [models, 1, features]),
    ];
    Case::new(label, models, slots, move |t| Op::CovarianceLoss {
        covariance: t[0],
        real: t[1],
        mean: t[2],
        loss: t[3],
        w: t[4],
        b: t[5],
        scale,
        factor,
    })
}

/// Every case of these kernels.
pub fn all() -> Vec<Case> {
    let random = Random { seed: SEED, stream: 7 };
    let other = Random { seed: 3, stream: u32::MAX };
    let sets = |dense, principal, pairs, masks| Sets { dense, principal, pairs, masks };
    let mut cases = Vec::new();
    for (models, width, rank, sets) in [
        (1, 1, 1, sets(3, 2, 0, 0)),
        (3, 5, 2, sets(0, 7, 5, 3)),
        (1, 64, 65 - 1, sets(1, 17, 16, 1)),
        (3, 33, 9, sets(5, 1, 65, 8)),
        (1, 257, 130, sets(2, 3, 40, 0)),
        (1, 300, 260, sets(0, 33, 9, 2)),
        (1, 150, 150, sets(64, 128, 128, 8)),
    ] {
        cases.push(typed_directions(models, width, rank, sets, random).at(1_000_003));
        cases.push(typed_directions(models, width, rank, sets, other).in_arenas().at(u32::MAX));
    }
    let shared =
        || typed_directions(3, 12, 4, sets(3, 4, 5, 2), random).sharing("factor").sharing("blocks");
    cases.extend([shared().at(2), shared().in_two_arenas()]);
    cases.push(typed_directions(3, 12, 4, sets(3, 4, 5, 2), other).in_two_arenas());
    for (models, rows, features) in
        [(1, 1, 1), (3, 2, 3), (1, 63, 64), (1, 64, 65), (3, 257, 5), (1, 268, 128)]
    {
        let (shape, half) = ([models, rows, features], features / 2);
        cases.extend([
            sorted_loss(shape, &[(0, features)]),
            sorted_loss(shape, &[(0, half), (half, 0), (half, features - half)]).in_arenas(),
            sorted_loss(shape, &[(half, 1)]),
        ]);
    }
    cases.push(sorted_loss([3, 33, 7], &[(1, 2), (3, 3)]).sharing("real").sharing("sets"));
    cases.push(sorted_loss([3, 33, 7], &[(1, 2), (3, 3)]).in_two_arenas());
    for (models, features) in [(1, 1), (3, 5), (1, 16), (1, 63), (3, 65), (1, 150)] {
        cases.push(covariance_loss(models, features, [0.25, 1.5]));
        cases.push(covariance_loss(models, features, [1.0, -0.75]).in_arenas());
    }
    cases.push(covariance_loss(3, 7, [0.5, 0.125]).sharing("real"));
    cases.push(covariance_loss(3, 7, [0.5, 0.125]).in_two_arenas());
    cases
}

/// Directions: see [`directions_bounds`].
/// A difference is rounded once; its square, a sum of n of them and the factor carry n + 4
/// roundings; a number of a gradient is rounded once more.
/// The bias of the covariance's gradient sums F products of two rounded factors.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::TypedDirections { .. } => vec![("out", directions_bounds(run))],
        Op::SortedLoss { fake, .. } => {
            let terms = |m: usize, s: usize| fake.rows as f64 * run.before("sets").at(m, s, 1);
            let loss = run.after("loss");
            let of_set = |m, s| (terms(m, s) + 4.0) * EPS * loss.at(m, 0, s).abs();
            let losses = (0..run.models()).flat_map(|m| (0..loss.shape()[2]).map(move |s| (m, s)));
            let dx = (0..run.models()).flat_map(|m| run.after("dx").model(m));
            vec![
                ("loss", Allowed::Within(losses.map(|(m, s)| of_set(m, s)).collect())),
                ("dx", Allowed::Within(dx.map(|dx| 2.0 * EPS * dx.abs() + TINY).collect())),
            ]
        }
        Op::CovarianceLoss { mean, .. } => covariance_bounds(run, mean.features),
        other => unreachable!("{}", other.name()),
    }
}

fn covariance_bounds(run: &Run, features: usize) -> Vec<(&'static str, Allowed)> {
    let numbers =
        |name: &'static str| (0..run.models()).flat_map(move |m| run.after(name).model(m));
    let terms = (features * features) as f64;
    let bias = |m: usize, j: usize| {
        let sum: f64 = (0..features)
            .map(|i| (run.before("mean").at(m, 0, i) * run.after("w").at(m, i, j)).abs())
            .sum();
        (features as f64 + 3.0) * EPS * sum
    };
    let columns = (0..run.models()).flat_map(|m| (0..features).map(move |j| (m, j)));
    vec![
        ("loss", Allowed::Within(numbers("loss").map(|loss| (terms + 4.0) * EPS * loss).collect())),
        ("w", Allowed::Within(numbers("w").map(|w| 2.0 * EPS * w.abs()).collect())),
        ("b", Allowed::Within(columns.map(|(m, j)| bias(m, j)).collect())),
    ]
}

/// The normal integer of block `i` of a direction.
pub fn nearly_normal(random: Random, step: u32, model: usize, block: usize) -> f64 {
    let words = philox([block as u32, step, random.stream, model as u32], key(random.seed));
    words.iter().flat_map(|word| word.to_le_bytes()).map(|byte| 2.0 * f64::from(byte) - 255.0).sum()
}

/// Entries are exact integers but for the principal directions, whose numbers sum r products (a
/// rounding each, and r additions).
/// A row's length sums W rounded squares, a root halves the error and adds 4.5 units, the division
/// adds 2.5; an error of the numbers themselves moves the length by no more than its mean along the
/// row.
fn directions_bounds(run: &Run) -> Allowed {
    let Op::TypedDirections { factor, out, sets, random, .. } = run.op() else { unreachable!() };
    let [width, rank] = [out.features, factor.rows];
    let [_, principal, ..] = sets.ranges();
    let mut tolerances = Vec::new();
    for (m, k) in (0..run.models()).flat_map(|m| (0..out.rows).map(move |k| (m, k))) {
        let unit = run.after("out").row(m, k);
        let mut relative = (0.5 * (width + 2) as f64 + 4.5 + 2.5) * EPS;
        let mut errors = vec![0.0; width];
        if principal.contains(&k) {
            let drawn: Vec<f64> = (0..rank)
                .map(|i| nearly_normal(random, run.case.step, m, k * (width + 1) + i))
                .collect();
            let sum = |c: usize, of: fn(f64) -> f64| {
                (0..rank).map(|i| of(drawn[i] * run.before("factor").at(m, i, c))).sum::<f64>()
            };
            let length = (0..width).map(|c| sum(c, |v| v).powi(2)).sum::<f64>().sqrt();
            errors =
                (0..width).map(|c| (rank as f64 + 1.0) * EPS * sum(c, f64::abs) / length).collect();
            relative += unit.iter().zip(&errors).map(|(u, error)| u.abs() * error).sum::<f64>();
        }
        tolerances.extend(unit.iter().zip(&errors).map(|(u, error)| u.abs() * relative + error));
    }
    Allowed::Within(tolerances)
}
