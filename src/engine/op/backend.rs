//! What a machine must offer to run Programs.

use super::{Op, Program, Tensor};
use ground::error::Result;
use std::time::Duration;

/// A compiled [`Program`] of one backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compiled(pub usize);

/// Memory for tensors and an interpreter of Programs.
/// Numbers cross this border as f64, which holds those of every backend exactly.
pub trait Backend {
    /// What runs the work, for people: backend, precision, adapter or threads.
    fn describe(&self) -> String;

    /// `[models, rows, features]` zeros. Errors when the device cannot hold them.
    fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor>;

    /// Writes every number of the tensor, model by model, row by row.
    /// Panics unless `values` has as many.
    fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()>;

    /// Reads every number of the tensor, model by model, row by row; waits for all work before it.
    fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>>;

    /// Prepares everything that a replay needs: kernels, bindings, grids, scratch memory.
    ///
    /// A GPU cannot bind one allocation for reading and for writing in one kernel: a Program for
    /// every backend keeps what a kernel reads and what it writes in different allocations (arenas
    /// by role).
    /// The GPU backend panics here with both names.
    fn compile(&mut self, program: &Program) -> Result<Compiled>;

    /// What a replay launches, in order: the kernels of every launch.
    /// A backend may fuse the kernels of a Program, and may do several at once.
    fn launches(&self, program: Compiled) -> Vec<Vec<Op>>;

    /// Replays Programs in order, each at its step: the number that noise, shuffles and schedules
    /// are keyed by.
    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()>;

    /// What computes each launch of a Program, in order, where the backend has several ways to
    /// compute it; empty if it never has.
    fn variants(&self, _program: Compiled) -> Vec<Option<&'static str>> {
        Vec::new()
    }

    /// Workgroups of each launch of a Program, in order, where the backend has such; else empty.
    fn workgroups(&self, _program: Compiled) -> Vec<usize> {
        Vec::new()
    }

    /// What this device may not be used for because it failed or gave wrong results there, in words.
    fn refused(&self) -> Vec<String> {
        Vec::new()
    }

    /// What the user should know of the device, in sentences: kernels that it was found to compute
    /// wrongly, and what runs instead.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// Replays a Program once at a step and returns how long each of its launches took by the clock
    /// of the device, in order; none where the device has no clock.
    /// For measuring: the replay as a whole is slower under the clock.
    fn time_kernels(&mut self, _program: Compiled, _step: u32) -> Result<Option<Vec<Duration>>> {
        Ok(None)
    }
}
