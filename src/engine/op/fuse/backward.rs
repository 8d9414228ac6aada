//! Batch normalisations between two dense layers, backward.

use super::super::kernels::sum_rows;
use super::super::{Op, Program, Tensor};
use super::update::Update;
use super::{bindable, only_reader, side_by_side, tile, users};
use std::collections::BTreeMap;

/// The gradient of a normalisation, split between the gradient of the dense layer behind it, whose
/// kernel takes its first part over, and whatever reads the result.
#[derive(Clone, Copy)]
pub(super) struct Split {
    /// Its place in the Program.
    at: usize,
    /// The gradient that goes into the layer behind.
    dy: Tensor,
    /// gamma, beta and the weights of the layer behind.
    parameters: Tensor,
    pub(super) dense: Tensor,
    pub(super) statistics: Tensor,
    /// The result, with the rows for its sums.
    pub(super) whole: Tensor,
    pub(super) dx: Tensor,
    /// Gradients of gamma and beta.
    pub(super) dscale: Tensor,
    pub(super) groups: usize,
    pub(super) rows: usize,
    pub(super) tile: usize,
    slope: f64,
}

/// Split gradients by their place in the Program.
pub(super) type Splits = BTreeMap<usize, Split>;

/// What can be split as far as it goes by itself.
pub(super) fn candidates(program: &Program, enough: usize) -> Splits {
    let pairs = program.ops().windows(2).enumerate();
    pairs.filter_map(|(at, two)| Some((at + 1, split(program, at + 1, two, enough)?))).collect()
}

fn split(program: &Program, at: usize, two: &[Op], enough: usize) -> Option<Split> {
    let [Op::DenseBackwardInput { dy, w, dx: between }, norm] = two else { return None };
    let Op::BatchNormBackward { x: dense, dy: taken, gamma, beta, dgamma, dbeta, .. } = *norm
    else {
        return None;
    };
    let Op::BatchNormBackward { statistics, dx, groups, slope, .. } = *norm else { return None };
    let parameters = side_by_side(&[gamma.joined(&beta)?, *w])?;
    let dscale = dgamma.joined(&dbeta)?;
    let rows = dx.rows / groups;
    let tile = tile([dx.models, groups, rows, dx.features], enough);
    let spare = program.with_spare(&dx)?;
    let all = groups * rows + sum_rows(groups, rows, tile);
    let whole = (spare.rows >= all).then(|| spare.rows_from(0, all))?;
    let unseen = taken == *between
        && [between, &dx, &dscale].into_iter().all(|tensor| program.discards(tensor))
        && only_reader(program.ops(), at - 1, between, at);
    let split = Split {
        at,
        dy: *dy,
        parameters,
        dense,
        statistics,
        whole,
        dx,
        dscale,
        groups,
        rows,
        tile,
        slope,
    };
    unseen.then_some(split)
}

impl Split {
    /// Whether everything that reads the result is fused, too, and nothing else knows of it.
    pub(super) fn holds(&self, program: &Program, splits: &Splits, updates: &[Update]) -> bool {
        let updated = |at: &usize| updates.iter().any(|u| u.adam == *at || u.products.contains(at));
        let passed_on = |at: &usize| splits.get(&(at + 1)).is_some_and(|next| next.dy == self.dx);
        let ops = program.ops();
        let mut readers = users(ops, &self.dx).filter(|at| *at != self.at);
        let mut scaled = users(ops, &self.dscale).filter(|at| *at != self.at);
        readers.all(|at| updated(&at) || passed_on(&at))
            && scaled.all(|at| updated(&at))
            && self.op(splits).overlap().is_none()
            && bindable(&self.op(splits), "dy")
    }

    /// The kernel.
    pub(super) fn op(&self, splits: &Splits) -> Op {
        let behind = splits.values().find(|behind| behind.dx == self.dy);
        Op::NormDenseBackward {
            dy: behind.map_or(self.dy, |behind| behind.whole),
            above: behind.map(|behind| behind.dense),
            above_statistics: behind.map(|behind| behind.statistics),
            parameters: self.parameters,
            dense: self.dense,
            statistics: self.statistics,
            dx: self.whole,
            groups: self.groups,
            rows: self.rows,
            after: behind.map_or(0, |behind| behind.tile),
            tile: self.tile,
            slope: self.slope,
        }
    }
}
