//! How much arithmetic and memory traffic a kernel needs at least: the yardstick of every speed
//! figure.

use super::{Access, Op};

/// Work of one kernel, all models together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Additions, multiplications, comparisons and special functions, each counted as one; a fused
    /// multiply-add is two.
    pub flops: u64,
    /// f32 bytes that must move if every operand is read once and written once.
    pub bytes: u64,
}

impl Op {
    /// Least work of one replay.
    /// Random bits and sorting are counted by their comparisons and integer steps.
    pub fn cost(&self) -> Cost {
        let mut bytes = 0;
        let mut written = 0;
        for operand in self.operands() {
            let numbers = (operand.tensor.models * operand.tensor.len()) as u64;
            bytes += 4 * numbers * if operand.access == Access::Update { 2 } else { 1 };
            if operand.access != Access::Read {
                written = numbers.max(written);
            }
        }
        let product = |models: usize, a: usize, b: usize, c: usize| 2 * (models * a * b * c) as u64;
        let flops = match self {
            Op::DenseForward { x, y, .. } => product(x.models, x.rows, x.features, y.features),
            Op::DenseBackwardInput { dy, dx, .. } => {
                product(dy.models, dy.rows, dy.features, dx.features)
            }
            Op::DenseBackwardWeight { x, dy, .. } => {
                product(x.models, x.rows, x.features, dy.features)
            }
            Op::DenseNormForward { x, y, .. } => {
                product(x.models, x.rows, x.features, y.features) + 9 * written
            }
            Op::DenseNormBackward { dy, dx, .. } => {
                product(dy.models, dy.rows, dy.features, dx.features) + 14 * written
            }
            Op::DenseUpdate { x, dy, .. } => {
                product(x.models, x.rows, x.features, dy.features) + 12 * written
            }
            Op::Covariance { x, .. } => product(x.models, x.rows, x.features, x.features),
            Op::SortColumns { x, groups, .. } => {
                let depth = ((x.rows / groups).max(2) as f64).log2();
                (written as f64 * depth) as u64
            }
            Op::PercentileLoss { levels, real, .. } => {
                2 * written + 8 * (levels.models * levels.rows * real.features) as u64
            }
            Op::TypedDirections { factor, out, sets, .. } => {
                100 * written + product(out.models, sets.principal, factor.rows, out.features)
            }
            Op::SortedLoss { .. } => 4 * written,
            Op::CovarianceLoss { .. } => 6 * written,
            Op::BatchNormForward { .. } => 9 * written,
            Op::BatchNormInference { .. } => 5 * written,
            Op::BatchNormBackward { .. } => 14 * written,
            Op::Moments { x, .. } => 4 * (x.models * x.len()) as u64,
            Op::Adam { .. } => 12 * written,
            Op::Noise { .. } => 20 * written,
            Op::NormalNoise { .. } | Op::Directions { .. } => 80 * written,
            Op::HeadsForward { .. } => 12 * written,
            Op::HeadsGate { gates, soft, .. } => (gates.models * gates.rows * soft.rows) as u64,
            Op::HeadsBackward { .. } => 5 * written,
            Op::Average { .. } => 3 * written,
            Op::LogisticLoss { .. } => 10 * written,
            Op::TanhForward { .. } => 10 * written,
            Op::TanhBackward { .. } => 3 * written,
            Op::LeakyReluForward { .. } | Op::LeakyReluBackward { .. } => 2 * written,
            Op::Add { .. } => written,
            Op::MultiplyAdd { times, .. } => 2 * *times as u64 * written,
            Op::FiniteCheck { x, .. } => (x.models * x.len()) as u64,
            Op::Gather { .. } | Op::Copy { .. } | Op::Record { .. } => 0,
        };
        Cost { flops, bytes: bytes - self.untouched() }
    }

    /// Bytes of operands that a replay leaves alone: the other rows of a table, of a schedule, of a
    /// history.
    fn untouched(&self) -> u64 {
        let numbers = match self {
            Op::Gather { data, batch, .. } => data.models * (data.len() - batch.len()),
            Op::Adam { lr, .. } | Op::DenseUpdate { lr, .. } => lr.models * (lr.len() - 1),
            Op::Average { rate, .. } => rate.models * (rate.len() - 1),
            Op::Record { x, history, .. } => {
                2 * history.models * history.len() - x.models * x.len()
            }
            _ => 0,
        };
        4 * numbers as u64
    }
}
