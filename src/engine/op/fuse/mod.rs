//! Kernels of a Program put together into fused ones that leave the same numbers up to rounding, for
//! a backend that is faster with few large kernels.
//!
//! A batch normalisation between two dense layers is split: the kernel of the layer before leaves
//! the moments of its tiles, and the kernel of the layer behind normalises while it loads.
//! Backwards it is the same with the sums of its gradient.
//! Weight gradients with Adam become updates of layers.
//!
//! The recorded Program stays the definition.
//! A rewrite is made only where nothing between the parts and nothing after them can tell; wherever
//! that is in doubt the parts stay as they are.
//! What a rewrite leaves unwritten (gradients, the tensors between two kernels) must have been
//! declared with `Program::discard`, and where it may leave sums, with `Program::spare`.
//! For example, a training `step` discards its gradients; an `update` by itself does not, so that
//! tests can read them.
//!
//! A GPU runs fused Programs, unless it is a software one or `GpuOptions::as_recorded` says
//! otherwise.
//! The CPU runs recorded ones.
//! The paper's step is 62 kernels as recorded and 26 dispatches fused (`tests/training/fusion.rs`).

mod backward;
mod forward;
mod update;

use super::kernels::{TILES, sum_rows};
use super::{Access, Op, Operand, Program, Tensor};
use update::Update;

/// Workgroups that should take part in a product at least: small tiles make more of them.
const LEAST: usize = 32;

/// Workgroups that keep every GPU busy: with so many, large tiles do the same with fewer reads.
pub(crate) const ENOUGH: usize = 512;

/// Rows that a fused kernel may need behind `groups` runs of `rows` rows of results, at most.
pub fn spare_rows(groups: usize, rows: usize) -> usize {
    sum_rows(groups, rows, TILES[0])
}

/// The Program with every sequence fused that can be.
/// What the Program [discards](Program::discard) may be left unwritten; everything else is written
/// as before.
pub fn fused(program: &Program) -> Program {
    fused_for(program, ENOUGH)
}

/// The same for a device that has enough to do with `enough` workgroups: from then on tiles are
/// large.
pub(crate) fn fused_for(program: &Program, enough: usize) -> Program {
    let ops = program.ops();
    let forward = forward::splits(program, enough);
    let (backward, updates) = settled(program, enough);
    let mut out = Vec::with_capacity(ops.len());
    for (at, op) in ops.iter().enumerate() {
        let gone = forward.contains_key(&at)
            || backward.contains_key(&at)
            || updates.iter().any(|update| update.products.contains(&at));
        if gone {
            continue;
        }
        if let Some(op) = forward::joined(&forward, ops, at, enough) {
            out.push(op);
        } else if let Some(split) = backward.get(&(at + 1)) {
            out.push(split.op(&backward));
        } else if let Some(update) = updates.iter().find(|update| update.adam == at) {
            out.extend(update.ops(&backward));
        } else {
            out.push(sliced(op, enough));
        }
    }
    program.with_ops(out)
}

/// A covariance by slices, where its result is so small that they fill a GPU better; any other kernel
/// as it is.
fn sliced(op: &Op, enough: usize) -> Op {
    let Op::Covariance { x, mean, covariance } = *op else { return *op };
    let tile = tile([x.models, 1, x.features, x.features], enough);
    match tile == TILES[2] {
        true => *op,
        false => Op::SlicedCovariance { x, mean, covariance, tile },
    }
}

/// The gradients of normalisations that can be split, by their place, and the updates that can be
/// made of layers: each may need the other, so what lacks its other half is given up until nothing
/// does.
fn settled(program: &Program, enough: usize) -> (backward::Splits, Vec<Update>) {
    let mut splits = backward::candidates(program, enough);
    let mut updates = update::candidates(program, enough);
    loop {
        let before = (splits.len(), updates.len());
        updates.retain(|update| update.holds(program, &splits));
        let kept: Vec<usize> = splits
            .keys()
            .copied()
            .filter(|at| splits[at].holds(program, &splits, &updates))
            .collect();
        splits.retain(|at, _| kept.contains(at));
        if (splits.len(), updates.len()) == before {
            return (splits, updates);
        }
    }
}

/// Rows and columns of the tiles of a product `[models, groups x rows, features]`.
fn tile([models, groups, rows, features]: [usize; 4], enough: usize) -> usize {
    best_tile(enough, |tile| models * groups * rows.div_ceil(tile) * features.div_ceil(tile))
}

/// Rows and columns of a tile, from the workgroups that there are with tiles of a size.
fn best_tile(enough: usize, workgroups: impl Fn(usize) -> usize) -> usize {
    let [small, middle, large] = TILES;
    if workgroups(large) >= enough {
        large
    } else if workgroups(middle) >= LEAST {
        middle
    } else {
        small
    }
}

/// Whether a GPU can bind a kernel's operands: no allocation both for reading and for writing, where
/// the operand `beside` counts as written, because its shader declares it so.
fn bindable(op: &Op, beside: &str) -> bool {
    let operands = op.operands();
    let written = |o: &Operand| o.access != Access::Read || o.name == beside;
    operands.iter().filter(|o| written(o)).all(|a| {
        operands.iter().filter(|o| !written(o)).all(|b| a.tensor.buffer != b.tensor.buffer)
    })
}

/// Two matrices and what lies between and behind them as one row of parameters; none if they do not
/// lie one behind the other.
fn side_by_side(parts: &[Tensor]) -> Option<Tensor> {
    let mut whole = parts[0].flat();
    for part in &parts[1..] {
        let next = part.flat();
        let behind = whole.buffer == next.buffer
            && whole.models == next.models
            && (whole.models == 1 || whole.stride == next.stride)
            && whole.offset + whole.len() == next.offset;
        if !behind {
            return None;
        }
        whole.features += next.features;
    }
    Some(whole)
}

/// Whether every kernel but `reader` that reads any of the numbers that `writer` wrote has had them
/// overwritten before.
fn only_reader(ops: &[Op], writer: usize, numbers: &Tensor, reader: usize) -> bool {
    let touches = |op: &Op, tensor: &Tensor, access: fn(Access) -> bool| {
        op.operands()
            .into_iter()
            .find(|o| access(o.access) && o.tensor.overlaps(tensor))
            .map(|o| o.tensor)
    };
    (0..ops.len()).filter(|index| *index != reader).all(|index| {
        let Some(read) = touches(&ops[index], numbers, |access| access != Access::Write) else {
            return true;
        };
        let before = (0..index)
            .rev()
            .find_map(|i| touches(&ops[i], &read, |access| access != Access::Read).map(|t| (i, t)));
        before.is_some_and(|(last, written)| last != writer && written.contains(&read))
    })
}

/// The places of the kernels that have any of these numbers as an operand.
fn users<'a>(ops: &'a [Op], numbers: &'a Tensor) -> impl Iterator<Item = usize> + 'a {
    let uses = |op: &Op| op.operands().iter().any(|o| o.tensor.overlaps(numbers));
    ops.iter().enumerate().filter(move |(_, op)| uses(op)).map(|(at, _)| at)
}

/// Whether no kernel from `from` to before `to` writes any of these numbers.
fn unwritten(ops: &[Op], [from, to]: [usize; 2], numbers: &Tensor) -> bool {
    let writes = |op: &Op| {
        op.operands().iter().any(|o| o.access != Access::Read && o.tensor.overlaps(numbers))
    };
    !ops[from..to].iter().any(writes)
}
