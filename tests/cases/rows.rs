//! Numbers that are moved or added: add, copy, record.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run};
use super::numbers::Numbers;
use mellizo::op::Op;

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
    for shape in [[1, 1, 1], [3, 1, 63], [1, 64, 1], [1, 5, 13], [3, 257, 65], [1, 268, 63], [3, 1000, 3]] {
        cases.extend([add(shape), add(shape).in_arenas(), copy(shape), copy(shape).in_arenas()]);
    }
    let shape = [3, 9, 15];
    cases.extend([
        add(shape).sharing("x"),
        copy(shape).sharing("x"),
        add(shape).in_two_arenas(),
        copy(shape).in_two_arenas(),
    ]);
    for (models, numbers, kept, period) in [(1, 1, 1, 1), (3, 5, 4, 1), (1, 63, 7, 3), (3, 65, 2, 3), (1, 257, 3, 1)] {
        for step in [0, 2, 9, 4_000_000_001] {
            cases.push(record(models, numbers, kept, period).at(step));
        }
        cases.push(record(models, numbers, kept, period).in_arenas().at(8));
    }
    cases.push(record(3, 5, 4, 2).sharing("x").at(5));
    cases.push(record(3, 5, 4, 2).in_two_arenas().at(3));
    cases
}

/// Moved numbers keep their bits; a sum is rounded once.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::Add { .. } => {
            let sums = (0..run.models()).flat_map(|m| run.after("y").model(m));
            vec![("y", Allowed::Within(sums.map(|y| EPS * y.abs()).collect()))]
        }
        Op::Copy { .. } => vec![("y", Allowed::Bits)],
        Op::Record { .. } => vec![("history", Allowed::Bits)],
        other => unreachable!("{}", other.name()),
    }
}
