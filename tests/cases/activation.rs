//! Leaky ReLU and tanh on their own.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run, TINY};
use super::numbers::Numbers;
use engine::op::Op;

/// `[models, rows, features]`.
pub type Shape = [usize; 3];

fn label(shape: Shape) -> String {
    let [models, rows, features] = shape;
    format!("{models} x {rows} x {features}")
}

fn size(shape: Shape) -> usize {
    shape.iter().product()
}

/// `y = x if x > 0 else slope x`, exact zeros among x.
pub fn leaky_relu_forward(shape: Shape, slope: f64) -> Case {
    let label = format!("{}, slope {slope}", label(shape));
    let x = Numbers::of(&label).activations(size(shape));
    let slots = vec![Slot::given("x", shape, x), Slot::blank("y", shape)];
    Case::new(label, shape[0], slots, move |t| Op::LeakyReluForward { x: t[0], y: t[1], slope })
}

/// Its gradient: x is exact in f32, so that no branch is in doubt, and zeros take the side of the
/// slope.
pub fn leaky_relu_backward(shape: Shape, slope: f64) -> Case {
    let label = format!("{}, slope {slope}", label(shape));
    let mut numbers = Numbers::of(&label);
    let slots = vec![
        Slot::given("x", shape, numbers.activations(size(shape))),
        Slot::given("dy", shape, numbers.normal(size(shape))),
        Slot::blank("dx", shape),
    ];
    Case::new(label, shape[0], slots, move |t| Op::LeakyReluBackward {
        x: t[0],
        dy: t[1],
        dx: t[2],
        slope,
    })
}

/// `y = tanh(x)` from the linear part to far beyond where f32 can tell it from 1 and where exp
/// overflows.
pub fn tanh_forward(shape: Shape) -> Case {
    let label = label(shape);
    let mut x = Numbers::of(&label).activations(size(shape));
    let ends = [0.0, -0.0, 1e-6, -1e-3, 9.0, -9.5, 15.0, -16.0, 44.5, -89.0, 1000.0, -3e38];
    for (x, end) in x.iter_mut().skip(3).step_by(7).zip(ends.into_iter().cycle()) {
        *x = super::numbers::exact(end);
    }
    let slots = vec![Slot::given("x", shape, x), Slot::blank("y", shape)];
    Case::new(label, shape[0], slots, |t| Op::TanhForward { x: t[0], y: t[1] })
}

/// `dx = dy (1 - y^2)`.
pub fn tanh_backward(shape: Shape) -> Case {
    let label = label(shape);
    let mut numbers = Numbers::of(&label);
    let mut y = numbers.uniform(size(shape), -1.0, 1.0);
    y.iter_mut().skip(2).step_by(11).for_each(|y| *y = y.signum());
    let slots = vec![
        Slot::given("y", shape, y),
        Slot::given("dy", shape, numbers.normal(size(shape))),
        Slot::blank("dx", shape),
    ];
    Case::new(label, shape[0], slots, |t| Op::TanhBackward { y: t[0], dy: t[1], dx: t[2] })
}

/// Every case of the activations.
pub fn all() -> Vec<Case> {
    let shapes =
        [[1, 1, 1], [1, 1, 63], [1, 64, 1], [3, 5, 13], [1, 257, 65], [1, 268, 64], [3, 7, 1000]];
    let mut cases = Vec::new();
    for (i, shape) in shapes.into_iter().enumerate() {
        let slope = [0.01, 0.2, 1.0][i % 3];
        cases.extend([
            leaky_relu_forward(shape, slope),
            leaky_relu_backward(shape, slope).in_arenas(),
        ]);
        cases.extend([tanh_forward(shape).in_arenas(), tanh_backward(shape)]);
    }
    let shape = [3, 9, 15];
    cases.extend([
        leaky_relu_forward(shape, 0.01).sharing("x"),
        leaky_relu_backward(shape, 0.01).sharing("dy"),
    ]);
    cases.extend([
        leaky_relu_forward(shape, 0.01).in_two_arenas(),
        leaky_relu_backward(shape, 0.01).in_two_arenas(),
    ]);
    cases.extend([tanh_forward(shape).sharing("x").in_arenas(), tanh_backward(shape).sharing("y")]);
    cases.extend([tanh_forward(shape).in_two_arenas(), tanh_backward(shape).in_two_arenas()]);
    cases
}

/// A product with a rounded slope is within two roundings.
///
/// tanh: WGSL promises the worse of 1e-5 and what follows from sinh / cosh by exp, and 1e-5 is what
/// is left for the builtin; we ask for what a kernel with `1 - 2 / (exp(2 |x|) + 1)` reaches: with
/// e = exp(2|x|), exp is within 3 + 4|x| units, so that the quotient q = 2 / (e + 1) is within (3 +
/// 4|x| + 1 + 2.5) units of itself and 1 - q within one more of the result.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    let (name, given) = match run.op() {
        Op::LeakyReluForward { .. } | Op::TanhForward { .. } => ("y", "x"),
        Op::LeakyReluBackward { .. } => ("dx", "x"),
        Op::TanhBackward { .. } => ("dx", "y"),
        other => unreachable!("{}", other.name()),
    };
    let written = run.after(name);
    let mut tolerances = Vec::new();
    for m in 0..run.models() {
        for (i, (&out, &input)) in
            written.model(m).iter().zip(run.before(given).model(m)).enumerate()
        {
            tolerances.push(match run.op() {
                Op::TanhForward { .. } => tanh_error(input),
                Op::TanhBackward { .. } => {
                    let dy = run.before("dy").model(m)[i];
                    dy.abs() * (EPS * input * input + 2.0 * EPS * (1.0 - input * input)) + TINY
                }
                _ => 2.0 * EPS * out.abs() + TINY,
            });
        }
    }
    vec![(name, Allowed::Within(tolerances))]
}

fn tanh_error(x: f64) -> f64 {
    let quotient = 2.0 / ((2.0 * x.abs()).exp() + 1.0);
    let units = 3.0 + 4.0 * x.abs() + 1.0 + 2.5;
    let quotient_error = if quotient > 0.0 { quotient * units * EPS } else { 0.0 };
    quotient_error + EPS * (x.tanh().abs() + 1.0) + TINY
}
