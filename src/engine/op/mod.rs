//! The waist of the house: every kernel is one variant of [`Op`], a training step is a [`Program`]
//! of them, and a [`Backend`] runs it.
//!
//! The formula of a kernel is the comment of its variant; all that is known of it is declared in
//! `kernels`.
//! Models never mix: every kernel does the same for each model of its tensors.

mod backend;
mod check;
mod cost;
mod declared;
mod directions;
mod fuse;
pub(crate) mod kernels;
mod operands;
pub mod philox;
mod program;
mod tensor;

pub use backend::{Backend, Compiled};
pub use cost::Cost;
pub use declared::Op;
pub use directions::Sets;
pub use fuse::fused;
pub(crate) use operands::Place;
pub use operands::{Access, Operand};
pub use program::Program;
pub use tensor::{BufferId, Tensor};

/// Where the random numbers of a kernel come from: the same seed, stream, step and model give the
/// same bits on every backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Random {
    /// The run.
    pub seed: u64,
    /// The use within the run: two kernels with different streams are independent.
    pub stream: u32,
}
