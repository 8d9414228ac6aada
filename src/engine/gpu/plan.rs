//! Kernel by kernel: file, entry point, grid, sizes and constants of a launch.

use super::launch::MOST_WORKGROUPS;
use super::shader::{SHORT_COLUMN, STRIP, TILE, WIDE_STRIP, WORKGROUP};
use crate::op::{Op, Random, Tensor, philox};

/// Rows that a workgroup of `batch_norm_inference` normalises by what it has read of its features,
/// as long as there are workgroups enough.
const INFERRED: usize = 128;

/// The part of a launch that differs from kernel to kernel.
pub(super) struct Plan {
    pub file: &'static str,
    pub entry: &'static str,
    pub clock: bool,
    pub grid: [usize; 2],
    pub scalars: Vec<(&'static str, u32)>,
}

impl Plan {
    fn new(
        file: &'static str,
        entry: &'static str,
        grid: [usize; 2],
        scalars: Vec<(&'static str, u32)>,
    ) -> Self {
        Self { file, entry, clock: false, grid, scalars }
    }

    /// One thread a number, each striding over the rest.
    fn numbers(file: &'static str, op: &Op, numbers: usize) -> Self {
        Self::new(file, op.name(), [strided(numbers), 1], vec![("size", size(numbers))])
    }

    fn with(mut self, scalars: impl IntoIterator<Item = (&'static str, u32)>) -> Self {
        self.scalars.extend(scalars);
        self
    }

    fn at_step(mut self) -> Self {
        self.clock = true;
        self
    }

    fn random(self, random: &Random) -> Self {
        let [low, high] = philox::key(random.seed);
        self.at_step().with([("stream", random.stream), ("seed_low", low), ("seed_high", high)])
    }
}

/// How an [`Op`] is launched.
pub(super) fn plan(op: &Op) -> Plan {
    match op {
        Op::Noise { .. } | Op::NormalNoise { .. } => random(op),
        Op::Directions { .. } | Op::TypedDirections { .. } | Op::Gather { .. } => random(op),
        Op::DenseForward { .. }
        | Op::DenseBackwardInput { .. }
        | Op::DenseBackwardWeight { .. } => dense(op),
        Op::BatchNormForward { .. }
        | Op::BatchNormInference { .. }
        | Op::BatchNormBackward { .. } => batch_norm(op),
        Op::DenseNormForward { .. } | Op::DenseNormBackward { .. } | Op::DenseUpdate { .. } => {
            fused(op)
        }
        Op::LogisticLoss { .. } | Op::SortColumns { .. } | Op::PercentileLoss { .. } => loss(op),
        Op::SortedLoss { .. } | Op::CovarianceLoss { .. } => distance(op),
        Op::Moments { .. } | Op::Covariance { .. } | Op::FiniteCheck { .. } => statistics(op),
        _ => numbers(op),
    }
}

fn random(op: &Op) -> Plan {
    match op {
        Op::Noise { out, random } => {
            let plan = Plan::new("noise", op.name(), [strided(out.len().div_ceil(4)), 1], vec![]);
            plan.with([("size", size(out.len()))]).random(random)
        }
        Op::NormalNoise { out, random } => {
            Plan::numbers("normal_noise", op, out.len()).random(random)
        }
        Op::Directions { out, random } => columns("directions", op.name(), out, 1).random(random),
        Op::TypedDirections { factor, blocks, out, sets, random } => {
            let sizes =
                [factor.rows, blocks.rows, out.features, sets.dense, sets.principal, sets.pairs]
                    .map(size);
            let names = ["rank", "count", "width", "dense", "principal", "pairs"];
            Plan::new("typed_directions", op.name(), [out.rows, 1], vec![])
                .with(names.into_iter().zip(sizes))
                .random(random)
        }
        Op::Gather { data, batch, random } => {
            let scalars =
                matrix(batch, 1).into_iter().chain([("patients", size(data.rows))]).collect();
            let strips = batch.rows.div_ceil(STRIP as usize);
            Plan::new("gather", op.name(), [strips, 1], scalars).random(random)
        }
        _ => unreachable!(),
    }
}

fn dense(op: &Op) -> Plan {
    let (rows, w, result, biased) = match op {
        Op::DenseForward { x, w, b, y } => (x.rows, w, y, b.is_some()),
        Op::DenseBackwardInput { dy, w, dx } => (dy.rows, w, dx, false),
        Op::DenseBackwardWeight { x, dw, db, .. } => (x.rows, dw, dw, db.is_some()),
        _ => unreachable!(),
    };
    let scalars = vec![
        ("rows", size(rows)),
        ("inputs", size(w.rows)),
        ("outputs", size(w.features)),
        ("biased", u32::from(biased)),
    ];
    Plan::new("dense", op.name(), tiles(result), scalars)
}

fn batch_norm(op: &Op) -> Plan {
    match op {
        Op::BatchNormForward { x, groups, momentum, epsilon, slope, .. } => {
            let constants = [
                ("momentum", real(*momentum)),
                ("rest", real(1.0 - momentum)),
                ("epsilon", real(*epsilon)),
            ];
            columns("batch_norm", op.name(), x, *groups)
                .with([("groups", size(*groups)), ("slope", real(*slope))])
                .with(constants)
        }
        Op::BatchNormBackward { x, groups, slope, .. } => {
            columns("batch_norm", op.name(), x, *groups)
                .with([("groups", size(*groups)), ("slope", real(*slope))])
        }
        Op::BatchNormInference { x, epsilon, slope, .. } => {
            let grid = [
                x.features.div_ceil(STRIP as usize),
                x.rows.div_ceil(INFERRED).min(MOST_WORKGROUPS),
            ];
            Plan::new("batch_norm", op.name(), grid, matrix(x, 1).to_vec())
                .with([("epsilon", real(*epsilon)), ("slope", real(*slope))])
        }
        _ => unreachable!(),
    }
}

fn fused(op: &Op) -> Plan {
    let strips = |features: usize| [features.div_ceil(WIDE_STRIP as usize), 1];
    match op {
        Op::DenseNormForward { x, w, y, groups, momentum, epsilon, slope, .. } => {
            let sizes = [x.rows / groups, w.rows, y.features, *groups].map(size);
            let constants = [*momentum, 1.0 - momentum, *epsilon, *slope].map(real);
            Plan::new("dense_norm_forward", op.name(), strips(y.features), vec![])
                .with(["rows", "inputs", "features", "groups"].into_iter().zip(sizes))
                .with(["momentum", "rest", "epsilon", "slope"].into_iter().zip(constants))
        }
        Op::DenseNormBackward { dy, w, dx, groups, slope, .. } => {
            let sizes = [dy.rows / groups, dx.features, w.features, *groups].map(size);
            Plan::new(
                "dense_norm_backward",
                op.name(),
                strips(dx.features),
                vec![("slope", real(*slope))],
            )
            .with(["rows", "features", "outputs", "groups"].into_iter().zip(sizes))
        }
        Op::DenseUpdate { x, w, lr, beta1, beta2, epsilon, .. } => {
            let [across, down] = [w.features, x.features].map(|n| n.div_ceil(TILE as usize));
            let sizes =
                [across, 1, x.rows, x.features, w.features, w.rows - x.features, lr.rows].map(size);
            let constants = [*beta1, 1.0 - beta1, *beta2, 1.0 - beta2, *epsilon].map(real);
            Plan::new("dense_update", op.name(), [across * down, 1], vec![])
                .with(
                    ["across", "layers", "rows", "inputs", "outputs", "extra", "steps"]
                        .into_iter()
                        .zip(sizes),
                )
                .with(["beta1", "rest1", "beta2", "rest2", "epsilon"].into_iter().zip(constants))
                .at_step()
        }
        _ => unreachable!(),
    }
}

fn loss(op: &Op) -> Plan {
    match op {
        Op::LogisticLoss { logits, groups, weight, .. } => {
            let scalars = vec![
                ("rows", size(logits.rows / groups)),
                ("groups", size(*groups)),
                ("weight", real(*weight)),
            ];
            Plan::new("logistic_loss", op.name(), [1, 1], scalars)
        }
        Op::SortColumns { x, groups, .. } => {
            let entry =
                if x.rows / groups <= SHORT_COLUMN { "sort_columns" } else { "sort_columns_long" };
            Plan::new("sort_columns", entry, [x.features, *groups], matrix(x, *groups).to_vec())
        }
        Op::PercentileLoss { fake, levels, weight, .. } => {
            let grid = [(1 + strided(fake.len())).min(MOST_WORKGROUPS), 1];
            Plan::new("percentile_loss", op.name(), grid, matrix(fake, 1).to_vec())
                .with([("count", size(levels.rows)), ("weight", real(*weight))])
        }
        _ => unreachable!(),
    }
}

fn distance(op: &Op) -> Plan {
    match op {
        Op::SortedLoss { fake, sets, .. } => {
            let grid = [(sets.rows + strided(fake.len())).min(MOST_WORKGROUPS), 1];
            Plan::new("sorted_loss", op.name(), grid, matrix(fake, 1).to_vec())
                .with([("count", size(sets.rows))])
        }
        Op::CovarianceLoss { mean, scale, factor, .. } => {
            let constants = [("scale", real(*scale)), ("factor", real(*factor))];
            let grid = [1 + mean.features.div_ceil(STRIP as usize), 1];
            let scalars = vec![("features", size(mean.features))];
            Plan::new("covariance_loss", op.name(), grid, scalars).with(constants)
        }
        _ => unreachable!(),
    }
}

fn statistics(op: &Op) -> Plan {
    match op {
        Op::Moments { x, .. } => columns("moments", op.name(), x, 1),
        // In the shader this name belongs to the operand.
        Op::Covariance { x, covariance, .. } => {
            Plan::new("covariance", "covariance_of", tiles(covariance), matrix(x, 1).to_vec())
        }
        Op::FiniteCheck { x, count } => {
            let scalars = vec![("size", size(x.len())), ("parts", size(count.features))];
            Plan::new("finite_check", op.name(), [count.features.min(MOST_WORKGROUPS), 1], scalars)
        }
        _ => unreachable!(),
    }
}

fn numbers(op: &Op) -> Plan {
    match op {
        Op::LeakyReluForward { x, slope, .. } | Op::LeakyReluBackward { x, slope, .. } => {
            Plan::numbers("leaky_relu", op, x.len()).with([("slope", real(*slope))])
        }
        Op::TanhForward { y, .. } | Op::TanhBackward { y, .. } => {
            Plan::numbers("tanh", op, y.len())
        }
        Op::Adam { w, lr, beta1, beta2, epsilon, .. } => {
            Plan::numbers("adam", op, w.len()).at_step().with([
                ("steps", size(lr.rows)),
                ("beta1", real(*beta1)),
                ("rest1", real(1.0 - beta1)),
                ("beta2", real(*beta2)),
                ("rest2", real(1.0 - beta2)),
                ("epsilon", real(*epsilon)),
            ])
        }
        Op::HeadsForward { raw, blocks, temperature, spread, .. } => heads(op, raw, blocks)
            .with([("temperature", real(*temperature)), ("spread", real(*spread))]),
        Op::HeadsBackward { soft, blocks, temperature, .. } => {
            heads(op, soft, blocks).with([("temperature", real(*temperature))])
        }
        Op::HeadsGate { gates, soft, .. } => {
            let scalars = [matrix(soft, 1).to_vec(), vec![("count", size(gates.rows))]].concat();
            Plan::new("heads_gate", op.name(), [strided(soft.rows), 1], scalars)
        }
        Op::Average { x, rate, .. } => {
            Plan::numbers("average", op, x.len()).at_step().with([("steps", size(rate.rows))])
        }
        Op::Add { x, .. } => Plan::numbers("add", op, x.len()),
        Op::Copy { x, .. } => Plan::numbers("copy", op, x.len()),
        Op::MultiplyAdd { x, a, b, times, .. } => {
            // A thread holds sixteen numbers.
            let scalars = vec![
                ("size", size(x.len())),
                ("times", size(*times)),
                ("a", real(*a)),
                ("b", real(*b)),
            ];
            Plan::new("multiply_add", op.name(), [strided(x.len().div_ceil(16)), 1], scalars)
        }
        Op::Record { x, history, period } => {
            let scalars = [("rows", size(history.rows)), ("period", size(*period))];
            Plan::numbers("record", op, x.len()).at_step().with(scalars)
        }
        _ => unreachable!("{} has a plan of its own", op.name()),
    }
}

/// One thread a block of a row.
fn heads(op: &Op, x: &Tensor, blocks: &Tensor) -> Plan {
    let threads = strided(x.rows * blocks.rows);
    Plan::new("heads", op.name(), [threads, 1], matrix(x, 1).to_vec())
        .with([("count", size(blocks.rows))])
}

/// A kernel whose workgroups own strips of the features of `x`, in `groups` runs of rows.
fn columns(file: &'static str, entry: &'static str, x: &Tensor, groups: usize) -> Plan {
    Plan::new(file, entry, [x.features.div_ceil(STRIP as usize), 1], matrix(x, groups).to_vec())
}

fn matrix(x: &Tensor, groups: usize) -> [(&'static str, u32); 2] {
    [("rows", size(x.rows / groups)), ("features", size(x.features))]
}

fn tiles(result: &Tensor) -> [usize; 2] {
    [result.features.div_ceil(TILE as usize), result.rows.div_ceil(TILE as usize)]
}

/// Workgroups for that many threads; beyond the limit of a grid the threads stride.
fn strided(threads: usize) -> usize {
    threads.div_ceil(WORKGROUP as usize).min(MOST_WORKGROUPS)
}

/// A size or a place as a shader takes it. Panics when a 32-bit index cannot reach it.
pub(super) fn size(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_else(|_| panic!("{number} is beyond a shader's 32-bit index"))
}

fn real(number: f64) -> u32 {
    (number as f32).to_bits()
}
