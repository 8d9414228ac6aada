//! The waist of the house: every kernel is one variant of [`Op`], a training step is a [`Program`]
//! of them, and a [`Backend`] runs it.
//!
//! The formula of a kernel is the comment of its variant; all that is known of it is declared in
//! `kernels`.
//! Its operands are [`Tensor`] handles: a window `[models, rows, features]` into an allocation,
//! with a stride between models (0: all models read the same numbers).
//! Models never mix: every kernel does the same for each model of its tensors.
//!
//! - A step is recorded once and replayed thousands of times.
//!   It is data, so it can be printed, counted ([`Op::cost`]), and replayed on two backends and
//!   compared buffer by buffer.
//! - A replay takes the number of the step; no kernel is spent on counting.
//!   Noise, shuffles, directions and the schedule of rates are functions of (seed, stream, step,
//!   model).
//!   No random generator has a state, nothing random is uploaded, and any stretch of training can
//!   be replayed bit for bit.
//! - [`Program::push`] panics when shapes do not fit, or when an operand that is written overlaps
//!   another one.
//!   This one check makes the slices of the CPU backend sound.
//! - Numbers go between host and backend as f64, which holds those of every backend exactly.
//!
//! Three choices that a reader may not expect:
//!
//! - Batch normalisation carries the slope of the leaky ReLU behind it (slope 1: none), which saves
//!   a pass over every activation on both backends.
//! - A bias is part of the dense kernel.
//! - Sorting is a kernel of its own that leaves ranks: the gradient of the percentile loss is then
//!   a gather, and the sliced term uses both.

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
pub(crate) use fuse::{ENOUGH, fused_for};
pub use fuse::{fused, spare_rows};
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
