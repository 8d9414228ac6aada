//! Layers and networks as recorders of kernels: they know shapes and parameters, and nothing of any
//! backend.
//!
//! A network lays its parameters out in one flat arena for each role: parameters, gradients, m, v,
//! running statistics.
//! Roles do not share an arena, because no backend may bind one allocation for reading and for
//! writing in one kernel.
//!
//! A `Workspace` holds the inputs of all layers in one allocation and the gradients at their dense
//! outputs in another one.
//! So a GPU can bind each as one buffer and update all layers in one dispatch, with seven of
//! WebGPU's eight storage buffers.
//! (Alternating arenas for even and odd layers would need nine.)
//! The price: `x` and `y` of a fused kernel share a buffer, so its shader declares the one that it
//! only reads as `read_write`, too.
//! Where a device gives no piece so large, layers get allocations of their own, and their updates
//! dispatches of their own.

mod backward;
mod init;
mod layer;
mod network;
mod optimiser;
mod workspace;

pub use layer::{Layer, Parameter};
pub use network::{Network, Output, Pass, Plan};
pub use optimiser::{Adam, AdamPlan, Decay};
pub use workspace::Workspace;
