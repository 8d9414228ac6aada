//! What kernels are called.

use super::Op;

impl Op {
    /// The name that the shader's entry point and the CPU function share, in snake case.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Noise { .. } => "noise",
            Op::NormalNoise { .. } => "normal_noise",
            Op::Directions { .. } => "directions",
            Op::TypedDirections { .. } => "typed_directions",
            Op::Gather { .. } => "gather",
            Op::DenseForward { .. } => "dense_forward",
            Op::DenseBackwardInput { .. } => "dense_backward_input",
            Op::DenseBackwardWeight { .. } => "dense_backward_weight",
            Op::BatchNormForward { .. } => "batch_norm_forward",
            Op::BatchNormInference { .. } => "batch_norm_inference",
            Op::BatchNormBackward { .. } => "batch_norm_backward",
            Op::DenseNormForward { .. } => "dense_norm_forward",
            Op::DenseNormBackward { .. } => "dense_norm_backward",
            Op::DenseUpdate { .. } => "dense_update",
            Op::LeakyReluForward { .. } => "leaky_relu_forward",
            Op::LeakyReluBackward { .. } => "leaky_relu_backward",
            Op::TanhForward { .. } => "tanh_forward",
            Op::TanhBackward { .. } => "tanh_backward",
            Op::HeadsForward { .. } => "heads_forward",
            Op::HeadsGate { .. } => "heads_gate",
            Op::HeadsBackward { .. } => "heads_backward",
            Op::LogisticLoss { .. } => "logistic_loss",
            Op::SortColumns { .. } => "sort_columns",
            Op::PercentileLoss { .. } => "percentile_loss",
            Op::SortedLoss { .. } => "sorted_loss",
            Op::CovarianceLoss { .. } => "covariance_loss",
            Op::Adam { .. } => "adam",
            Op::Average { .. } => "average",
            Op::Moments { .. } => "moments",
            Op::Covariance { .. } => "covariance",
            Op::FiniteCheck { .. } => "finite_check",
            Op::Add { .. } => "add",
            Op::Copy { .. } => "copy",
            Op::MultiplyAdd { .. } => "multiply_add",
            Op::Record { .. } => "record",
        }
    }
}
