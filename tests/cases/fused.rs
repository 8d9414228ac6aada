//! Fused kernels: the cases.
//! `fused_parts` has the sequence of unfused cases that each of them stands for, `fused_bounds`
//! derives their tolerances.

use super::case::{Case, Slot};
use super::numbers::Numbers;
use super::{adam, batch_norm, dense};
use engine::op::Op;

/// `[models, rows of all groups, inputs, outputs]` of the dense layer, and the runs of rows with
/// statistics of their own.
pub type Shape = ([usize; 4], usize);

const EPSILON: f64 = 1e-3;

fn label(([models, rows, inputs, outputs], groups): Shape, slope: f64) -> String {
    format!("{models} x {rows}: {inputs} -> {outputs}, groups {groups}, slope {slope}")
}

/// gamma, then beta.
fn scale(numbers: &mut Numbers, models: usize, features: usize) -> Slot {
    let mut values = Vec::new();
    for _ in 0..models {
        let mut gamma = numbers.uniform(features, 0.5, 1.5);
        gamma.iter_mut().step_by(5).skip(1).for_each(|g| *g = -*g);
        values.extend(gamma);
        values.extend(numbers.uniform(features, -0.5, 0.5));
    }
    Slot::given("scale", [models, 2, features], values)
}

/// A dense layer and its normalisation.
pub fn forward(shape: Shape, momentum: f64, slope: f64) -> Case {
    let ([models, rows, inputs, outputs], groups) = shape;
    let label = format!("{}, momentum {momentum}", label(shape, slope));
    let mut numbers = Numbers::of(&label);
    let x = numbers.activations(models * rows * inputs);
    let w = dense::weights(&mut numbers, shape.0);
    let scale = scale(&mut numbers, models, outputs);
    let running = (0..models)
        .flat_map(|_| [numbers.normal(outputs), numbers.uniform(outputs, 0.0, 2.0)].concat());
    let running = running.collect();
    let slots = vec![
        Slot::given("x", [models, rows, inputs], x),
        Slot::given("w", [models, inputs, outputs], w),
        scale,
        Slot::given("running", [models, 2, outputs], running),
        Slot::blank("dense", [models, rows, outputs]),
        Slot::blank("statistics", [models, 2 * groups, outputs]),
        Slot::blank("y", [models, rows, outputs]),
    ];
    Case::new(label, models, slots, move |t| Op::DenseNormForward {
        x: t[0],
        w: t[1],
        scale: t[2],
        running: t[3],
        dense: t[4],
        statistics: t[5],
        y: t[6],
        groups,
        momentum,
        epsilon: EPSILON,
        slope,
    })
}

/// The gradient through the next layer, of `outputs` outputs, and this layer's normalisation of
/// `inputs` features.
pub fn backward(shape: Shape, slope: f64) -> Case {
    let ([models, rows, inputs, outputs], groups) = shape;
    let label = label(shape, slope);
    let mut numbers = Numbers::of(&label);
    let norm =
        batch_norm::backward(batch_norm::Shape { models, rows, features: inputs, groups, slope });
    let of_norm = |name: &str| norm.slots[norm.slot(name)].values.clone();
    let matrix = [models, rows, inputs];
    let slots = vec![
        Slot::given("dy", [models, rows, outputs], numbers.activations(models * rows * outputs)),
        Slot::given("w", [models, inputs, outputs], dense::weights(&mut numbers, shape.0)),
        Slot::given("dense", matrix, of_norm("x")),
        scale(&mut numbers, models, inputs),
        Slot::given("statistics", [models, 2 * groups, inputs], of_norm("statistics")),
        Slot::blank("dx", matrix),
        Slot::blank("dscale", [models, 2, inputs]),
    ];
    Case::new(label, models, slots, move |t| Op::DenseNormBackward {
        dy: t[0],
        w: t[1],
        dense: t[2],
        scale: t[3],
        statistics: t[4],
        dx: t[5],
        dscale: t[6],
        groups,
        slope,
    })
}

/// All parameters of a layer: the weights, and behind them nothing, a bias, or gamma and beta.
pub fn update([models, rows, inputs, outputs]: [usize; 4], extra: usize, steps: usize) -> Case {
    let label = format!("{models} x {rows}: {inputs} + {extra} -> {outputs}, {steps} rates");
    let mut numbers = Numbers::of(&label);
    let shape = [models, inputs + extra, outputs];
    let n = shape.iter().product();
    let given = adam::adam(models, (inputs + extra) * outputs, steps);
    let of_adam = |name: &str| given.slots[given.slot(name)].values.clone();
    // No zeros: where a second moment is nothing but the error of a small gradient, its root is not
    // known (`adam` has such cases on given gradients).
    let v = of_adam("v").into_iter().map(|v| super::exact(0.05 + v * 1e4)).collect();
    let mut slots = vec![
        Slot::given("x", [models, rows, inputs], numbers.activations(models * rows * inputs)),
        Slot::given("dy", [models, rows, outputs], numbers.activations(models * rows * outputs)),
        Slot::given("w", shape, numbers.uniform(n, -0.3, 0.3)),
        Slot::given("m", shape, of_adam("m")),
        Slot::given("v", shape, v),
        Slot::given("lr", [models, steps, 1], of_adam("lr")),
    ];
    if extra == 2 {
        slots.push(Slot::given(
            "dscale",
            [models, 2, outputs],
            numbers.normal(models * 2 * outputs),
        ));
    }
    Case::new(label, models, slots, |t| Op::DenseUpdate {
        x: t[0],
        dy: t[1],
        w: t[2],
        m: t[3],
        v: t[4],
        lr: t[5],
        dscale: t.get(6).copied(),
        beta1: adam::BETA1,
        beta2: adam::BETA2,
        epsilon: adam::EPSILON,
    })
}

/// Every case of a fused kernel: rows within a block of a GPU's workgroup, exactly one, and
/// several; features within a strip and beyond.
pub fn all() -> Vec<Case> {
    let shapes: [Shape; 12] = [
        ([1, 1, 1, 1], 1),
        ([1, 2, 3, 1], 2),
        ([3, 4, 5, 7], 2),
        ([1, 63, 8, 33], 1),
        ([3, 65, 9, 31], 1),
        ([1, 268, 32, 65], 1),
        ([1, 288, 64, 32], 1),
        ([1, 289, 7, 36], 1),
        ([1, 536, 63, 64], 2),
        ([1, 1200, 5, 3], 2),
        ([3, 130, 33, 64], 2),
        ([1, 268, 257, 128], 1),
    ];
    let mut cases = Vec::new();
    for (i, shape) in shapes.into_iter().enumerate() {
        let momentum = [0.99, 0.5][i % 2];
        cases.extend([forward(shape, momentum, 0.01), forward(shape, momentum, 1.0).in_arenas()]);
        cases.extend([backward(shape, 0.01).in_arenas(), backward(shape, 1.0)]);
        cases.extend([
            update(shape.0, i % 3, 5).at(2),
            update(shape.0, (i + 1) % 3, 3).in_arenas().at(7),
        ]);
    }
    let odd = ([3, 66, 17, 9], 2);
    cases.extend([
        forward(odd, 0.9, 0.2).in_two_arenas(),
        forward(odd, 0.9, 0.2).sharing("x").sharing("scale"),
    ]);
    cases.extend([
        backward(odd, 0.2).in_two_arenas(),
        backward(odd, 0.2).sharing("w").sharing("dy"),
    ]);
    cases.extend([
        update(odd.0, 2, 4).in_two_arenas(),
        update(odd.0, 2, 4).sharing("lr").sharing("dscale").at(1),
    ]);
    cases.extend([update([1, 268, 256, 128], 2, 9).at(3), update([1, 536, 64, 1], 1, 9).at(1)]);
    cases
}
