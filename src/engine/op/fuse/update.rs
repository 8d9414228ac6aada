//! Weight gradients with Adam as updates of layers.

use super::super::{Op, Program, Tensor};
use super::backward::{Split, Splits};
use super::{best_tile, unwritten};

/// An Adam over the parameters of a whole network as updates of its layers.
pub(super) struct Update {
    /// Its place in the Program.
    pub(super) adam: usize,
    /// The places of the kernels that made the gradients, which are not needed any more.
    pub(super) products: Vec<usize>,
    layers: Vec<Layer>,
    /// One for all, so that one dispatch can do them.
    tile: usize,
    lr: Tensor,
    constants: [f64; 3],
}

/// The parameters of a layer and what their gradients are made of.
struct Layer {
    product: usize,
    x: Tensor,
    dy: Tensor,
    /// The gradients of gamma and beta, in a layer that has them.
    dscale: Option<Tensor>,
    /// w, m and v.
    state: [Tensor; 3],
}

/// What can be updated by layers as far as it goes by itself.
pub(super) fn candidates(program: &Program, enough: usize) -> Vec<Update> {
    (0..program.ops().len()).filter_map(|at| candidate(program, at, enough)).collect()
}

fn candidate(program: &Program, at: usize, enough: usize) -> Option<Update> {
    let ops = program.ops();
    let Op::Adam { w, dw, m, v, lr, beta1, beta2, epsilon } = ops[at] else { return None };
    let mut products: Vec<(usize, Product)> = ops[..at]
        .iter()
        .enumerate()
        .filter_map(|(i, op)| Some((i, Product::within(op, &dw)?)))
        .collect();
    products.sort_by_key(|(_, product)| product.dw.offset);
    let first = |p: &Product| p.dw.offset - dw.offset;
    let mut layers = Vec::new();
    let mut end = 0;
    for (i, (index, product)) in products.iter().enumerate() {
        let start = first(product);
        let next = products.get(i + 1).map_or(dw.len(), |(_, p)| first(p));
        let free = [w, m, v].iter().all(|t| !t.overlaps(&product.x) && !t.overlaps(&product.dy));
        if start != end || !free || !product.can_move(program, [*index, at]) {
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
        let state = [w, m, v].map(|arena| arena.window(start, rows, features));
        let Product { x, dy, .. } = *product;
        layers.push(Layer { product: *index, x, dy, dscale, state });
        end = start + rows * features;
    }
    let products = products.iter().map(|(index, _)| *index).collect();
    let tile =
        best_tile(enough, |tile| layers.iter().map(|layer: &Layer| layer.workgroups(tile)).sum());
    let constants = [beta1, beta2, epsilon];
    (end == dw.len()).then_some(Update { adam: at, products, layers, tile, lr, constants })
}

impl Layer {
    /// Workgroups with tiles of a size.
    fn workgroups(&self, tile: usize) -> usize {
        let across = self.dy.features.div_ceil(tile);
        self.x.models * self.x.features.div_ceil(tile) * across
    }

    /// The gradient of the layer's normalisation, if that is split.
    fn split<'a>(&self, splits: &'a Splits) -> Option<&'a Split> {
        splits.values().find(|split| split.dx == self.dy)
    }

    /// Whether what it needs is there: the gradients of gamma and beta come from a split
    /// normalisation, and what that kept is still unchanged.
    fn holds(&self, program: &Program, splits: &Splits, adam: usize) -> bool {
        match (self.dscale, self.split(splits)) {
            (None, None) => true,
            (Some(dscale), Some(split)) => {
                dscale == split.dscale
                    && [split.dense, split.statistics]
                        .iter()
                        .all(|kept| unwritten(program.ops(), [self.product, adam], kept))
            }
            _ => false,
        }
    }
}

impl Update {
    /// Whether every layer has what it needs.
    pub(super) fn holds(&self, program: &Program, splits: &Splits) -> bool {
        self.layers.iter().all(|layer| layer.holds(program, splits, self.adam))
            && self.ops(splits).iter().all(|op| op.overlap().is_none())
    }

    /// The kernels, one for each layer.
    pub(super) fn ops(&self, splits: &Splits) -> Vec<Op> {
        let [beta1, beta2, epsilon] = self.constants;
        let update = |layer: &Layer| {
            let split = layer.split(splits);
            let [w, m, v] = layer.state;
            Op::DenseUpdate {
                x: layer.x,
                dy: split.map_or(layer.dy, |split| split.whole),
                dense: split.map(|split| split.dense),
                statistics: split.map(|split| split.statistics),
                w,
                m,
                v,
                lr: self.lr,
                groups: split.map_or(1, |split| split.groups),
                rows: split.map_or(layer.x.rows, |split| split.rows),
                after: split.map_or(0, |split| split.tile),
                tile: self.tile,
                beta1,
                beta2,
                epsilon,
            }
        };
        self.layers.iter().map(update).collect()
    }
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
    fn can_move(&self, program: &Program, [from, to]: [usize; 2]) -> bool {
        let ops = program.ops();
        let mine = |tensor: &Tensor| {
            tensor.overlaps(&self.dw) || self.db.is_some_and(|db| tensor.overlaps(&db))
        };
        let kept = [self.x, self.dy].iter().all(|input| unwritten(ops, [from + 1, to], input));
        let others = ops.iter().enumerate().filter(|(i, _)| *i != from && *i != to);
        kept && program.discards(&self.dw)
            && self.db.is_none_or(|db| program.discards(&db))
            && others.flat_map(|(_, op)| op.operands()).all(|o| !mine(&o.tensor))
    }
}
