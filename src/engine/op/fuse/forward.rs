//! Batch normalisations between two dense layers, forward.

use super::super::kernels::{TILES, moment_rows};
use super::super::{Op, Program, Tensor};
use super::{bindable, side_by_side, tile};
use std::collections::BTreeMap;

/// A normalisation that is split between the dense layers before and behind it.
#[derive(Clone, Copy)]
pub(super) struct Split {
    /// The dense result with the rows for its moments.
    whole: Tensor,
    scale: Tensor,
    running: Tensor,
    statistics: Tensor,
    y: Tensor,
    groups: usize,
    tile: usize,
    momentum: f64,
    epsilon: f64,
    slope: f64,
}

/// Split normalisations by their place in the Program.
pub(super) type Splits = BTreeMap<usize, Split>;

/// The normalisations that can be split.
pub(super) fn splits(program: &Program, enough: usize) -> Splits {
    let ops = program.ops();
    let all = ops.windows(3).enumerate();
    let mut splits: Splits =
        all.filter_map(|(at, three)| Some((at + 1, split(program, three, enough)?))).collect();
    // A kernel whose operands would overlap stays apart; what it would have shared does, too.
    while let Some(at) =
        (0..ops.len()).find(|at| joined(&splits, ops, *at, enough).is_some_and(|op| !possible(&op)))
    {
        splits.remove(&at.wrapping_sub(1));
        splits.remove(&(at + 1));
    }
    splits
}

fn split(program: &Program, ops: &[Op], enough: usize) -> Option<Split> {
    let [Op::DenseForward { y: dense, .. }, norm, Op::DenseForward { x, w, .. }] = ops else {
        return None;
    };
    let Op::BatchNormForward { x: normalised, gamma, beta, running_mean, running_var, .. } = *norm
    else {
        return None;
    };
    let Op::BatchNormForward { statistics, y, groups, momentum, epsilon, slope, .. } = *norm else {
        return None;
    };
    let scale = gamma.joined(&beta)?;
    let running = running_mean.joined(&running_var)?;
    let together = normalised == *dense && y == *x && side_by_side(&[scale, *w]).is_some();
    let (rows, features) = (dense.rows / groups, dense.features);
    let tile = tile([dense.models, groups, rows, features], enough);
    let spare = program.with_spare(dense)?;
    let all = groups * rows + moment_rows(groups, rows, tile);
    let whole = (spare.rows >= all).then(|| spare.rows_from(0, all))?;
    let split =
        Split { whole, scale, running, statistics, y, groups, tile, momentum, epsilon, slope };
    together.then_some(split)
}

/// The dense layer at a place with what it takes over from split normalisations around it.
/// A layer by itself is only taken where its result is so small that slices fill a GPU better; none
/// for others.
pub(super) fn joined(splits: &Splits, ops: &[Op], at: usize, enough: usize) -> Option<Op> {
    let Op::DenseForward { x, w, b, y } = *ops.get(at)? else { return None };
    let before = at.checked_sub(1).and_then(|before| splits.get(&before));
    let behind = splits.get(&(at + 1));
    let norm = before.or(behind);
    let groups = norm.map_or(1, |norm| norm.groups);
    let rows = y.rows / groups;
    let tile = tile([y.models, groups, rows, y.features], enough);
    if norm.is_none() && tile == TILES[2] {
        return None;
    }
    let constants = norm.map(|norm| [norm.momentum, norm.epsilon, norm.slope]);
    let [momentum, epsilon, slope] = constants.unwrap_or_default();
    let op = Op::NormDenseForward {
        x: before.map_or(x, |before| before.whole),
        parameters: match before {
            Some(before) => side_by_side(&[before.scale, w])?,
            None => w.flat(),
        },
        b,
        running: before.map(|before| before.running),
        statistics: before.map(|before| before.statistics),
        y: before.map(|before| before.y),
        dense: behind.map_or(y, |behind| behind.whole),
        groups,
        rows,
        before: before.map_or(0, |before| before.tile),
        tile,
        moments: behind.is_some(),
        momentum,
        epsilon,
        slope,
    };
    (norm.is_some() || possible(&op)).then_some(op)
}

/// Whether the kernel can be launched.
fn possible(op: &Op) -> bool {
    op.overlap().is_none() && bindable(op, "x")
}
