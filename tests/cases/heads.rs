//! Typed heads.
//! A flipped choice is no rounding error, so inputs keep every choice clear: the largest noisy
//! logit of a block is at least [`MARGIN`] above the next one, and that of a mask as far from 0.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run, TINY};
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

fn unit(noise: f64) -> f64 {
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

pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::HeadsForward { temperature, spread, .. } => forward_bounds(run, temperature, spread),
        Op::HeadsBackward { temperature, .. } => {
            vec![("draw", Allowed::Within(backward_bounds(run, temperature)))]
        }
        other => unreachable!("{}", other.name()),
    }
}

/// `-log(u)` of an exact u is within 8 units: 3 by a driver's log below 1/2; above it z carries 4
/// units, its square 9, which the series weighs by less than 1/20 of the whole, and there are two
/// products and a sum more.
const LOG: f64 = 8.0 * EPS;

/// What a kernel leaves of an exponential below `exp(-87)`, which it may take for one of -87: that,
/// within 3 + 2 * 87 units.
fn left_over() -> f64 {
    (-87f64).exp() * (1.0 + 177.0 * EPS)
}

/// A noisy logit and its error: noise, its product with a rounded spread, the sum, the division
/// (2.5 units) by a rounded temperature.
fn noisy(raw: f64, [noise, noise_error]: [f64; 2], temperature: f64, spread: f64) -> [f64; 2] {
    let sum = raw + spread * noise;
    let error = spread * noise_error + 2.0 * EPS * (spread * noise).abs() + EPS * sum.abs();
    [sum / temperature, (error + 3.5 * EPS * sum.abs()) / temperature]
}

/// The second log is taken of `-log(u)`, whose relative error becomes an absolute one; a driver's
/// log has 2^-21 near 1 and 3 units elsewhere.
fn noisy_level(raw: f64, noise: f64, temperature: f64, spread: f64) -> [f64; 2] {
    let gumbel = gumbel(noise);
    noisy(raw, [gumbel, LOG + 2f64.powi(-21) + 3.0 * EPS * gumbel.abs()], temperature, spread)
}

/// A difference of two logs, each of them within its units; where 1 - u is rounded, u is below
/// 2^-24 and so is the error.
fn noisy_mask(raw: f64, noise: f64, temperature: f64, spread: f64) -> [f64; 2] {
    let logs = -unit(noise).ln() - (-unit(noise)).ln_1p();
    let logistic = logistic(noise);
    noisy(raw, [logistic, LOG * logs + EPS * logistic.abs() + 2f64.powi(-24)], temperature, spread)
}

/// A level's exponent `d` is a difference of two noisy logits, exp adds 3 + 2|d| units, the sum of
/// the block weighs these by the probabilities and adds one unit a level, the division 2.5.
/// Beyond -87 the exponential may be lost or stay at that of -87.
/// Choices are exact, and so is the scale; a value's product is rounded once.
/// A mask's sigmoid multiplies the error of its logit by its slope and adds that of exp (3 + 2|a|
/// units), a sum and a division.
fn forward_bounds(run: &Run, temperature: f64, spread: f64) -> Vec<(&'static str, Allowed)> {
    let [models, rows, features] = run.after("soft").shape();
    let (mut soft, mut y) =
        (vec![0.0; models * rows * features], vec![0.0; models * rows * features]);
    for m in 0..models {
        for (first, len, kind, _) in blocks_of(run, m) {
            for r in 0..rows {
                let at = (m * rows + r) * features + first;
                let raw = &run.before("raw").row(m, r)[first..first + len];
                let noise = &run.before("noise").row(m, r)[first..first + len];
                match kind {
                    0 => soft[at..at + len].copy_from_slice(&level_errors(
                        raw,
                        noise,
                        temperature,
                        spread,
                    )),
                    1 => y[at] = EPS * run.after("y").row(m, r)[first].abs() + TINY,
                    _ => {
                        let [a, error] = noisy_mask(raw[1], noise[1], temperature, spread);
                        let s = 1.0 / (1.0 + (-a).exp());
                        let slope = s * (1.0 - s);
                        soft[at + 1] = slope * (error + (3.0 + 2.0 * a.abs()) * EPS)
                            + 3.5 * EPS * s
                            + left_over();
                        y[at] = EPS * run.after("y").row(m, r)[first].abs() + TINY;
                    }
                }
            }
        }
    }
    vec![("soft", Allowed::Within(soft)), ("y", Allowed::Within(y))]
}

fn level_errors(raw: &[f64], noise: &[f64], temperature: f64, spread: f64) -> Vec<f64> {
    let noisy: Vec<_> =
        raw.iter().zip(noise).map(|(r, n)| noisy_level(*r, *n, temperature, spread)).collect();
    let [largest, its_error] =
        noisy.iter().copied().max_by(|a, b| a[0].total_cmp(&b[0])).expect("a level");
    let sum: f64 = noisy.iter().map(|[a, _]| (a - largest).exp()).sum();
    let relative = |[a, error]: &[f64; 2]| {
        error + its_error + EPS * (a - largest).abs() + (3.0 + 2.0 * (a - largest).abs()) * EPS
    };
    let p = |[a, _]: &[f64; 2]| (a - largest).exp() / sum;
    // The error of a sum of exponentials; second orders are nothing beside the units above.
    let of_sum: f64 =
        noisy.iter().map(|a| p(a) * relative(a)).sum::<f64>() + raw.len() as f64 * EPS;
    noisy.iter().map(|a| p(a) * (relative(a) + of_sum + 2.5 * EPS) + left_over()).collect()
}

/// Levels: a sum of n rounded products, a difference, two products and a quotient (2.5 and the
/// rounded temperature).
/// Masks: a product and a difference, `s (1 - s)` with two roundings, two products and the
/// quotient.
fn backward_bounds(run: &Run, temperature: f64) -> Vec<f64> {
    let [models, rows, features] = run.after("draw").shape();
    let mut draw = vec![0.0; models * rows * features];
    for m in 0..models {
        for (first, len, kind, scale) in blocks_of(run, m) {
            let slope = scale / temperature;
            for r in 0..rows {
                let at = (m * rows + r) * features + first;
                let soft = &run.before("soft").row(m, r)[first..first + len];
                let dy = &run.before("dy").row(m, r)[first..first + len];
                let terms = || soft.iter().zip(dy).map(|(p, dy)| p * dy);
                let (mean, magnitude) = (terms().sum::<f64>(), terms().map(f64::abs).sum::<f64>());
                for i in 0..len {
                    draw[at + i] = match (kind, i) {
                        (0, _) => {
                            let difference = (dy[i] - mean).abs();
                            slope
                                * soft[i]
                                * ((len + 1) as f64 * EPS * magnitude + 6.5 * EPS * difference)
                                + TINY
                        }
                        (2, 1) => {
                            let difference = (dy[1] - soft[0] * dy[0]).abs();
                            let error = EPS * (soft[0] * dy[0]).abs() + 8.5 * EPS * difference;
                            slope * soft[1] * (1.0 - soft[1]) * error + TINY
                        }
                        _ => EPS * run.after("draw").row(m, r)[first + i].abs() + TINY,
                    };
                }
            }
        }
    }
    draw
}
