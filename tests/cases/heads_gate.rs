//! Choices of typed heads that follow from others.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run, TINY};
use super::heads::{MIXED, table};
use super::numbers::{Numbers, exact};
use engine::op::Op;

/// A gate: the column asked, whether it must be chosen, the other block, what it becomes.
type Gate = (usize, bool, usize, usize);

/// Gates between the blocks of [`MIXED`] (columns 0-2 levels, 3, 4-5 masked, 6 a level, 7-20
/// levels, 21-22 masked, 23, 24-25 levels): a chain, a pair that contradicts itself, present and
/// missing ones, levels that may not be (the first and the third of fourteen, the second of two).
const GATES: &[Gate] = &[
    (1, true, 2, 1),
    (5, true, 4, 11),
    (4, true, 4, 14),
    (4, true, 4, 16),
    (18, true, 5, 0),
    (22, false, 7, 1),
    (22, true, 7, 3),
    (0, false, 2, 0),
    (25, true, 0, 2),
];

/// What a gate's row says.
fn row(gate: &Gate) -> [f64; 7] {
    let blocks = table(MIXED);
    let (asked, wanted, block, choice) = *gate;
    let block = &blocks[5 * block..5 * block + 5];
    [
        asked as f64,
        f64::from(u8::from(wanted)),
        block[0],
        block[1],
        block[2],
        choice as f64,
        block[3],
    ]
}

/// Gates on `rows` rows of random choices, values of both signs among them; soft numbers of levels
/// are above 0 and a hundredth apart at least; in one row of three they are all the same, and in
/// another all but the first of a block are 0, so that the first of equal ones is told from others.
fn of_gates(models: usize, rows: usize, gates: &'static [Gate]) -> Case {
    let features: usize = MIXED.iter().map(|(_, len)| len).sum();
    let label = format!("{models} x {rows}, {} gates", gates.len());
    let mut numbers = Numbers::of("gates");
    let (shape, n) = ([models, rows, features], models * rows * features);
    let mut soft = numbers.normal(n);
    for (row, soft) in soft.chunks_exact_mut(features).enumerate() {
        let mut first = 0;
        for (kind, len) in MIXED {
            let levels = &mut soft[first..first + len];
            first += len;
            if *kind == 0 {
                levels.iter_mut().enumerate().for_each(|(i, p)| *p = exact(level_of(row, i)));
            }
        }
    }
    let y: Vec<f64> =
        numbers.normal(n).into_iter().map(|x| if x.abs() < 0.6 { 0.0 } else { x }).collect();
    let table: Vec<f64> = gates.iter().flat_map(row).collect();
    let slots = vec![
        Slot::given("gates", [models, gates.len(), 7], table.repeat(models)),
        Slot::given("soft", shape, soft),
        Slot::given("y", shape, y),
    ];
    Case::new(label, models, slots, |t| Op::HeadsGate { gates: t[0], soft: t[1], y: t[2] })
}

/// The soft number of a level.
fn level_of(row: usize, level: usize) -> f64 {
    match row % 3 {
        1 => 1.0 / 16.0,
        2 => f64::from(u8::from(level == 0)),
        _ => (1.0 + ((5 * level + row) % 17) as f64) / 64.0,
    }
}

/// All gates.
pub fn heads_gate(models: usize, rows: usize) -> Case {
    of_gates(models, rows, GATES)
}

/// Every case.
pub fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = [1, 63, 64, 65, 257]
        .into_iter()
        .map(|rows| of_gates([1, 3][rows % 2], rows, GATES))
        .collect();
    cases.extend([of_gates(3, 9, GATES).sharing("gates"), of_gates(3, 9, GATES).in_arenas()]);
    cases.extend([of_gates(3, 9, &GATES[..1]).in_two_arenas(), of_gates(1, 268, GATES)]);
    cases
}

/// Choices are exact; a value that becomes present is one product; a probability is divided (2.5
/// units) by a sum of at most fourteen others, by two gates at most.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    let y = run.after("y");
    let [models, rows, _] = y.shape();
    let numbers =
        (0..models).flat_map(|m| (0..rows).flat_map(move |r| y.row(m, r).iter().copied()));
    let soft = run.after("soft");
    let soft = (0..models).flat_map(|m| {
        (0..rows).flat_map(move |r| soft.row(m, r).iter().map(|p| 33.0 * EPS * p.abs()))
    });
    vec![
        ("soft", Allowed::Within(soft.collect())),
        ("y", Allowed::Within(numbers.map(|y| EPS * y.abs() + TINY).collect())),
    ]
}
