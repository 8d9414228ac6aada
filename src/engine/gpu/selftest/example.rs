//! A small example of every kernel, with numbers that suit its operands.
//!
//! Small is: two models, two groups, more rows than a tile and more features than a subgroup is
//! wide, so that every loop and every barrier of a kernel does something.

use crate::op::{Access, Backend, BufferId, Op, Operand, Program, Tensor};
use ground::error::Result;

/// The step that examples are replayed at.
pub(super) const STEP: u32 = 2;

/// Rows of a group. Miri, which interprets, gets few of all.
const ROWS: usize = if cfg!(miri) { 5 } else { 37 };

/// Rows of a column that does not fit workgroup memory.
const LONG: usize = if cfg!(miri) { 60 } else { 2100 };

/// Features and inputs, odd and in fours.
const SIZES: [[usize; 2]; 2] = if cfg!(miri) { [[46, 6], [48, 8]] } else { [[70, 45], [72, 48]] };

/// Blocks of columns.
const BLOCKS: usize = 4;

/// Every kernel with and without what may be absent, with operands that can be read in fours and
/// others, kernels with large tiles, and a sort of long columns.
pub(super) fn every_example() -> Vec<Op> {
    let whole = |number: u32, shape: [usize; 3]| Tensor::whole(BufferId(number), shape);
    let [x, sorted, rank] = [0, 1, 2].map(|number| whole(number, [1, LONG, 2]));
    let long = Op::SortColumns { x, sorted, rank, groups: 1 };
    let odd = Op::examples(|letter, all| size(letter, all, SIZES[0]), whole);
    let fours = Op::examples(|letter, all| size(letter, all, SIZES[1]), whole);
    let large = |letter: &str, all: bool| match letter {
        "A" if all => 64,
        _ => size(letter, all, SIZES[0]),
    };
    // Only the kernels that read tiles and leave tiles have them in several sizes.
    let tiled = Op::examples(large, whole).into_iter().filter(|op| {
        ["norm_dense_forward", "norm_dense_backward", "dense_update"].contains(&op.name())
    });
    [odd, fours, vec![long], tiled.collect()].concat()
}

/// The size that a letter of a shape stands for.
fn size(letter: &str, whole: bool, [features, inputs]: [usize; 2]) -> usize {
    match letter {
        "M" | "G" => 2,
        "R" => ROWS,
        "I" | "Q" => inputs,
        "B" => BLOCKS,
        // Results of 32 rows were left by the layer before, or none.
        "A" => 32 * usize::from(whole),
        "E" if whole => 2,
        "E" => usize::from(!features.is_multiple_of(4)),
        "K" | "L" => 9,
        "S" => 3,
        "T" => 5,
        "H" => 4,
        "N" => 80,
        "P" => 300,
        _ => features,
    }
}

/// Makes room for an example's operands: its buffers are numbered as it numbers them.
/// Returns an example of the same kernel whose numbers are on the backend.
pub(super) fn place(
    op: &Op,
    mut alloc: impl FnMut([usize; 3]) -> Result<Tensor>,
    mut write: impl FnMut(Tensor, &[f64]) -> Result<()>,
) -> Result<()> {
    let operands = op.operands();
    let last = operands.iter().map(|operand| operand.tensor.buffer.0).max().unwrap_or(0);
    for number in 0..=last {
        let operand = operands.iter().find(|operand| operand.tensor.buffer.0 == number);
        let tensor = alloc(operand.map_or([1, 1, 1], |operand| operand.tensor.shape()))?;
        if let Some(operand) = operand {
            assert_eq!(tensor, operand.tensor, "{}: buffers in their order", op.name());
            write(tensor, &numbers(op, operand))?;
        }
    }
    Ok(())
}

/// The tensors that a kernel writes, by name.
pub(super) fn written(op: &Op) -> Vec<Operand> {
    op.operands().into_iter().filter(|operand| operand.access != Access::Read).collect()
}

/// What another backend makes of an example: the numbers that the kernel writes.
pub(super) fn answer(op: &Op, oracle: &mut dyn Backend) -> Result<Vec<Vec<f64>>> {
    answer_to(op, oracle, &|values| values)
}

/// The same for other numbers than the example's own.
pub(super) fn answer_to(
    op: &Op,
    oracle: &mut dyn Backend,
    change: &dyn Fn(Vec<f64>) -> Vec<f64>,
) -> Result<Vec<Vec<f64>>> {
    let mut given = Vec::new();
    place(
        op,
        |shape| oracle.alloc(shape),
        |tensor, values| {
            given.push((tensor, values.to_vec()));
            Ok(())
        },
    )?;
    for (tensor, values) in given {
        oracle.write(tensor, &change(values))?;
    }
    let mut program = Program::new("example");
    program.push(*op);
    let compiled = oracle.compile(&program)?;
    oracle.replay(&[(compiled, STEP)])?;
    written(op).into_iter().map(|operand| oracle.read(operand.tensor)).collect()
}

/// The numbers of an operand before the kernel runs; NaN where it writes without reading.
pub(super) fn numbers(op: &Op, operand: &Operand) -> Vec<f64> {
    let tensor = operand.tensor;
    let count = tensor.models * tensor.len();
    if operand.access == Access::Write {
        return vec![f64::NAN; count];
    }
    let columns = op.operands().iter().map(|other| other.tensor.features).max().unwrap_or(0);
    let place = |i: usize| (i % tensor.len() / tensor.features, i % tensor.features);
    let table = |row: &dyn Fn(usize) -> Vec<f64>| {
        (0..count).map(|i| row(place(i).0)[place(i).1]).collect::<Vec<f64>>()
    };
    match operand.name {
        "blocks" => table(&|block| block_row(block, tensor.rows, columns)),
        "gates" => table(&|gate| gate_row(gate, columns)),
        "sets" => table(&|set| {
            let len = columns / tensor.rows;
            [set * len, len - 1].map(|n| n as f64).into_iter().chain([0.75, 0.5]).collect()
        }),
        "levels" => table(&|level| vec![(level * (ROWS - 2) / tensor.rows) as f64, 0.25]),
        // Coprime to the rows of a group: every row has a rank of its own.
        "rank" => {
            (0..count).map(|i| ((7 * place(i).0 + place(i).1) % tensor.rows) as f64).collect()
        }
        name => random(count, u64::from(tensor.buffer.0))
            .into_iter()
            .enumerate()
            .map(|(i, number)| {
                // Behind the rows of x lie sums of squares.
                let spare = name == "x" && place(i).0 >= 2 * ROWS;
                if spare || POSITIVE.contains(&name) { 0.625 + 0.375 * number } else { number }
            })
            .collect(),
    }
}

/// Operands that are variances, their roots, rates, scales or shares.
const POSITIVE: [&str; 11] = [
    "v",
    "running_var",
    "running",
    "statistics",
    "above_statistics",
    "parts",
    "lr",
    "rate",
    "gamma",
    "soft",
    "parameters",
];

/// A number, one with a mask, and levels: kind, first, len, scale, missing.
fn block_row(block: usize, blocks: usize, columns: usize) -> Vec<f64> {
    let first = [0, 1, 3][block.min(2)] + block.saturating_sub(2) * 20;
    let (kind, len) = match block {
        0 => (1, 1),
        1 => (2, 2),
        _ if block + 1 == blocks => (0, columns - first),
        _ => (0, 20),
    };
    vec![f64::from(kind), first as f64, len as f64, 0.75, (block % 2) as f64]
}

/// asked, wanted, kind, first, len, choice, scale.
fn gate_row(gate: usize, columns: usize) -> Vec<f64> {
    let numbers = [11 * gate % columns, gate % 2, 0, 3 * gate % (columns - 3), 3, gate % 6];
    numbers.map(|number| number as f64).into_iter().chain([0.75]).collect()
}

/// Numbers on [-1, 1) that f32 holds exactly, from a linear congruential generator (Knuth's MMIX).
fn random(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed + 1;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 44) as f64 / f64::from(1 << 19) - 1.0
    };
    next();
    (0..count).map(|_| next()).collect()
}
