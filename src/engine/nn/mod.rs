//! Layers and networks as recorders of kernels: they know shapes and parameters, and nothing of any
//! backend.

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
