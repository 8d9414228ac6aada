//! How far batch normalisation in f32 may lie from the oracle: the forward error of two-pass
//! statistics and the conditioning of rstd.
//!
//! Discrete outcomes: forward, `leaky` is continuous, so its branch needs no care.
//! Backward, an element whose pre-activation is within its own error of 0 may take either branch
//! (one that is 0 without any rounding may not); its gradient may then be off by
//! `|dy (1 - slope)|`, and that and no more is allowed.

use super::compare::{Allowed, EPS, Run};
use engine::op::Op;

/// Relative error of `1 / sqrt(x)`: WGSL allows 2 units for inverseSqrt, or (through it) 4.5 for
/// sqrt and 2.5 for the division.
const RSQRT: f64 = 7.0 * EPS;

/// Tolerances of the operands that a batch normalisation writes.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::BatchNormForward { groups, momentum, epsilon, slope, .. } => {
            forward(run, groups, momentum, epsilon, slope)
        }
        Op::BatchNormInference { slope, .. } => inference(run, slope),
        Op::BatchNormBackward { groups, slope, .. } => backward(run, groups, slope),
        other => unreachable!("{}", other.name()),
    }
}

/// The statistics of one group of one column and their errors.
pub(super) struct Column {
    pub(super) mean: f64,
    pub(super) mean_error: f64,
    pub(super) variance: f64,
    pub(super) variance_error: f64,
    pub(super) rstd: f64,
    /// Relative.
    pub(super) rstd_error: f64,
}

impl Column {
    /// A mean of R numbers is within (R + 2) eps of the mean of magnitudes.
    /// A variance about a mean that is off by d is off by d^2; each of its terms is rounded in the
    /// difference (twice, being squared), the square, the sum (R) and the division (2.5).
    /// `1 / sqrt` halves the relative error of its argument.
    fn of(x: &[f64], epsilon: f64) -> Self {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        let mean_error = (n + 2.0) * EPS * x.iter().map(|x| x.abs()).sum::<f64>() / n;
        let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        let variance_error = (n + 6.0) * EPS * variance + mean_error.powi(2);
        let sum = variance + epsilon;
        let rstd_error = 0.5 * (variance_error + 2.0 * EPS * sum) / sum + RSQRT;
        Self { mean, mean_error, variance, variance_error, rstd: 1.0 / sum.sqrt(), rstd_error }
    }
}

/// Error of `leaky(gamma (x - mean) rstd + beta)`.
pub(super) fn output_error(x: f64, gamma: f64, beta: f64, slope: f64, column: &Column) -> f64 {
    let scaled = gamma * (x - column.mean) * column.rstd;
    let sum = scaled.abs() + beta.abs();
    let before = (gamma * column.rstd * column.mean_error).abs()
        + scaled.abs() * (column.rstd_error + 3.0 * EPS);
    (before + EPS * sum) * slope.max(1.0) * (1.0 + column.rstd_error) + 2.0 * EPS * sum
}

/// `momentum running + (1 - momentum) batch` with its error, each of them a value and its error:
/// two rounded constants, two products and a sum on top of the errors that come in.
pub(super) fn running_step(momentum: f64, running: (f64, f64), batch: (f64, f64)) -> (f64, f64) {
    let (kept, added) = (momentum * running.0, (1.0 - momentum) * batch.0);
    let carried = momentum * running.1 + (1.0 - momentum) * batch.1;
    (kept + added, carried * (1.0 + 3.0 * EPS) + 3.0 * EPS * (kept.abs() + added.abs()))
}

fn forward(
    run: &Run,
    groups: usize,
    momentum: f64,
    epsilon: f64,
    slope: f64,
) -> Vec<(&'static str, Allowed)> {
    let x = run.before("x");
    let [_, all_rows, features] = run.after("y").shape();
    let rows = all_rows / groups;
    let zeros = |rows: usize| vec![0.0; run.models() * rows * features];
    let (mut y, mut statistics) = (zeros(all_rows), zeros(2 * groups));
    let (mut running_mean, mut running_var) = (zeros(1), zeros(1));
    for m in 0..run.models() {
        for f in 0..features {
            let (gamma, beta) = (run.before("gamma").at(m, 0, f), run.before("beta").at(m, 0, f));
            let mut mean_now = (run.before("running_mean").at(m, 0, f), 0.0);
            let mut var_now = (run.before("running_var").at(m, 0, f), 0.0);
            for g in 0..groups {
                let values: Vec<f64> = (g * rows..(g + 1) * rows).map(|r| x.at(m, r, f)).collect();
                let column = Column::of(&values, epsilon);
                let first = ((m * groups + g) * 2) * features + f;
                statistics[first] = column.mean_error;
                statistics[first + features] = column.rstd * column.rstd_error;
                for (r, x) in values.iter().enumerate() {
                    y[(m * all_rows + g * rows + r) * features + f] =
                        output_error(*x, gamma, beta, slope, &column);
                }
                mean_now = running_step(momentum, mean_now, (column.mean, column.mean_error));
                var_now = running_step(momentum, var_now, (column.variance, column.variance_error));
            }
            running_mean[m * features + f] = mean_now.1;
            running_var[m * features + f] = var_now.1;
        }
    }
    let named = [
        ("y", y),
        ("statistics", statistics),
        ("running_mean", running_mean),
        ("running_var", running_var),
    ];
    named.map(|(name, tolerances)| (name, Allowed::Within(tolerances))).into()
}

fn inference(run: &Run, slope: f64) -> Vec<(&'static str, Allowed)> {
    let x = run.before("x");
    let Op::BatchNormInference { epsilon, .. } = run.op() else { unreachable!() };
    let [_, rows, features] = run.after("y").shape();
    let mut y = Vec::new();
    for (m, r) in (0..run.models()).flat_map(|m| (0..rows).map(move |r| (m, r))) {
        for f in 0..features {
            let vector = |name: &str| run.before(name).at(m, 0, f);
            let rstd = 1.0 / (vector("running_var") + epsilon).sqrt();
            let exact = Column {
                mean: vector("running_mean"),
                mean_error: 0.0,
                variance: vector("running_var"),
                variance_error: 0.0,
                rstd,
                rstd_error: EPS + RSQRT,
            };
            y.push(output_error(x.at(m, r, f), vector("gamma"), vector("beta"), slope, &exact));
        }
    }
    vec![("y", Allowed::Within(y))]
}

/// One element of the backward pass with the error of its `da`.
pub(super) struct Element {
    pub(super) h: f64,
    pub(super) da: f64,
    pub(super) da_error: f64,
}

impl Element {
    /// `h = (x - mean) rstd` has two roundings, `gamma h + beta` two more.
    /// `da` is a product with a rounded slope, or dy itself.
    pub(super) fn of(
        x: f64,
        dy: f64,
        gamma: f64,
        beta: f64,
        [mean, rstd]: [f64; 2],
        slope: f64,
    ) -> Self {
        let h = (x - mean) * rstd;
        let before = gamma * h + beta;
        let undecided = before.abs() < 4.0 * EPS * ((gamma * h).abs() + beta.abs());
        let da = if before > 0.0 { dy } else { slope * dy };
        let flip = if undecided { (dy * (1.0 - slope)).abs() } else { 0.0 };
        Self { h, da, da_error: flip + 2.0 * EPS * da.abs() }
    }
}

/// Errors of `sum da` and `sum da h` over n elements: n roundings of the sum, four of the terms
/// (two of them in h).
pub(super) fn sum_errors<'a>(elements: impl ExactSizeIterator<Item = &'a Element>) -> [f64; 2] {
    let grow = (elements.len() + 5) as f64 * EPS;
    elements.fold([0.0; 2], |[a, b], e| {
        [a + grow * e.da.abs() + e.da_error, b + (grow * e.da.abs() + e.da_error) * e.h.abs()]
    })
}

/// Error of `gamma rstd (da - mean(da) - h mean(da h))` for each element of a group; the divisions
/// of the means cost 2.5, the rest is one rounding for each of the five operations around it.
fn group_errors(elements: &[Element], scale: f64) -> Vec<f64> {
    let n = elements.len() as f64;
    let [sum_error, product_error] = sum_errors(elements.iter());
    let mean = elements.iter().map(|e| e.da).sum::<f64>() / n;
    let product = elements.iter().map(|e| e.da * e.h).sum::<f64>() / n;
    let error = |e: &Element| {
        let terms = e.da.abs() + mean.abs() + (e.h * product).abs();
        let inside = e.da_error + sum_error / n + e.h.abs() * product_error / n;
        scale.abs() * (inside + 9.0 * EPS * terms)
    };
    elements.iter().map(error).collect()
}

fn backward(run: &Run, groups: usize, slope: f64) -> Vec<(&'static str, Allowed)> {
    let [_, all_rows, features] = run.after("dx").shape();
    let rows = all_rows / groups;
    let mut dx = vec![0.0; run.models() * all_rows * features];
    let (mut dgamma, mut dbeta) = (Vec::new(), Vec::new());
    for (m, f) in (0..run.models()).flat_map(|m| (0..features).map(move |f| (m, f))) {
        let (x, dy, statistics) = (run.before("x"), run.before("dy"), run.before("statistics"));
        let (gamma, beta) = (run.before("gamma").at(m, 0, f), run.before("beta").at(m, 0, f));
        let element = |r: usize| {
            let group = 2 * (r / rows);
            let column = [statistics.at(m, group, f), statistics.at(m, group + 1, f)];
            Element::of(x.at(m, r, f), dy.at(m, r, f), gamma, beta, column, slope)
        };
        let elements: Vec<Element> = (0..all_rows).map(element).collect();
        for (g, group) in elements.chunks_exact(rows).enumerate() {
            let errors = group_errors(group, gamma * statistics.at(m, 2 * g + 1, f));
            for (r, error) in errors.into_iter().enumerate() {
                dx[(m * all_rows + g * rows + r) * features + f] = error;
            }
        }
        let [beta_error, gamma_error] = sum_errors(elements.iter());
        dgamma.push(gamma_error);
        dbeta.push(beta_error);
    }
    [("dx", dx), ("dgamma", dgamma), ("dbeta", dbeta)]
        .map(|(name, t)| (name, Allowed::Within(t)))
        .into()
}
