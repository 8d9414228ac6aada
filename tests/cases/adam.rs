//! The optimiser, and the average of what it leaves.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run, TINY};
use super::numbers::{Numbers, exact};
use engine::op::Op;

/// Keras' constants.
pub const BETA1: f64 = 0.9;
/// Decay of the second moment.
pub const BETA2: f64 = 0.999;
/// Outside the root.
pub const EPSILON: f64 = 1e-7;

/// The bias-corrected rate of each of the first `steps` steps.
pub fn rates(lr: f64, steps: usize) -> Vec<f64> {
    let rate = |t: i32| lr * (1.0 - BETA2.powi(t)).sqrt() / (1.0 - BETA1.powi(t));
    (1..=steps as i32).map(|t| exact(rate(t))).collect()
}

/// One update of `[models, 1, parameters]` with a schedule of `steps` rates; some gradients and
/// moments are exactly zero.
pub fn adam(models: usize, parameters: usize, steps: usize) -> Case {
    let label = format!("{models} x {parameters}, {steps} rates");
    let mut numbers = Numbers::of(&label);
    let (n, shape) = (models * parameters, [models, 1, parameters]);
    let mut gradient: Vec<f64> =
        numbers.activations(n).into_iter().map(|g| exact(g * 0.02)).collect();
    gradient.iter_mut().skip(4).step_by(29).for_each(|g| *g = exact(1e-20));
    let v = numbers.uniform(n, 0.0, 0.03).into_iter().map(|g| exact(g * g)).enumerate();
    let v = v.map(|(i, v)| if i % 19 == 7 { 0.0 } else { v }).collect();
    let m = numbers.activations(n).into_iter().map(|m| exact(m * 0.01)).collect();
    let slots = vec![
        Slot::given("w", shape, numbers.uniform(n, -0.3, 0.3)),
        Slot::given("dw", shape, gradient),
        Slot::given("m", shape, m),
        Slot::given("v", shape, v),
        Slot::given("lr", [models, steps, 1], rates(1e-3, steps).repeat(models)),
    ];
    Case::new(label, models, slots, |t| Op::Adam {
        w: t[0],
        dw: t[1],
        m: t[2],
        v: t[3],
        lr: t[4],
        beta1: BETA1,
        beta2: BETA2,
        epsilon: EPSILON,
    })
}

/// A step of the average of `[models, 1, parameters]` with `steps` rates, from 1 downwards.
pub fn average(models: usize, parameters: usize, steps: usize) -> Case {
    let label = format!("{models} x {parameters}, {steps} rates");
    let mut numbers = Numbers::of(&label);
    let (n, shape) = (models * parameters, [models, 1, parameters]);
    let rates: Vec<f64> = (1..=steps).map(|step| exact(1.0 / step as f64)).collect();
    let slots = vec![
        Slot::given("x", shape, numbers.activations(n)),
        Slot::given("y", shape, numbers.normal(n)),
        Slot::given("rate", [models, steps, 1], rates.repeat(models)),
    ];
    Case::new(label, models, slots, |t| Op::Average { x: t[0], y: t[1], rate: t[2] })
}

/// Every case of the average: a copy, within its schedule, at its last rate and far behind it.
fn averages() -> Vec<Case> {
    let mut cases = Vec::new();
    for parameters in [1, 63, 65, 257, 1000] {
        cases.extend([
            average(1, parameters, 5).sharing("rate").at(2),
            average(3, parameters, 4).in_arenas().at(0),
        ]);
    }
    cases.extend([
        average(3, 33, 7).at(6),
        average(3, 33, 3).at(1_000_000),
        average(1, 20_001, 3).at(1),
    ]);
    cases.extend([average(3, 65, 4).sharing("x").at(1), average(3, 65, 4).in_two_arenas().at(3)]);
    cases
}

/// Every case of both. Adam: within its schedule, at its last rate, and far behind it.
pub fn all() -> Vec<Case> {
    let mut cases = averages();
    for parameters in [1, 63, 64, 65, 257, 1000, 268 * 63] {
        cases.extend([
            adam(1, parameters, 5).sharing("lr").at(2),
            adam(3, parameters, 4).in_arenas().at(3),
        ]);
    }
    cases.extend([
        adam(1, 70_001, 3),
        adam(3, 333, 7).sharing("lr").in_arenas().at(6),
        adam(3, 333, 1).at(1_000_000),
    ]);
    cases.extend([
        adam(3, 65, 2).in_two_arenas().at(4_000_000_000),
        adam(3, 65, 2).sharing("dw").at(1),
    ]);
    cases
}

/// `m` and `v` are two products and a sum (three for `dw^2`), with constants `1 - beta` that are
/// rounded once; what underflows is lost.
/// The root of v (4.5 units by WGSL) halves the error of v; one rounding for `+ epsilon` and for
/// epsilon itself, 2.5 for the division, one each for the product and the subtraction.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    if let Op::Average { rate, .. } = run.op() {
        return vec![("y", Allowed::Within(average_bounds(run, rate.rows)))];
    }
    let Op::Adam { lr, beta1, epsilon, .. } = run.op() else { unreachable!("{}", run.op().name()) };
    let step = (run.case.step as usize).min(lr.rows - 1);
    let mut tolerances = [Vec::new(), Vec::new(), Vec::new()];
    for model in 0..run.models() {
        let before = |name: &str| run.before(name).model(model);
        let rate = before("lr")[step];
        for (i, &dw) in before("dw").iter().enumerate() {
            let (m, v) = (run.after("m").model(model)[i], run.after("v").model(model)[i]);
            let m_error =
                3.0 * EPS * ((beta1 * before("m")[i]).abs() + ((1.0 - beta1) * dw).abs()) + TINY;
            let v_error = 4.0 * EPS * v + 2.0 * TINY;
            let denominator = v.sqrt() + epsilon;
            let root_error = (v + v_error).sqrt() - v.sqrt() + 4.5 * EPS * v.sqrt();
            let relative = root_error / denominator + (1.0 + 1.0 + 2.5 + 1.0) * EPS;
            let update_error =
                rate * m_error / denominator + (rate * m / denominator).abs() * relative;
            tolerances[0].push(
                update_error + EPS * (before("w")[i].abs() + run.after("w").model(model)[i].abs()),
            );
            tolerances[1].push(m_error);
            tolerances[2].push(v_error);
        }
    }
    ["w", "m", "v"]
        .into_iter()
        .zip(tolerances)
        .map(|(name, t)| (name, Allowed::Within(t)))
        .collect()
}

/// Two products, one with a rounded `1 - rate`, and a sum.
fn average_bounds(run: &Run, steps: usize) -> Vec<f64> {
    let step = (run.case.step as usize).min(steps - 1);
    let bound = |m: usize, i: usize| {
        let rate = run.before("rate").model(m)[step];
        let (x, y) = (run.before("x").model(m)[i], run.before("y").model(m)[i]);
        EPS * ((rate * x).abs() + 2.0 * ((1.0 - rate) * y).abs() + run.after("y").model(m)[i].abs())
            + TINY
    };
    let numbers = run.after("y").shape()[2];
    (0..run.models())
        .flat_map(|m| (0..numbers).map(move |i| (m, i)))
        .map(|(m, i)| bound(m, i))
        .collect()
}
