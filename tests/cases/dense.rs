//! Matrix products: the dense layer forward and backward.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run};
use super::numbers::Numbers;
use engine::op::Op;

/// `[models, rows, inputs, outputs]`.
pub type Shape = [usize; 4];

fn label([models, rows, inputs, outputs]: Shape, bias: bool) -> String {
    format!("{models} x {rows}: {inputs} -> {outputs}{}", if bias { " with bias" } else { "" })
}

/// Glorot uniform weights.
pub fn weights(numbers: &mut Numbers, [models, _, inputs, outputs]: Shape) -> Vec<f64> {
    let limit = (6.0 / (inputs + outputs) as f64).sqrt();
    numbers.uniform(models * inputs * outputs, -limit, limit)
}

/// `y = x w + b`.
pub fn forward(shape: Shape, bias: bool) -> Case {
    let [models, rows, inputs, outputs] = shape;
    let label = label(shape, bias);
    let mut numbers = Numbers::of(&label);
    let mut slots = vec![
        Slot::given("x", [models, rows, inputs], numbers.activations(models * rows * inputs)),
        Slot::given("w", [models, inputs, outputs], weights(&mut numbers, shape)),
        Slot::blank("y", [models, rows, outputs]),
    ];
    if bias {
        slots.push(Slot::given("b", [models, 1, outputs], numbers.normal(models * outputs)));
    }
    Case::new(label, models, slots, |t| Op::DenseForward {
        x: t[0],
        w: t[1],
        y: t[2],
        b: t.get(3).copied(),
    })
}

/// `dx = dy w^T`.
pub fn backward_input(shape: Shape) -> Case {
    let [models, rows, inputs, outputs] = shape;
    let label = label(shape, false);
    let mut numbers = Numbers::of(&label);
    let slots = vec![
        Slot::given("dy", [models, rows, outputs], numbers.activations(models * rows * outputs)),
        Slot::given("w", [models, inputs, outputs], weights(&mut numbers, shape)),
        Slot::blank("dx", [models, rows, inputs]),
    ];
    Case::new(label, models, slots, |t| Op::DenseBackwardInput { dy: t[0], w: t[1], dx: t[2] })
}

/// `dw = x^T dy`, `db = sum of rows`.
pub fn backward_weight(shape: Shape, bias: bool) -> Case {
    let [models, rows, inputs, outputs] = shape;
    let label = label(shape, bias);
    let mut numbers = Numbers::of(&label);
    let mut slots = vec![
        Slot::given("x", [models, rows, inputs], numbers.activations(models * rows * inputs)),
        Slot::given("dy", [models, rows, outputs], numbers.activations(models * rows * outputs)),
        Slot::blank("dw", [models, inputs, outputs]),
    ];
    if bias {
        slots.push(Slot::blank("db", [models, 1, outputs]));
    }
    Case::new(label, models, slots, |t| Op::DenseBackwardWeight {
        x: t[0],
        dy: t[1],
        dw: t[2],
        db: t.get(3).copied(),
    })
}

/// Every dense case.
pub fn all() -> Vec<Case> {
    let small = [
        [1, 1, 1, 1],
        [3, 3, 5, 7],
        [1, 1, 63, 1],
        [1, 1, 257, 65],
        [1, 63, 64, 65],
        [3, 65, 63, 64],
        [1, 64, 64, 64],
        [1, 257, 65, 1],
        [3, 64, 1, 63],
        [1, 2, 1000, 3],
        [1, 1000, 3, 2],
        [1, 268, 32, 32],
        [3, 17, 268, 33],
        [3, 65, 36, 132],
    ];
    let mut cases = Vec::new();
    for (i, shape) in small.into_iter().enumerate() {
        cases.extend([forward(shape, i % 2 == 0), forward(shape, i % 2 == 1).in_arenas()]);
        cases.extend([backward_input(shape), backward_input(shape).in_arenas()]);
        cases.extend([
            backward_weight(shape, i % 2 == 0),
            backward_weight(shape, i % 2 == 1).in_arenas(),
        ]);
    }
    let odd = [3, 65, 33, 31];
    cases.extend([
        forward(odd, true).sharing("x"),
        forward(odd, true).sharing("w").sharing("b").in_arenas(),
    ]);
    cases.extend([forward(odd, true).in_two_arenas(), backward_weight(odd, true).in_two_arenas()]);
    cases.extend([
        backward_input(odd).sharing("w"),
        backward_input(odd).sharing("dy").in_two_arenas(),
    ]);
    cases.extend([
        backward_weight(odd, true).sharing("x"),
        backward_weight(odd, false).sharing("dy").in_arenas(),
    ]);
    for shape in [[1, 268, 1024, 512], [1, 536, 63, 512], [3, 268, 32, 257]] {
        cases.extend([forward(shape, true), backward_input(shape), backward_weight(shape, true)]);
    }
    cases
}

/// `c[i][j] = sum over k of |a(i, k)| |b(k, j)|` with `b` by rows.
fn absolute_product<'a>(
    rows: usize,
    a: impl Fn(usize, usize) -> f64,
    terms: usize,
    b: impl Fn(usize) -> &'a [f64],
) -> Vec<f64> {
    let columns = b(0).len();
    let mut c = vec![0.0; rows * columns];
    for (i, row) in c.chunks_exact_mut(columns).enumerate() {
        for k in 0..terms {
            let factor = a(i, k).abs();
            row.iter_mut().zip(b(k)).for_each(|(c, b)| *c += factor * b.abs());
        }
    }
    c
}

/// A sum of K products in any order and grouping, each product and each addition rounded once, is
/// within K eps of the sum of their magnitudes (Higham, "Accuracy and Stability", 3.1), the bias
/// being one more term; two more eps cover the second-order terms.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::DenseForward { .. } => vec![("y", forward_tolerance(run))],
        Op::DenseBackwardInput { .. } => vec![("dx", input_tolerance(run))],
        Op::DenseBackwardWeight { db, .. } => {
            let mut allowed = vec![("dw", weight_tolerance(run))];
            allowed.extend(db.map(|_| ("db", bias_tolerance(run))));
            allowed
        }
        other => unreachable!("{}", other.name()),
    }
}

fn scaled(mut sums: Vec<f64>, terms: usize) -> Vec<f64> {
    sums.iter_mut().for_each(|sum| *sum *= (terms + 2) as f64 * EPS);
    sums
}

fn each_model(run: &Run, of: impl Fn(usize) -> Vec<f64>) -> Allowed {
    Allowed::Within((0..run.models()).flat_map(of).collect())
}

fn forward_tolerance(run: &Run) -> Allowed {
    let (x, w) = (run.before("x"), run.before("w"));
    let [_, rows, inputs] = x.shape();
    each_model(run, |m| {
        let mut sums = absolute_product(rows, |r, k| x.at(m, r, k), inputs, |k| w.row(m, k));
        if run.has("b") {
            let b = run.before("b").model(m);
            sums.iter_mut().zip(b.iter().cycle()).for_each(|(sum, b)| *sum += b.abs());
        }
        scaled(sums, inputs + usize::from(run.has("b")))
    })
}

fn input_tolerance(run: &Run) -> Allowed {
    let (dy, w) = (run.before("dy"), run.before("w"));
    let [_, rows, outputs] = dy.shape();
    let inputs = w.shape()[1];
    each_model(run, |m| {
        let transposed: Vec<f64> =
            (0..outputs * inputs).map(|i| w.at(m, i % inputs, i / inputs)).collect();
        let column = |o: usize| &transposed[o * inputs..(o + 1) * inputs];
        scaled(absolute_product(rows, |r, o| dy.at(m, r, o), outputs, column), outputs)
    })
}

fn weight_tolerance(run: &Run) -> Allowed {
    let (x, dy) = (run.before("x"), run.before("dy"));
    let [_, rows, inputs] = x.shape();
    each_model(run, |m| {
        scaled(absolute_product(inputs, |i, r| x.at(m, r, i), rows, |r| dy.row(m, r)), rows)
    })
}

fn bias_tolerance(run: &Run) -> Allowed {
    let dy = run.before("dy");
    let rows = dy.shape()[1];
    each_model(run, |m| scaled(absolute_product(1, |_, _| 1.0, rows, |r| dy.row(m, r)), rows))
}
