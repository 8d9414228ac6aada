//! Kernels driven by random bits: noise, directions, and the shuffled batch.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run};
use super::numbers::Numbers;
use engine::op::{Op, Random};

/// A seed with bits in both words of the key.
pub const SEED: u64 = 0x0123_4567_89AB_CDEF;

/// Uniform noise.
pub fn noise(shape: [usize; 3], random: Random) -> Case {
    let [models, rows, features] = shape;
    let label = format!("{models} x {rows} x {features}, stream {}", random.stream);
    Case::new(label, models, vec![Slot::blank("out", shape)], move |t| Op::Noise {
        out: t[0],
        random,
    })
}

/// Nearly normal noise.
pub fn normal_noise(shape: [usize; 3], random: Random) -> Case {
    let [models, rows, features] = shape;
    let label = format!("{models} x {rows} x {features}, stream {}", random.stream);
    Case::new(label, models, vec![Slot::blank("out", shape)], move |t| Op::NormalNoise {
        out: t[0],
        random,
    })
}

/// Unit columns.
pub fn directions(shape: [usize; 3], random: Random) -> Case {
    let [models, rows, features] = shape;
    let label = format!("{models} x {rows} x {features}, stream {}", random.stream);
    Case::new(label, models, vec![Slot::blank("out", shape)], move |t| Op::Directions {
        out: t[0],
        random,
    })
}

/// A batch of `rows` out of `table` rows.
pub fn gather(models: usize, table: usize, rows: usize, features: usize, random: Random) -> Case {
    let label = format!("{models} x {rows} of {table} x {features}, stream {}", random.stream);
    let data = Numbers::of(&label).normal(models * table * features);
    let slots = vec![
        Slot::given("data", [models, table, features], data),
        Slot::blank("batch", [models, rows, features]),
    ];
    Case::new(label, models, slots, move |t| Op::Gather { data: t[0], batch: t[1], random })
}

/// Every case of the random kernels.
pub fn all() -> Vec<Case> {
    let random = Random { seed: SEED, stream: 7 };
    let other = Random { seed: 3, stream: u32::MAX };
    let mut cases = Vec::new();
    for (i, shape) in [[1, 1, 1], [1, 1, 63], [3, 5, 13], [1, 64, 65], [1, 257, 3], [3, 268, 32]]
        .into_iter()
        .enumerate()
    {
        let step = [0, 1, 1_000_003, u32::MAX][i % 4];
        cases.extend([noise(shape, random).at(step), noise(shape, other).in_arenas().at(step)]);
        cases.extend([
            normal_noise(shape, random).at(step),
            normal_noise(shape, other).in_arenas().at(step),
        ]);
        let columns = [[1, 1, 1], [1, 63, 1], [3, 5, 13], [1, 64, 65], [1, 257, 3], [3, 63, 32]][i];
        cases.extend([
            directions(columns, random).at(step),
            directions(columns, other).in_arenas().at(step),
        ]);
    }
    cases.push(directions([1, 1000, 2], random));
    let tables = [
        (1, 1, 1, 1),
        (1, 804, 268, 63),
        (3, 65, 64, 3),
        (1, 257, 65, 5),
        (3, 1000, 63, 2),
        (1, 64, 64, 65),
        (3, 7, 2, 9),
    ];
    for (models, table, rows, features) in tables {
        for step in [0, 1, 3, 1_000_003] {
            cases.push(gather(models, table, rows, features, random).at(step));
        }
        cases.push(gather(models, table, rows, features, other).sharing("data").at(2));
        cases.push(gather(models, table, rows, features, other).in_arenas().at(u32::MAX));
    }
    cases.push(gather(3, 20, 6, 3, other).in_two_arenas().at(4));
    cases
}

/// Noise and the batch are the same bits everywhere.
/// Normal noise is an exact integer (below 2^20) times a rounded constant.
/// A direction's entries are exact integers (below 2^19); a column's length sums F rounded squares,
/// a root halves the error and adds 4.5 units, the division adds 2.5.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::Noise { .. } => vec![("out", Allowed::Bits)],
        Op::Gather { .. } => vec![("batch", Allowed::Bits)],
        Op::NormalNoise { .. } => {
            let numbers = (0..run.models()).flat_map(|m| run.after("out").model(m));
            vec![("out", Allowed::Within(numbers.map(|x| 2.0 * EPS * x.abs()).collect()))]
        }
        Op::Directions { out, .. } => {
            let relative = (0.5 * (out.rows + 2) as f64 + 4.5 + 2.5) * EPS;
            let numbers = (0..run.models()).flat_map(|m| run.after("out").model(m));
            vec![("out", Allowed::Within(numbers.map(|x| relative * x.abs()).collect()))]
        }
        other => unreachable!("{}", other.name()),
    }
}
