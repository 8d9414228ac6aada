//! Typed heads: the cases.
//! Their tolerances are derived in `heads_bounds`.
//!
//! A flipped choice is no rounding error, so inputs keep every choice clear: the largest noisy
//! logit of a block is at least [`MARGIN`] above the next one, and that of a mask as far from 0.

use super::case::{Case, Slot};
use super::compare::Run;
use super::numbers::{Numbers, exact};
use engine::op::Op;

/// How far choices are apart, in units of a noisy logit before it is divided by the temperature.
const MARGIN: f64 = 0.01;

/// Kind and columns of a block: 0 levels, 1 number, 2 number with a mask.
pub type Block = (usize, usize);

/// Blocks of every kind, a block of one level and one of many among them.
pub const MIXED: &[Block] = &[(0, 3), (1, 1), (2, 2), (0, 1), (0, 14), (2, 2), (1, 1), (0, 2)];

/// The table of blocks; the scale is another one in every block.
pub fn table(blocks: &[Block]) -> Vec<f64> {
    let mut first = 0;
    let row = |(i, (kind, len)): (usize, &Block)| {
        first += len;
        [
            *kind as f64,
            (first - len) as f64,
            *len as f64,
            exact(0.7 + 0.3 * i as f64),
            (i % 2) as f64,
        ]
    };
    blocks.iter().enumerate().flat_map(row).collect()
}

fn columns(blocks: &[Block]) -> usize {
    blocks.iter().map(|(_, len)| len).sum()
}

/// Multiples of 2^-23 from -1 to below 1, as the noise kernel makes them, both ends among them.
fn noise(numbers: &mut Numbers, n: usize) -> Vec<f64> {
    let number = |i: usize| match i % 31 {
        17 => -1.0,
        29 => 1.0 - 2f64.powi(-23),
        _ => numbers.below(1 << 24) as f64 / 2f64.powi(23) - 1.0,
    };
    (0..n).map(number).collect()
}

/// A uniform number from noise, kept from 0 and 1.
pub fn unit(noise: f64) -> f64 {
    (0.5 * noise + 0.5).clamp(2f64.powi(-25), 1.0 - 2f64.powi(-24))
}

/// Standard Gumbel noise.
pub fn gumbel(noise: f64) -> f64 {
    -(-unit(noise).ln()).ln()
}

/// Standard logistic noise.
pub fn logistic(noise: f64) -> f64 {
    unit(noise).ln() - (-unit(noise)).ln_1p()
}

/// Moves raw numbers until every choice of a row is clear.
fn separate(blocks: &[Block], raw: &mut [f64], noise: &[f64], spread: f64) {
    let mut first = 0;
    for (kind, len) in blocks {
        let of_block = first..first + len;
        first += len;
        let at = |raw: &[f64], i: usize| raw[i] + spread * gumbel(noise[i]);
        match kind {
            0 => {
                let best = of_block
                    .clone()
                    .max_by(|a, b| at(raw, *a).total_cmp(&at(raw, *b)))
                    .expect("a level");
                let near = |i: usize| i != best && at(raw, best) - at(raw, i) < MARGIN;
                if of_block.clone().any(near) {
                    raw[best] = exact(raw[best] + 1.0);
                }
            }
            2 => {
                let mask = of_block.end - 1;
                if (raw[mask] + spread * logistic(noise[mask])).abs() < MARGIN {
                    raw[mask] = exact(raw[mask] + 1.0);
                }
            }
            _ => {}
        }
    }
}

/// The heads on `rows` rows; some logits are far beyond where exp leaves the numbers of f32.
pub fn forward(
    models: usize,
    rows: usize,
    blocks: &'static [Block],
    [temperature, spread]: [f64; 2],
) -> Case {
    let features = columns(blocks);
    let label = format!(
        "{models} x {rows}, {} blocks, temperature {temperature}, spread {spread}",
        blocks.len()
    );
    let mut numbers = Numbers::of(&label);
    let (shape, n) = ([models, rows, features], models * rows * features);
    let mut raw: Vec<f64> = numbers.activations(n).into_iter().map(|x| exact(2.0 * x)).collect();
    raw.iter_mut().skip(5).step_by(37).for_each(|x| *x = exact(60.0 * *x));
    let noise = noise(&mut numbers, n);
    for (raw, noise) in raw.chunks_exact_mut(features).zip(noise.chunks_exact(features)) {
        separate(blocks, raw, noise, spread);
    }
    let slots = vec![
        Slot::given("raw", shape, raw),
        Slot::given("noise", shape, noise),
        Slot::given("blocks", [models, blocks.len(), 5], table(blocks).repeat(models)),
        Slot::blank("soft", shape),
        Slot::blank("y", shape),
    ];
    Case::new(label, models, slots, move |t| Op::HeadsForward {
        raw: t[0],
        noise: t[1],
        blocks: t[2],
        soft: t[3],
        y: t[4],
        temperature,
        spread,
    })
}

/// The gradient of the heads; masks of exactly 0, 1/2 and 1 among them.
pub fn backward(models: usize, rows: usize, blocks: &'static [Block], temperature: f64) -> Case {
    let features = columns(blocks);
    let label = format!("{models} x {rows}, {} blocks, temperature {temperature}", blocks.len());
    let mut numbers = Numbers::of(&label);
    let (shape, n) = ([models, rows, features], models * rows * features);
    let mut soft = numbers.normal(n);
    for (row, soft) in soft.chunks_exact_mut(features).enumerate() {
        let mut first = 0;
        for (kind, len) in blocks {
            let of_block = &mut soft[first..first + len];
            first += len;
            if *kind == 0 {
                let sum: f64 = of_block.iter().map(|a| a.exp()).sum();
                of_block.iter_mut().for_each(|a| *a = exact(a.exp() / sum));
            } else if *kind == 2 {
                of_block[1] = [0.0, 0.5, 1.0, numbers.one(0.0, 1.0)][(row % 16).min(3)];
            }
        }
    }
    let slots = vec![
        Slot::given("soft", shape, soft),
        Slot::given("blocks", [models, blocks.len(), 5], table(blocks).repeat(models)),
        Slot::given("dy", shape, numbers.activations(n)),
        Slot::blank("draw", shape),
    ];
    Case::new(label, models, slots, move |t| Op::HeadsBackward {
        soft: t[0],
        blocks: t[1],
        dy: t[2],
        draw: t[3],
        temperature,
    })
}

/// Every case of the heads.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (i, rows) in [1, 63, 64, 65, 257].into_iter().enumerate() {
        let (models, temperature) = ([1, 3][i % 2], [1.0, 0.7][i % 2]);
        cases.extend([
            forward(models, rows, MIXED, [temperature, 0.3]).sharing("blocks"),
            forward(models, rows, MIXED, [temperature, 0.0]).in_arenas(),
            backward(models, rows, MIXED, temperature).sharing("blocks"),
            backward(models, rows, MIXED, 1.5).in_arenas(),
        ]);
    }
    for blocks in [&[(0, 5)][..], &[(1, 1)], &[(2, 2)]] {
        cases.extend([forward(1, 20, blocks, [1.0, 0.3]), backward(1, 20, blocks, 1.0)]);
    }
    cases.extend([
        forward(1, 268, MIXED, [1.0, 1.0]),
        forward(3, 9, MIXED, [1.0, 0.3]).in_two_arenas(),
    ]);
    cases.extend([
        backward(3, 9, MIXED, 1.0).sharing("dy"),
        backward(3, 9, MIXED, 1.0).in_two_arenas(),
    ]);
    cases
}

/// First column, columns, kind and scale of every block of a model.
pub fn blocks_of(run: &Run, model: usize) -> Vec<(usize, usize, usize, f64)> {
    let rows = run.before("blocks").model(model).chunks_exact(5);
    rows.map(|row| (row[1] as usize, row[2] as usize, row[0] as usize, row[3])).collect()
}
