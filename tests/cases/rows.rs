//! Numbers that are moved, added, or multiplied and added for their speed alone: add, copy, record,
//! multiply_add.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run, TINY};
use super::numbers::Numbers;
use engine::op::Op;

/// `[models, rows, features]`.
pub type Shape = [usize; 3];

fn pair(shape: Shape, y: Slot) -> (String, Vec<Slot>) {
    let [models, rows, features] = shape;
    let label = format!("{models} x {rows} x {features}");
    let x = Numbers::of(&label).activations(shape.iter().product());
    (label, vec![Slot::given("x", shape, x), y])
}

/// `y = y + x`.
pub fn add(shape: Shape) -> Case {
    let y = Numbers::of("y").normal(shape.iter().product());
    let (label, slots) = pair(shape, Slot::given("y", shape, y));
    Case::new(label, shape[0], slots, |t| Op::Add { x: t[0], y: t[1] })
}

/// `y = x`.
pub fn copy(shape: Shape) -> Case {
    let (label, slots) = pair(shape, Slot::blank("y", shape));
    Case::new(label, shape[0], slots, |t| Op::Copy { x: t[0], y: t[1] })
}

/// `y` is x after rounds of `v = a v + b`.
pub fn multiply_add(shape: Shape, [a, b]: [f64; 2], times: usize) -> Case {
    let (label, slots) = pair(shape, Slot::blank("y", shape));
    let label = format!("{label}, {times} x ({a} v + {b})");
    Case::new(label, shape[0], slots, move |t| Op::MultiplyAdd { x: t[0], y: t[1], a, b, times })
}

/// One row of a history of `kept` rows, written every step of `period`.
pub fn record(models: usize, numbers: usize, kept: usize, period: usize) -> Case {
    let label = format!("{models} x {numbers} in {kept} rows, period {period}");
    let mut source = Numbers::of(&label);
    let slots = vec![
        Slot::given("x", [models, 1, numbers], source.activations(models * numbers)),
        Slot::given("history", [models, kept, numbers], source.normal(models * kept * numbers)),
    ];
    Case::new(label, models, slots, move |t| Op::Record { x: t[0], history: t[1], period })
}

/// Every case of these kernels.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for shape in
        [[1, 1, 1], [3, 1, 63], [1, 64, 1], [1, 5, 13], [3, 257, 65], [1, 268, 63], [3, 1000, 3]]
    {
        cases.extend([add(shape), add(shape).in_arenas(), copy(shape), copy(shape).in_arenas()]);
    }
    let shape = [3, 9, 15];
    cases.extend([
        add(shape).sharing("x"),
        copy(shape).sharing("x"),
        add(shape).in_two_arenas(),
        copy(shape).in_two_arenas(),
    ]);
    // Through 100 rounds numbers stay apart only if `a` is near 1.
    let [halves, slow] = [[-0.5, 3.0], [0.984375, -0.25]];
    for (shape, constants, times) in [
        ([1, 1, 1], halves, 0),
        ([3, 1, 63], halves, 4),
        ([1, 257, 65], slow, 8),
        ([3, 64, 64], slow, 100),
        ([1, 5, 4097], slow, 12),
    ] {
        cases.extend([
            multiply_add(shape, constants, times),
            multiply_add(shape, constants, times).in_arenas(),
        ]);
    }
    cases.push(multiply_add(shape, [0.75, -1.0], 8).sharing("x"));
    cases.push(multiply_add(shape, [0.75, -1.0], 8).in_two_arenas());
    for (models, numbers, kept, period) in
        [(1, 1, 1, 1), (3, 5, 4, 1), (1, 63, 7, 3), (3, 65, 2, 3), (1, 257, 3, 1)]
    {
        for step in [0, 2, 9, 4_000_000_001] {
            cases.push(record(models, numbers, kept, period).at(step));
        }
        cases.push(record(models, numbers, kept, period).in_arenas().at(8));
    }
    cases.push(record(3, 5, 4, 2).sharing("x").at(5));
    cases.push(record(3, 5, 4, 2).in_two_arenas().at(3));
    cases
}

/// How far rounding (of the product and of the sum, if they are not fused) can have led a number
/// after all rounds, term by term.
fn rounds_error(x: f64, [a, b]: [f64; 2], times: usize) -> f64 {
    let round = |(v, error): (f64, f64), _| {
        let next = a * v + b;
        (next, a.abs() * error + EPS * ((a * v).abs() + next.abs()) * (1.0 + EPS) + TINY)
    };
    (0..times).fold((x, 0.0), round).1
}

/// Moved numbers keep their bits; a sum is rounded once; rounds add up what each of them may lose.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::Add { .. } => {
            let sums = (0..run.models()).flat_map(|m| run.after("y").model(m));
            vec![("y", Allowed::Within(sums.map(|y| EPS * y.abs()).collect()))]
        }
        Op::Copy { .. } => vec![("y", Allowed::Bits)],
        Op::MultiplyAdd { a, b, times, .. } => {
            let given = (0..run.models()).flat_map(|m| run.before("x").model(m));
            vec![("y", Allowed::Within(given.map(|x| rounds_error(*x, [a, b], times)).collect()))]
        }
        Op::Record { .. } => vec![("history", Allowed::Bits)],
        other => unreachable!("{}", other.name()),
    }
}
