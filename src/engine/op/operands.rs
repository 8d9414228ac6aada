//! The tensors of a kernel by name, in the order in which a shader binds them.

use super::{Op, Tensor};

/// What a kernel does with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only read.
    Read,
    /// Every number is written, none is read.
    Write,
    /// Read and written.
    Update,
}

/// One tensor of a kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operand {
    /// The field of [`Op`], the variable of the shader and the argument of the CPU function.
    pub name: &'static str,
    /// The handle.
    pub tensor: Tensor,
    /// What is done with it.
    pub access: Access,
}

/// `operands!(read x, write y)` as a list.
macro_rules! operands {
    (@access read) => { Access::Read };
    (@access write) => { Access::Write };
    (@access update) => { Access::Update };
    ($($access:ident $name:ident),* $(,)?) => {
        vec![$(Operand { name: stringify!($name), tensor: *$name, access: operands!(@access $access) }),*]
    };
}

impl Op {
    /// The names of two operands that share numbers although one of them is written.
    pub(super) fn overlap(&self) -> Option<[&'static str; 2]> {
        let operands = self.operands();
        let pairs = operands
            .iter()
            .enumerate()
            .flat_map(|(i, a)| operands[i + 1..].iter().map(move |b| (a, b)));
        let written =
            |a: &Operand, b: &Operand| a.access != Access::Read || b.access != Access::Read;
        pairs
            .into_iter()
            .find(|(a, b)| written(a, b) && a.tensor.overlaps(&b.tensor))
            .map(|(a, b)| [a.name, b.name])
    }

    /// The tensors in binding order; an absent bias is left out.
    pub fn operands(&self) -> Vec<Operand> {
        match self {
            Op::Noise { out, .. } | Op::NormalNoise { out, .. } | Op::Directions { out, .. } => {
                operands!(write out)
            }
            Op::TypedDirections { factor, blocks, out, .. } => {
                operands!(read factor, read blocks, write out)
            }
            Op::Gather { data, batch, .. } => operands!(read data, write batch),
            Op::DenseForward { x, w, b: Some(b), y } => operands!(read x, read w, read b, write y),
            Op::DenseForward { x, w, b: None, y } => operands!(read x, read w, write y),
            Op::DenseBackwardInput { dy, w, dx } => operands!(read dy, read w, write dx),
            Op::DenseBackwardWeight { x, dy, dw, db: Some(db) } => {
                operands!(read x, read dy, write dw, write db)
            }
            Op::DenseBackwardWeight { x, dy, dw, db: None } => operands!(read x, read dy, write dw),
            Op::BatchNormForward {
                x,
                gamma,
                beta,
                running_mean,
                running_var,
                statistics,
                y,
                ..
            } => operands!(
                read x, read gamma, read beta, update running_mean, update running_var, write statistics, write y
            ),
            Op::BatchNormInference { x, gamma, beta, running_mean, running_var, y, .. } => {
                operands!(read x, read gamma, read beta, read running_mean, read running_var, write y)
            }
            Op::BatchNormBackward { x, dy, gamma, beta, statistics, dx, dgamma, dbeta, .. } => {
                operands!(
                    read x, read dy, read gamma, read beta, read statistics, write dx, write dgamma, write dbeta
                )
            }
            Op::DenseNormForward { x, w, scale, running, dense, statistics, y, .. } => operands!(
                read x, read w, read scale, update running, write dense, write statistics, write y
            ),
            Op::DenseNormBackward { dy, w, dense, scale, statistics, dx, dscale, .. } => operands!(
                read dy, read w, read dense, read scale, read statistics, write dx, write dscale
            ),
            Op::DenseUpdate { x, dy, dscale: Some(dscale), w, m, v, lr, .. } => operands!(
                read x, read dy, read dscale, update w, update m, update v, read lr
            ),
            Op::DenseUpdate { x, dy, dscale: None, w, m, v, lr, .. } => {
                operands!(read x, read dy, update w, update m, update v, read lr)
            }
            Op::LeakyReluForward { x, y, .. } | Op::TanhForward { x, y } => {
                operands!(read x, write y)
            }
            Op::LeakyReluBackward { x, dy, dx, .. } => operands!(read x, read dy, write dx),
            Op::TanhBackward { y, dy, dx } => operands!(read y, read dy, write dx),
            Op::HeadsForward { raw, noise, blocks, soft, y, .. } => {
                operands!(read raw, read noise, read blocks, write soft, write y)
            }
            Op::HeadsGate { gates, soft, y } => operands!(read gates, update soft, update y),
            Op::HeadsBackward { soft, blocks, dy, draw, .. } => {
                operands!(read soft, read blocks, read dy, write draw)
            }
            Op::LogisticLoss { logits, loss, probability, dlogits, .. } => {
                operands!(read logits, write loss, write probability, write dlogits)
            }
            Op::SortColumns { x, sorted, rank, .. } => operands!(read x, write sorted, write rank),
            Op::PercentileLoss { real, fake, rank, levels, loss, dx, .. } => {
                operands!(read real, read fake, read rank, read levels, write loss, write dx)
            }
            Op::SortedLoss { real, fake, rank, sets, loss, dx } => {
                operands!(read real, read fake, read rank, read sets, write loss, write dx)
            }
            Op::CovarianceLoss { covariance, real, mean, loss, w, b, .. } => {
                operands!(read covariance, read real, read mean, write loss, write w, write b)
            }
            Op::Adam { w, dw, m, v, lr, .. } => {
                operands!(update w, read dw, update m, update v, read lr)
            }
            Op::Average { x, y, rate } => operands!(read x, update y, read rate),
            Op::Moments { x, mean, variance } => operands!(read x, write mean, write variance),
            Op::Covariance { x, mean, covariance } => {
                operands!(read x, read mean, write covariance)
            }
            Op::FiniteCheck { x, count } => operands!(read x, write count),
            Op::Add { x, y } => operands!(read x, update y),
            Op::Copy { x, y } => operands!(read x, write y),
            Op::MultiplyAdd { x, y, .. } => operands!(read x, write y),
            Op::Record { x, history, .. } => operands!(read x, update history),
        }
    }
}
