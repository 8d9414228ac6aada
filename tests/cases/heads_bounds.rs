//! How far typed heads in f32 may lie from the oracle.
//! Choices are exact, because the inputs keep them clear.

use super::compare::{Allowed, EPS, Run, TINY};
use super::heads::{blocks_of, gumbel, logistic, unit};
use engine::op::Op;

/// Tolerances of the operands that heads write.
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
