//! How long a piece of work took, by the clock of the device where it has one.
//!
//! The host's clock also counts the submission and the waiting, which differ from one call to the
//! next by more than many kernels take.
//! Times are compared by one clock: by the device's only where it has timed all of them.

use super::device::Device;
use super::memory::mapped;
use ground::error::Result;
use std::time::Instant;

/// A device that says it worked longer than the host waited has no clock worth asking; a little is
/// allowed for its rate.
const RATE: f64 = 1.05;

/// Seconds of one piece of work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Took {
    /// From the submission to the end of the waiting.
    pub host: f64,
    /// From the beginning to the end on the device; none where it has no clock.
    pub device: Option<f64>,
}

impl Took {
    /// By the host's clock alone.
    pub fn of_host(host: f64) -> Self {
        Self { host, device: None }
    }

    /// The share of one of `times` equal pieces.
    pub fn each(self, times: u32) -> Self {
        let times = f64::from(times);
        Self { host: self.host / times, device: self.device.map(|device| device / times) }
    }

    fn of(host: f64, device: Option<f64>) -> Self {
        Self { host, device: device.filter(|device| 0.0 < *device && *device <= RATE * host) }
    }
}

/// The median of each of several lists, all by the same clock; infinite for an empty one.
pub(super) fn medians(all: &[&[Took]]) -> Vec<f64> {
    let on_device = all.iter().all(|times| times.iter().all(|took| took.device.is_some()));
    let seconds = |took: &Took| took.device.filter(|_| on_device).unwrap_or(took.host);
    let median = |times: &&[Took]| {
        let mut sorted: Vec<f64> = times.iter().map(seconds).collect();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::INFINITY)
    };
    all.iter().map(median).collect()
}

/// Submits one pass, waits for it, and returns how long it took. Errors when the device fails.
pub(super) fn timed(device: &Device, record: impl FnOnce(&mut wgpu::ComputePass)) -> Result<Took> {
    let stamps = Stamps::of(device);
    let mut encoder =
        device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: None,
            timestamp_writes: stamps.as_ref().map(Stamps::writes),
        });
        record(&mut pass);
    }
    if let Some(stamps) = &stamps {
        stamps.resolve(&mut encoder);
    }
    let commands = encoder.finish();
    let start = Instant::now();
    let submission = device.queue.submit([commands]);
    device.wait(Some(submission))?;
    let host = start.elapsed().as_secs_f64();
    let own = stamps.map(|stamps| stamps.seconds(device)).transpose()?;
    Ok(Took::of(host, own))
}

/// The beginning and the end of a pass.
struct Stamps {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    staging: wgpu::Buffer,
}

impl Stamps {
    /// None if the device has no clock.
    fn of(device: &Device) -> Option<Self> {
        if !device.device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return None;
        }
        let buffer = |usage| {
            device.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("timestamps"),
                size: 16,
                usage,
                mapped_at_creation: false,
            })
        };
        let queries = device.device.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("timestamps"),
            ty: wgpu::QueryType::Timestamp,
            count: 2,
        });
        Some(Self {
            queries,
            resolved: buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC),
            staging: buffer(wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST),
        })
    }

    fn writes(&self) -> wgpu::ComputePassTimestampWrites<'_> {
        wgpu::ComputePassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: Some(1),
        }
    }

    fn resolve(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.resolve_query_set(&self.queries, 0..2, &self.resolved, 0);
        encoder.copy_buffer_to_buffer(&self.resolved, 0, &self.staging, 0, 16);
    }

    fn seconds(&self, device: &Device) -> Result<f64> {
        let ticks: Vec<u64> = mapped(device, &self.staging)?;
        let period = f64::from(device.queue.get_timestamp_period()) * 1e-9;
        Ok(ticks[1].saturating_sub(ticks[0]) as f64 * period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_by_one_clock() {
        let both = |host, device| Took { host, device: Some(device) };
        let (a, b) = ([both(9.0, 1.0), both(8.0, 1.5)], [both(5.0, 2.0)]);
        assert_eq!(medians(&[&a, &b]), [1.5, 2.0], "the device's");
        assert_eq!(medians(&[&a, &b, &[Took::of_host(7.0)]]), [9.0, 5.0, 7.0], "the host's");
        assert_eq!(medians(&[&a, &[]]), [1.5, f64::INFINITY]);
    }

    #[test]
    fn a_clock_that_stands_still_or_runs_too_fast_is_not_asked() {
        assert_eq!(Took::of(1.0, Some(0.5)).device, Some(0.5));
        for wrong in [0.0, 1.2, 1e9] {
            assert_eq!(Took::of(1.0, Some(wrong)), Took::of_host(1.0));
        }
        assert_eq!(
            Took { host: 6.0, device: Some(3.0) }.each(3),
            Took { host: 2.0, device: Some(1.0) }
        );
    }
}
