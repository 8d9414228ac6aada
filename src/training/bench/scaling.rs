//! How time and memory scale with rows, features, batch and models: the cost at one size, and the
//! slope of a curve of such costs.

use super::memory;
use super::session::Session;
use super::{Spread, Task};
use crate::gan::Recipe;
use crate::gan::recipe::Batch;
use engine::op::{Backend, Compiled};
use ground::error::Result;
use std::time::{Duration, Instant};

/// Samples of a measurement at most.
const MOST: usize = 30;

/// What is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows of the made-up cohort.
    pub rows: usize,
    /// Its features.
    pub features: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// Models side by side.
    pub models: usize,
}

/// What training at one size costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// A training step without evaluation, in milliseconds.
    pub step_ms: f64,
    /// The device's part of one evaluation, in milliseconds.
    pub evaluation_ms: f64,
    /// Bytes of all tensors.
    pub backend_bytes: u64,
    /// The largest resident memory of the process, in bytes; none where the system does not tell.
    pub peak_rss_bytes: Option<u64>,
}

/// Measures a fresh backend: every Program for about `time` once it is warm, and at least once.
/// Errors when the batch does not fit the rows ([`ground::error::Error::Usage`]) or the device
/// fails, for example because it has not so much memory.
pub fn footprint(
    backend: &mut dyn Backend,
    recipe: &Recipe,
    size: Size,
    time: Duration,
) -> Result<Footprint> {
    memory::forget_peak();
    let mut recipe = recipe.clone();
    recipe.training.batch = Batch::Rows(size.batch);
    let task = Task {
        recipe: &recipe,
        rows: size.rows,
        features: size.features,
        models: size.models,
        time,
        stable: None,
    };
    let (mut session, _) = Session::start(backend, Duration::ZERO, &task)?;
    let [step, evaluate] = [session.gan.step, session.gan.evaluate];
    let step_ms = median(&mut session, step, time)?;
    let evaluation_ms = median(&mut session, evaluate, time)?;
    let (backend_bytes, peak_rss_bytes) = (session.meter.bytes, memory::peak_resident());
    Ok(Footprint { step_ms, evaluation_ms, backend_bytes, peak_rss_bytes })
}

/// The median of as many replays as fit into `time`, and of one at least.
/// The first replay does not count: the system hands out memory while it runs.
/// Where a replay takes longer than `time`, that looked like a cost that grows.
fn median(session: &mut Session, program: Compiled, time: Duration) -> Result<f64> {
    let mut once = |step| Ok(session.replay(&[(program, step)])?[1].as_secs_f64() * 1e3);
    let start = Instant::now();
    once(0)?;
    let mut samples = Vec::new();
    while samples.is_empty() || (samples.len() < MOST && start.elapsed() < time) {
        samples.push(once(1 + samples.len() as u32)?);
    }
    Ok(Spread::of(samples).median)
}

/// The exponent of a power law, by least squares: the slope of the straight line through the
/// logarithms of some points.
/// Example: 1 for a cost that is proportional to the size.
/// NaN for fewer than two points, or where one is not positive.
pub fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = logs.len() as f64;
    let mean = logs.iter().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x / count, sum.1 + y / count));
    let sums = logs.iter().fold((0.0, 0.0), |sum, (x, y)| {
        (sum.0 + (x - mean.0) * (y - mean.1), sum.1 + (x - mean.0) * (x - mean.0))
    });
    sums.0 / sums.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::cpu::Cpu;

    #[test]
    fn the_exponent_is_that_of_the_power() {
        for power in [0.0, 0.5, 1.0, 3.0] {
            let points: Vec<_> = [1.0, 2.0, 5.0, 100.0f64].map(|x| (x, 7.0 * x.powf(power))).into();
            assert!((exponent(&points) - power).abs() < 1e-12, "{power}");
        }
        assert!(exponent(&[(1.0, 1.0)]).is_nan() && exponent(&[]).is_nan());
        assert!(!exponent(&[(1.0, 1.0), (2.0, 0.0)]).is_finite());
    }

    #[test]
    fn a_larger_cohort_takes_more_memory() {
        let mut recipe = Recipe::paper();
        (recipe.generator.widths, recipe.discriminator.widths) = (vec![8], vec![8]);
        let bytes = |rows| {
            let size = Size { rows, features: 3, batch: 16, models: 2 };
            let footprint = footprint(&mut Cpu::single(), &recipe, size, Duration::ZERO).unwrap();
            assert!(footprint.step_ms > 0.0 && footprint.evaluation_ms > 0.0);
            footprint.backend_bytes
        };
        // At least the table, the noise and what is made of it.
        assert!(bytes(2000) - bytes(1000) >= 4 * 1000 * (3 + 2 * (32 + 8 + 3)));
    }
}
