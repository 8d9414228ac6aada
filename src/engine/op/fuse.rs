//! Kernels of a Program put together into fused ones that leave the same numbers, for a backend
//! that is faster with few large kernels.
//!
//! A dense layer with its normalisation becomes one kernel, forward and backward.
//! Weight gradients with Adam become updates of layers.
//!
//! The recorded Program stays the definition.
//! A rewrite is made only where nothing between the parts and nothing after them can tell; wherever
//! that is in doubt the parts stay as they are.
//! What a rewrite leaves unwritten (gradients, the tensor between two backward kernels) must have
//! been declared with `Program::discard`.
//! For example, a training `step` discards its gradients; an `update` by itself does not, so that
//! tests can read them.
//!
//! A GPU runs fused Programs, unless it is a software one or `GpuOptions::as_recorded` says
//! otherwise.
//! The CPU runs recorded ones.
//! The paper's step is 62 kernels as recorded and 30 dispatches fused (`tests/training/fusion.rs`).

use super::{Access, Op, Program, Tensor};

/// The Program with every sequence fused that can be: a dense layer with the batch normalisation
/// behind it, forward and backward, and weight gradients with their Adam.
/// What the Program [discards](Program::discard) may be left unwritten; everything else is written
/// as before.
pub fn fused(program: &Program) -> Program {
    let mut ops = layers(program);
    let mut at = 0;
    while at < ops.len() {
        if let Some((gone, updates)) = update(program, &ops, at) {
            ops.splice(at..=at, updates.iter().copied());
            for index in gone.iter().rev() {
                ops.remove(*index);
            }
            at = at + updates.len() - gone.len();
        } else {
            at += 1;
        }
    }
    program.with_ops(ops)
}

fn layers(program: &Program) -> Vec<Op> {
    let ops = program.ops();
    let mut out = Vec::with_capacity(ops.len());
    let mut at = 0;
    while at < ops.len() {
        let pair = ops
            .get(at + 1)
            .and_then(|next| forward(&ops[at], next).or_else(|| backward(program, at)));
        match pair.filter(|op| op.overlap().is_none()) {
            Some(op) => (out.push(op), at += 2).1,
            None => (out.push(ops[at]), at += 1).1,
        }
    }
    out
}

/// `dense_forward` and the normalisation of its result.
fn forward(first: &Op, second: &Op) -> Option<Op> {
    let Op::DenseForward { x, w, b: None, y: dense } = *first else { return None };
    let Op::BatchNormForward { x: normalised, gamma, beta, running_mean, running_var, .. } =
        *second
    else {
        return None;
    };
    let Op::BatchNormForward { statistics, y, groups, momentum, epsilon, slope, .. } = *second
    else {
        return None;
    };
    if normalised != dense {
        return None;
    }
    let (scale, running) = (gamma.joined(&beta)?, running_mean.joined(&running_var)?);
    Some(Op::DenseNormForward {
        x,
        w,
        scale,
        running,
        dense,
        statistics,
        y,
        groups,
        momentum,
        epsilon,
        slope,
    })
}

/// `dense_backward_input` at a place of the Program and the gradient of the normalisation that
/// takes it in.
fn backward(program: &Program, at: usize) -> Option<Op> {
    let Op::DenseBackwardInput { dy, w, dx: between } = program.ops()[at] else { return None };
    let Op::BatchNormBackward { x: dense, dy: taken, gamma, beta, dgamma, dbeta, .. } =
        program.ops()[at + 1]
    else {
        return None;
    };
    let Op::BatchNormBackward { statistics, dx, groups, slope, .. } = program.ops()[at + 1] else {
        return None;
    };
    if taken != between
        || !program.discards(&between)
        || !only_reader(program.ops(), at, &between, at + 1)
    {
        return None;
    }
    let (scale, dscale) = (gamma.joined(&beta)?, dgamma.joined(&dbeta)?);
    Some(Op::DenseNormBackward { dy, w, dense, scale, statistics, dx, dscale, groups, slope })
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

/// An Adam over the parameters of a whole network as updates of its layers: the places of the
/// kernels that made the gradients, which are not needed any more, in ascending order, and what
/// stands in the place of Adam.
fn update(program: &Program, ops: &[Op], at: usize) -> Option<(Vec<usize>, Vec<Op>)> {
    let Op::Adam { w, dw, m, v, lr, beta1, beta2, epsilon } = *ops.get(at)? else { return None };
    let mut products: Vec<(usize, Product)> = ops[..at]
        .iter()
        .enumerate()
        .filter_map(|(i, op)| Some((i, Product::within(op, &dw)?)))
        .collect();
    products.sort_by_key(|(_, product)| product.dw.offset);
    let first = |p: &Product| p.dw.offset - dw.offset;
    let mut updates = Vec::new();
    let mut end = 0;
    for (i, (index, product)) in products.iter().enumerate() {
        let start = first(product);
        let next = products.get(i + 1).map_or(dw.len(), |(_, p)| first(p));
        let free = [w, m, v].iter().all(|t| !t.overlaps(&product.x) && !t.overlaps(&product.dy));
        if start != end || !free || !product.can_move(program, ops, [*index, at]) {
            return None;
        }
        let features = product.dw.features;
        let rows = (next - start) / features;
        let dscale = match (product.db, rows.checked_sub(product.dw.rows)?) {
            (None, 0) => None,
            (Some(db), 1) if product.dw.joined(&db).is_some() => None,
            (None, 2) => Some(dw.window(start + product.dw.len(), 2, features)),
            _ => return None,
        };
        let [w, m, v] = [w, m, v].map(|arena| arena.window(start, rows, features));
        let Product { x, dy, .. } = *product;
        updates.push(Op::DenseUpdate { x, dy, dscale, w, m, v, lr, beta1, beta2, epsilon });
        end = start + rows * features;
    }
    let whole = end == dw.len() && updates.iter().all(|op| op.overlap().is_none());
    let mut gone: Vec<usize> = products.iter().map(|(index, _)| *index).collect();
    gone.sort_unstable();
    whole.then_some((gone, updates))
}

/// A kernel that makes weight gradients.
struct Product {
    x: Tensor,
    dy: Tensor,
    dw: Tensor,
    db: Option<Tensor>,
}

impl Product {
    /// The kernel's operands, if it writes into this arena of gradients.
    fn within(op: &Op, arena: &Tensor) -> Option<Self> {
        let Op::DenseBackwardWeight { x, dy, dw, db } = *op else { return None };
        (arena.rows == 1 && arena.contains(&dw)).then_some(Self { x, dy, dw, db })
    }

    /// Whether the kernel at `from` could as well run at `to`, where Adam is, without leaving
    /// gradients behind: its inputs are still there, nobody else reads or writes the gradients, and
    /// nobody asks for them.
    fn can_move(&self, program: &Program, ops: &[Op], [from, to]: [usize; 2]) -> bool {
        let mine = |tensor: &Tensor| {
            tensor.overlaps(&self.dw) || self.db.is_some_and(|db| tensor.overlaps(&db))
        };
        let input = |tensor: &Tensor| tensor.overlaps(&self.x) || tensor.overlaps(&self.dy);
        let kept = ops[from + 1..to]
            .iter()
            .flat_map(Op::operands)
            .all(|o| o.access == Access::Read || !input(&o.tensor));
        let others = ops.iter().enumerate().filter(|(i, _)| *i != from && *i != to);
        kept && program.discards(&self.dw)
            && self.db.is_none_or(|db| program.discards(&db))
            && others.flat_map(|(_, op)| op.operands()).all(|o| !mine(&o.tensor))
    }
}
