//! Devices by a few numbers, and how long a dispatch takes on one of them.

use super::{Bound, Planned};

/// A device by a few numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// Its name.
    pub name: &'static str,
    /// Multiprocessors, or what takes their place, of 128 lanes each.
    pub multiprocessors: usize,
    /// Clock, GHz.
    pub clock: f64,
    /// Bandwidth of its memory, GB/s.
    pub bandwidth: f64,
    /// From the end of a dispatch to the start of the next one, microseconds.
    pub launch: f64,
    /// How much longer a workgroup takes that is alone on a multiprocessor than it has to issue.
    pub latency: f64,
}

/// How much faster than its memory a device's cache is: what a step of one model needs stays there.
const CACHE: f64 = 4.0;

const fn model(
    name: &'static str,
    multiprocessors: usize,
    clock: f64,
    bandwidth: f64,
    launch: f64,
    latency: f64,
) -> Model {
    Model { name, multiprocessors, clock, bandwidth, launch, latency }
}

/// The devices that `bench --plan` speaks of.
pub const DEVICES: [Model; 5] = [
    model("H200", 132, 1.75, 4000.0, 4.0, 1.25),
    model("RTX 4090", 128, 2.5, 900.0, 4.0, 1.25),
    model("RX 7900 XTX", 96, 2.3, 850.0, 7.0, 1.45),
    model("M2 10-core", 10, 1.4, 90.0, 6.0, 1.25),
    model("Intel Xe-LP 96EU", 6, 1.3, 50.0, 8.0, 1.4),
];

impl Model {
    /// Seconds of a dispatch with its launch, and what bounds it.
    pub fn seconds(&self, dispatch: &Planned, models: usize) -> (f64, Bound) {
        let [longest, all] = dispatch.cycles;
        let turns = dispatch.workgroups.div_ceil(self.multiprocessors) as f64;
        let mean = all / dispatch.workgroups as f64;
        let cache = if models > 1 { 1.0 } else { CACHE };
        let micro = 1e-3 / self.clock;
        let (took, bound) = [
            (self.latency * longest * micro, Bound::Latency),
            (turns * mean * micro, Bound::Arithmetic),
            (dispatch.bytes as f64 * 1e-3 / self.bandwidth / cache, Bound::Bandwidth),
        ]
        .into_iter()
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .expect("three bounds");
        let bound = if took < self.launch { Bound::Launch } else { bound };
        ((took + self.launch) * 1e-6, bound)
    }
}
