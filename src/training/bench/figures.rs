//! The figures of a run, with the names of the JSON.
//! Times are in milliseconds, rates in 10^9 per second.

use super::{Launches, Roof, Spread, median_interval};
use engine::op::{Cost, Op, Operand};
use serde::{Deserialize, Serialize};

/// What was trained: figures of different workloads cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// The recipe's name.
    pub recipe: String,
    /// Rows of the cohort.
    pub rows: usize,
    /// Its features.
    pub features: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// Models side by side.
    pub models: usize,
    /// Steps between two evaluations.
    pub steps_per_epoch: usize,
}

/// From nothing to the end of the first step.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Startup {
    /// Opening the device or the threads.
    pub device: f64,
    /// Allocating, initialising and uploading.
    pub prepare: f64,
    /// Compiling shaders and binding what they use.
    pub compile: f64,
    /// The first training step, with the work that a driver had put off until then.
    pub first_step: f64,
}

/// Memory after the first step. Nothing is allocated later.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Memory {
    /// The process's largest resident memory; none where the system does not tell.
    pub peak_rss_bytes: Option<u64>,
    /// All tensors of the GAN on the backend.
    pub backend_bytes: u64,
}

/// How the kernels were timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Within whole steps, by the backend's clock (on a GPU: timestamp queries).
    InStep,
    /// Each by itself, replayed many times.
    Isolated,
}

/// One kernel of a training step.
#[derive(Clone, Debug, Serialize)]
pub struct KernelFigures {
    /// Its name.
    pub op: String,
    /// Shapes of its operands, each of them once.
    pub shape: String,
    /// Which of several implementations computes it, if the backend has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<&'static str>,
    /// Workgroups of the launch, on a GPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workgroups: Option<usize>,
    /// Median time.
    pub ms: f64,
    /// 10th percentile of the time.
    pub p10: f64,
    /// 90th percentile of the time.
    pub p90: f64,
    /// Arithmetic ([`Op::cost`]) per time.
    pub gflops: f64,
    /// Least traffic ([`Op::cost`]) per time.
    pub gbs: f64,
    /// The time under the roof divided by the time taken.
    /// It is above 1 where operands stay in caches that are faster than memory.
    pub roofline: f64,
    /// Arithmetic per byte.
    pub intensity: f64,
    /// The largest difference from the same kernel in f64, as a share of the largest number that it
    /// should write; infinite (null in JSON) where a number is not finite that should be.
    /// None where the operands are too large to be copied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// The times that `ms` is the median of, to a nanosecond.
    pub samples: Vec<f64>,
}

impl KernelFigures {
    /// From the time in milliseconds of one launch of these kernels.
    pub(super) fn new(
        launch: &[Op],
        (variant, workgroups): (Option<&'static str>, Option<usize>),
        samples: Vec<f64>,
        error: Option<f64>,
        roof: &Roof,
    ) -> Self {
        let time = Spread::of(samples.clone());
        let sum = |a: Cost, b: Cost| Cost { flops: a.flops + b.flops, bytes: a.bytes + b.bytes };
        let cost = launch.iter().map(Op::cost).fold(Cost::default(), sum);
        let rate = |amount: u64| amount as f64 / time.median * 1e-6;
        Self {
            op: launch[0].name().to_owned(),
            shape: shapes(&launch.iter().flat_map(Op::operands).collect::<Vec<_>>()),
            variant,
            workgroups,
            ms: time.median,
            p10: time.p10,
            p90: time.p90,
            gflops: rate(cost.flops),
            gbs: rate(cost.bytes),
            roofline: roof.seconds(cost.flops, cost.bytes) * 1e3 / time.median,
            intensity: cost.flops as f64 / cost.bytes as f64,
            error,
            samples: rounded(samples),
        }
    }

    /// Median and range of its time.
    pub fn time(&self) -> Spread {
        Spread { median: self.ms, p10: self.p10, p90: self.p90 }
    }
}

/// Milliseconds to a nanosecond.
pub(super) fn rounded(samples: Vec<f64>) -> Vec<f64> {
    samples.into_iter().map(|time| (1e6 * time).round() / 1e6).collect()
}

/// How long a step was measured to know its median.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Stability {
    /// The interval should be no wider than this, in percent of the median.
    pub wanted_percent: f64,
    /// How wide it is.
    pub percent: f64,
    /// Whether that was reached before the time was over.
    pub reached: bool,
    /// Seconds that steps were measured for.
    pub seconds: f64,
}

impl Stability {
    /// The width of the interval of the median, in percent of the median; infinite where there are
    /// too few samples.
    pub(super) fn width(samples: &[f64]) -> f64 {
        let median = Spread::median(samples);
        median_interval(samples).map_or(f64::INFINITY, |[low, high]| 100.0 * (high - low) / median)
    }
}

fn shapes(operands: &[Operand]) -> String {
    let mut shapes: Vec<String> = Vec::new();
    for [models, rows, features] in operands.iter().map(|operand| operand.tensor.shape()) {
        let shape = if models == 1 {
            format!("{rows}x{features}")
        } else {
            format!("{models}x{rows}x{features}")
        };
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    shapes.join(" ")
}

/// Everything about one backend.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// `cpu` or `gpu`.
    pub backend: String,
    /// The adapter, or the processor and its threads.
    pub adapter: String,
    /// The driver and its version, of a GPU that tells them.
    pub driver: Option<String>,
    /// wgpu's version, of a GPU.
    pub wgpu: Option<&'static str>,
    /// The operating system, the kind of processor, and the version of Linux.
    pub os: String,
    /// A whole step with its share of the evaluation.
    pub step_ms: Spread,
    /// The times that this is the median of, to a nanosecond.
    pub step_samples_ms: Vec<f64>,
    /// The interval of the median; none for fewer than five samples.
    pub step_interval_ms: Option<[f64; 2]>,
    /// Whether the median is known as well as was asked; none where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stable: Option<Stability>,
    /// What the backend launches in a training step.
    pub dispatches_per_step: usize,
    /// Whole steps in a second.
    pub steps_per_second: f64,
    /// Rows of batches in a second, of all models.
    pub samples_per_second: f64,
    /// A training step without evaluation.
    pub train_step_ms: Spread,
    /// One evaluation.
    pub evaluation_ms: Spread,
    /// Time per step that the host spends until the replay of an epoch returns.
    /// On the CPU backend that is the work itself.
    pub host_ms: Spread,
    /// From nothing to the first step.
    pub startup_ms: Startup,
    /// What it takes.
    pub memory: Memory,
    /// What the machine can do at most.
    pub roof: Roof,
    /// What a dispatch costs that has next to nothing to do.
    pub launch_us: Launches,
    /// How the kernels were timed.
    pub clock: Clock,
    /// A training step less the sum of its kernels: launches, barriers, waiting.
    /// Below 0 where the clock costs more than there is between kernels; none where kernels were
    /// timed by themselves.
    pub between_kernels_ms: Option<f64>,
    /// Arithmetic of a training step in 10^9 operations.
    pub gflop_per_step: f64,
    /// Variants and plans that failed or gave wrong results on this device, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// Its launches in order.
    pub ops: Vec<KernelFigures>,
}
