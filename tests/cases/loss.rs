//! Cross-entropy on logits.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run, TINY};
use super::numbers::Numbers;
use engine::op::Op;

/// Sizes: rows are those of all groups together.
pub fn logistic_loss(models: usize, rows: usize, groups: usize, weight: f64) -> Case {
    let label = format!("{models} x {rows}, groups {groups}, weight {weight}");
    let mut logits = Numbers::of(&label).activations(models * rows);
    let ends = [20.0, -20.0, 100.0, -100.0, 500.0, -500.0, 1e-6];
    for (logit, end) in logits.iter_mut().skip(1).step_by(23).zip(ends.into_iter().cycle()) {
        *logit = super::numbers::exact(end);
    }
    let slots = vec![
        Slot::given("logits", [models, rows, 1], logits),
        Slot::blank("scores", [models, 1, 1 + groups]),
        Slot::blank("dlogits", [models, rows, 1]),
    ];
    Case::new(label, models, slots, move |t| Op::LogisticLoss {
        logits: t[0],
        scores: t[1],
        dlogits: t[2],
        groups,
        weight,
    })
}

/// One logit for each model, so that no mean dilutes an error in the tail of exp or log.
pub fn lone_logits() -> Case {
    let logits = [-3.6, -4.5, -7.0, -12.0, -20.0, -88.0, 0.0, 0.7, 3.6, 8.0, 17.0, 90.0]
        .map(super::numbers::exact);
    let mut case = logistic_loss(logits.len(), 1, 1, 1.0);
    case.label = "one logit a model".into();
    case.slots[0].values = logits.to_vec();
    case
}

/// Every case of the logistic loss.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (i, rows) in [1, 63, 64, 65, 257, 268, 1000].into_iter().enumerate() {
        let models = [1, 3][i % 2];
        cases.extend([
            logistic_loss(models, rows, 1, 1.0),
            logistic_loss(models, rows, 1, 0.25).in_arenas(),
        ]);
        cases.extend([
            logistic_loss(models, 2 * rows, 2, 1.0).in_arenas(),
            logistic_loss(models, 2 * rows, 2, 3.0),
        ]);
    }
    cases.push(lone_logits());
    cases.extend([
        logistic_loss(3, 70, 2, 1.0).sharing("logits"),
        logistic_loss(3, 70, 2, 1.0).in_two_arenas(),
    ]);
    cases
}

/// Error of `sigmoid(z)`: with e = exp(-|z|) within 3 + 2|z| units, 1 / (1 + e) or e / (1 + e)
/// carry no more than it, and add one rounding of the sum and 2.5 of the division.
/// Beyond |z| = 87 exp leaves the normal numbers of f32: what is left there may be lost or stay.
fn sigmoid_error(z: f64) -> f64 {
    let e = (-z.abs()).exp();
    let exp_error = (3.0 + 2.0 * z.abs()) * EPS * e;
    exp_error / (1.0 + e) + 3.5 * EPS / (1.0 + (-z).exp()) + (-87f64).exp()
}

/// Error of `softplus(z) = max(z, 0) + log(1 + exp(-|z|))`: the argument of log lies in [1, 2],
/// where WGSL gives log an absolute error of 2^-21; the argument itself is off by the error of exp
/// and one rounding.
fn softplus_error(z: f64) -> f64 {
    let e = (-z.abs()).exp();
    let argument_error = ((3.0 + 2.0 * z.abs()) * e + 1.0 + e) * EPS;
    argument_error / (1.0 + e) + 2f64.powi(-21) + EPS * softplus(z)
}

fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

/// The mean of R terms, by a division (2.5) or by a rounded 1 / R, adds (R + 3) eps of their mean
/// magnitude, the sum of groups one more. dlogits is `weight (sigmoid - target) / R`: one rounding
/// each for the difference (of a number near 1), the division (2.5) and the product.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    let Op::LogisticLoss { groups, weight, .. } = run.op() else {
        unreachable!("{}", run.op().name())
    };
    let (mut scores, mut dlogits) = (Vec::new(), Vec::new());
    for m in 0..run.models() {
        let logits = run.before("logits").model(m);
        let rows = logits.len() / groups;
        let n = rows as f64;
        let (mut total, mut probability) = (0.0, Vec::new());
        for (g, logits) in logits.chunks_exact(rows).enumerate() {
            let sign = if g == 0 { -1.0 } else { 1.0 };
            let of_loss = |z: &f64| softplus_error(sign * z) + (n + 4.0) * EPS * softplus(sign * z);
            let of_probability = |z: &f64| sigmoid_error(*z) + (n + 3.0) * EPS / (1.0 + (-z).exp());
            total += logits.iter().map(of_loss).sum::<f64>() / n;
            probability.push(logits.iter().map(of_probability).sum::<f64>() / n);
            dlogits.extend(logits.iter().map(|z| {
                let gradient = 1.0 / (1.0 + (-sign * z).exp());
                weight.abs() / n * (sigmoid_error(*z) + EPS + 5.5 * EPS * gradient) + TINY
            }));
        }
        scores.push(total);
        scores.extend(probability);
    }
    [("scores", scores), ("dlogits", dlogits)].map(|(n, t)| (n, Allowed::Within(t))).into()
}
