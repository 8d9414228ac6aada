//! One table of cases for every kernel: parity between backends, gradient checks, independence of
//! threads all read it.
//!
//! A case knows its inputs (exact in f32), where they lie in memory, and from the oracle's run how
//! far another backend may be from it.

#![allow(
    dead_code,
    unused_imports,
    reason = "every test binary and bench compiles this table and uses its own part of it"
)]

pub mod activation;
pub mod adam;
pub mod batch_norm;
mod batch_norm_bounds;
mod case;
mod compare;
pub mod dense;
pub mod fused;
mod fused_bounds;
mod fused_forward_bounds;
pub mod fused_gradient;
pub mod fused_numbers;
pub mod heads;
mod heads_bounds;
pub mod heads_gate;
pub mod joint;
pub mod loss;
mod merging;
mod numbers;
pub mod percentile;
pub mod random;
pub mod rows;
mod stage;
pub mod statistics;

pub use case::{Case, Layout, Slot};
pub use compare::{Allowed, EPS, Run, compare, judge};
pub use numbers::{Numbers, exact};
pub use stage::{Outcome, Staged, run};

use engine::op::Op;

/// Every case of every kernel.
pub fn all() -> Vec<Case> {
    let families = [
        random::all,
        dense::all,
        batch_norm::all,
        activation::all,
        loss::all,
        percentile::all,
        heads::all,
        heads_gate::all,
        joint::all,
        adam::all,
        fused::all,
        statistics::all,
        rows::all,
    ];
    families.into_iter().flat_map(|family| family()).collect()
}

/// How far each written operand may be from the oracle's, derived from the kernel and its inputs.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::Noise { .. } | Op::NormalNoise { .. } | Op::Directions { .. } | Op::Gather { .. } => {
            random::allowed(run)
        }
        Op::HeadsForward { .. } | Op::HeadsBackward { .. } => heads_bounds::allowed(run),
        Op::HeadsGate { .. } => heads_gate::allowed(run),
        Op::DenseForward { .. }
        | Op::DenseBackwardInput { .. }
        | Op::DenseBackwardWeight { .. } => dense::allowed(run),
        Op::BatchNormForward { .. }
        | Op::BatchNormInference { .. }
        | Op::BatchNormBackward { .. } => batch_norm_bounds::allowed(run),
        Op::LeakyReluForward { .. }
        | Op::LeakyReluBackward { .. }
        | Op::TanhForward { .. }
        | Op::TanhBackward { .. } => activation::allowed(run),
        Op::NormDenseForward { .. } | Op::NormDenseBackward { .. } | Op::DenseUpdate { .. } => {
            fused_bounds::allowed(run)
        }
        Op::LogisticLoss { .. } => loss::allowed(run),
        Op::SortColumns { .. } | Op::PercentileLoss { .. } => percentile::allowed(run),
        Op::Adam { .. } | Op::Average { .. } => adam::allowed(run),
        Op::TypedDirections { .. } | Op::SortedLoss { .. } | Op::CovarianceLoss { .. } => {
            joint::allowed(run)
        }
        Op::Moments { .. }
        | Op::Covariance { .. }
        | Op::SlicedCovariance { .. }
        | Op::FiniteCheck { .. } => statistics::allowed(run),
        Op::Add { .. } | Op::Copy { .. } | Op::Record { .. } | Op::MultiplyAdd { .. } => {
            rows::allowed(run)
        }
    }
}
