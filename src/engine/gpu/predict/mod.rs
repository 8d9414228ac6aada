//! What a plan asks of a device that is not there: levels, serial steps, and a model of its time.
//!
//! A **model**, not a measurement: good for comparing plans with each other.
//! A workgroup of 256 threads costs issue cycles of a multiprocessor (`serial`, counted in compiled
//! code).
//! A dispatch takes as long as its longest workgroup waits for memory, or as its workgroups take
//! turns on the multiprocessors, or as its numbers travel; and then a launch.
//! wgpu puts a barrier in front of every dispatch that writes, so that launches add up.

mod device;
mod serial;
#[cfg(test)]
mod tests;

pub use device::{DEVICES, Model};
use serial::serial;

use super::group::Group;
use crate::op::{Access, Op};

/// One dispatch of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The entry point.
    pub kernel: &'static str,
    /// Kernels that it does at once.
    pub kernels: usize,
    /// From 1: one more than the highest level of any dispatch whose numbers it needs or overwrites.
    pub level: usize,
    /// Workgroups of all models.
    pub workgroups: usize,
    /// Least arithmetic.
    pub flop: u64,
    /// Least traffic.
    pub bytes: u64,
    /// Steps that the longest loop of a workgroup takes one after the other.
    pub serial_steps: usize,
    /// Issue cycles of its longest workgroup, and of all of them.
    cycles: [f64; 2],
}

/// What keeps a device from being done with a dispatch earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The launch itself.
    Launch,
    /// One workgroup's loop.
    Latency,
    /// Arithmetic of all workgroups.
    Arithmetic,
    /// Traffic.
    Bandwidth,
}

impl Bound {
    /// In one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Launch => "launch",
            Self::Latency => "latency",
            Self::Arithmetic => "arithmetic",
            Self::Bandwidth => "bandwidth",
        }
    }
}

/// The dispatches of a plan, in order.
pub fn planned(groups: &[Group]) -> Vec<Planned> {
    let mut levels: Vec<usize> = Vec::with_capacity(groups.len());
    for (at, group) in groups.iter().enumerate() {
        let before = (0..at).filter(|other| depend(&groups[*other].ops, &group.ops));
        levels.push(1 + before.map(|other| levels[other]).max().unwrap_or(0));
    }
    groups.iter().zip(levels).map(|(group, level)| one(group, level)).collect()
}

fn one(group: &Group, level: usize) -> Planned {
    let cost = |op: &Op| op.cost();
    let each: Vec<_> = group.ops.iter().map(|op| (serial(op), workgroups(op))).collect();
    let longest = each.iter().map(|(serial, _)| serial.cycles()).fold(0.0, f64::max);
    let all = each.iter().map(|(serial, n)| serial.cycles() * *n as f64).sum();
    Planned {
        kernel: group.launch.entry,
        kernels: group.ops.len(),
        level,
        workgroups: group.launch.grid.iter().product(),
        flop: group.ops.iter().map(|op| cost(op).flops).sum(),
        bytes: group.ops.iter().map(|op| cost(op).bytes).sum(),
        serial_steps: each.iter().map(|(serial, _)| serial.steps).max().unwrap_or(0),
        cycles: [longest, all],
    }
}

/// Workgroups of one kernel by itself.
fn workgroups(op: &Op) -> usize {
    super::variant::reference(op).grid.iter().product()
}

/// Whether one writes what the other one has as an operand.
fn depend(one: &[Op], other: &[Op]) -> bool {
    let others: Vec<_> = other.iter().flat_map(Op::operands).collect();
    one.iter().flat_map(Op::operands).any(|a| {
        let read = |access| access == Access::Read;
        others.iter().any(|b| !(read(a.access) && read(b.access)) && a.tensor.overlaps(&b.tensor))
    })
}

/// Seconds of a replay of a plan of `models` models, by the model.
pub fn seconds(plan: &[Planned], models: usize, device: &Model) -> f64 {
    plan.iter().map(|dispatch| device.seconds(dispatch, models).0).sum()
}
