//! Many steps per submission, few submissions in flight, each short enough for the watchdog of a
//! desktop.

use super::compile::Dispatch;
use super::device::Device;
use super::pipeline::{BLOCK, Pipelines};
use ground::error::Result;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Device time that a submission should take.
const TARGET: Duration = Duration::from_millis(50);

/// Submissions that the device may have before it: one to work on and one to go on with.
const IN_FLIGHT: usize = 2;

/// Steps in a submission at most.
const STEPS: usize = 512;

/// Records dispatches into submissions.
pub(super) struct Replay {
    clock: wgpu::Buffer,
    clock_group: wgpu::BindGroup,
    in_flight: VecDeque<Submission>,
    last_done: Instant,
    allowance: u64,
}

struct Submission {
    index: wgpu::SubmissionIndex,
    submitted: Instant,
    work: u64,
}

/// What the next submission will hold.
#[derive(Default)]
struct Batch<'a> {
    steps: Vec<u32>,
    dispatches: Vec<(usize, &'a Dispatch)>,
    work: u64,
}

impl Replay {
    /// Nothing in flight. The first submissions are small; they grow as they prove to be quick.
    pub fn new(device: &Device, pipelines: &Pipelines) -> Self {
        let clock = device.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("clock"),
            size: STEPS as u64 * BLOCK,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let block =
            wgpu::BufferBinding { buffer: &clock, offset: 0, size: wgpu::BufferSize::new(BLOCK) };
        let clock_group = device.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("clock"),
            layout: &pipelines.clock,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::Buffer(block),
            }],
        });
        Self {
            clock,
            clock_group,
            in_flight: VecDeque::new(),
            last_done: Instant::now(),
            allowance: 100_000_000,
        }
    }

    /// Submits the dispatches of all runs in order.
    /// Returns while the device works on the last submissions.
    pub fn run(&mut self, device: &Device, runs: &[(&[Dispatch], u32)]) -> Result<()> {
        let mut batch = Batch::default();
        for (dispatches, step) in runs {
            if batch.steps.len() == STEPS {
                self.submit(device, std::mem::take(&mut batch))?;
            }
            batch.steps.push(*step);
            for dispatch in *dispatches {
                if batch.work + dispatch.work > self.allowance && !batch.dispatches.is_empty() {
                    self.submit(device, std::mem::take(&mut batch))?;
                    batch.steps.push(*step);
                }
                batch.dispatches.push((batch.steps.len() - 1, dispatch));
                batch.work += dispatch.work;
            }
        }
        if batch.dispatches.is_empty() { Ok(()) } else { self.submit(device, batch) }
    }

    fn submit(&mut self, device: &Device, batch: Batch) -> Result<()> {
        while self.in_flight.len() >= IN_FLIGHT {
            self.finish_oldest(device)?;
        }
        self.set_clock(device, &batch.steps);
        let mut encoder =
            device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.record(&mut encoder, &batch);
        let index = device.queue.submit([encoder.finish()]);
        self.in_flight.push_back(Submission { index, submitted: Instant::now(), work: batch.work });
        device.glance()
    }

    fn record(&self, encoder: &mut wgpu::CommandEncoder, batch: &Batch) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        for (slot, dispatch) in &batch.dispatches {
            self.dispatch(&mut pass, *slot, dispatch);
        }
    }

    /// The steps of the next submission, a block each.
    pub fn set_clock(&self, device: &Device, steps: &[u32]) {
        let mut clock = vec![0; steps.len() * BLOCK as usize];
        for (block, step) in clock.chunks_mut(BLOCK as usize).zip(steps) {
            block[..4].copy_from_slice(&step.to_ne_bytes());
        }
        device.queue.write_buffer(&self.clock, 0, &clock);
    }

    /// Records one dispatch, at the step in that block of the clock.
    pub fn dispatch(&self, pass: &mut wgpu::ComputePass, slot: usize, dispatch: &Dispatch) {
        pass.set_pipeline(&dispatch.pipeline);
        pass.set_bind_group(0, &dispatch.group, &[]);
        if dispatch.clock {
            pass.set_bind_group(1, &self.clock_group, &[(slot as u64 * BLOCK) as u32]);
        }
        let [x, y, z] = dispatch.grid;
        pass.dispatch_workgroups(x, y, z);
    }

    fn finish_oldest(&mut self, device: &Device) -> Result<()> {
        let Some(oldest) = self.in_flight.pop_front() else { return Ok(()) };
        let before = Instant::now();
        device.wait(Some(oldest.index))?;
        let now = Instant::now();
        let took = now - oldest.submitted.max(self.last_done);
        let waited = now - before > Duration::from_millis(1);
        self.allowance = adapted(self.allowance, oldest.work, took, waited);
        self.last_done = now;
        Ok(())
    }
}

/// The next allowance after a submission of `work` that was finished within `took`.
/// If the host did not have to wait, the device was done some time ago, so that `took` is only an
/// upper bound.
fn adapted(allowance: u64, work: u64, took: Duration, waited: bool) -> u64 {
    if took < TARGET / 2 && work > allowance / 4 {
        allowance.saturating_mul(2)
    } else if took > TARGET * 3 / 2 && waited {
        (allowance / 2).max(1)
    } else {
        allowance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submissions_grow_while_they_are_quick_and_shrink_when_they_are_slow() {
        let ms = Duration::from_millis;
        assert_eq!(adapted(100, 90, ms(5), true), 200);
        assert_eq!(adapted(100, 90, ms(50), true), 100);
        assert_eq!(adapted(100, 90, ms(200), true), 50);
        assert_eq!(adapted(100, 90, ms(200), false), 100, "the host was late, not the device");
        assert_eq!(adapted(100, 3, ms(1), true), 100, "a small submission proves nothing");
    }
}
