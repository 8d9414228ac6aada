//! Layers and networks as recorders of kernels: they know shapes and parameters, and nothing of any
//! backend.
//!
//! A network lays its parameters out in one flat arena for each role: parameters, gradients, m, v,
//! running statistics.
//! Roles do not share an arena, because no backend may bind one allocation for reading and for
//! writing in one kernel.
//!
//! A `Workspace` holds the inputs of all layers in one allocation, and so their dense results, the
//! gradients there and the statistics.
//! So a GPU can bind each as one buffer and update all layers in one dispatch, with WebGPU's eight
//! storage buffers.
//! The price: what a fused kernel reads may share a buffer with what it writes, so its shader
//! declares that, too, as `read_write`.
//! Networks that learn side by side (generator and discriminator) share these allocations, too, so
//! that their updates, and those layers of their backward passes that fit, are one dispatch.
//! Where a device gives no piece so large, networks, or layers, get allocations of their own, and
//! their updates dispatches of their own.

mod arena;
mod backward;
mod init;
mod layer;
mod network;
mod optimiser;
#[cfg(test)]
pub(crate) mod small_step;
mod workspace;

pub use layer::{Layer, Parameter};
pub use network::{Network, Output, Pass, Plan};
pub use optimiser::{Adam, AdamPlan, Decay};
pub use workspace::Workspace;
