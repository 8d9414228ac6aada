//! Many steps per submission, few submissions in flight, each short enough for the watchdog of a
//! desktop.
//!
//! How long a kernel takes is not known from its arithmetic: a device may be a hundred times slower
//! at one than at another.
//! So each Program starts with small submissions, and they grow as they prove to be quick.

use super::compile::Dispatch;
use super::device::Device;
use super::long::LongDispatches;
use super::pipeline::{BLOCK, Pipelines};
use super::stopwatch::{Took, timed};
use crate::op::Op;
use ground::error::Result;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// Device time that a submission should take.
const TARGET: Duration = Duration::from_millis(50);

/// Submissions that the device may have before it: one to work on and one to go on with.
const IN_FLIGHT: usize = 2;

/// Steps in a submission at most.
const STEPS: usize = 512;

/// What the first submission of a Program may hold, in the units of [`Dispatch::work`]: fifty
/// kernels, or a tenth of a second on a device of a GFLOP/s.
const FIRST: u64 = 100_000_000;

/// Records dispatches into submissions.
pub(super) struct Replay {
    clock: wgpu::Buffer,
    clock_group: wgpu::BindGroup,
    in_flight: VecDeque<Submission>,
    last_done: Instant,
    /// What a submission of each Program may hold.
    allowances: HashMap<u64, u64>,
    pub long: LongDispatches,
}

struct Submission {
    index: wgpu::SubmissionIndex,
    submitted: Instant,
    shares: Vec<(u64, f64)>,
    /// The kernel of its only dispatch.
    alone: Option<&'static str>,
}

/// What the next submission will hold.
#[derive(Default)]
struct Batch<'a> {
    steps: Vec<u32>,
    dispatches: Vec<(usize, &'a Dispatch)>,
    /// Of which Programs, and how much of their allowances.
    shares: Vec<(u64, f64)>,
    /// The sum of the shares.
    full: f64,
}

impl<'a> Batch<'a> {
    fn push(&mut self, dispatch: &'a Dispatch, share: f64) {
        self.dispatches.push((self.steps.len() - 1, dispatch));
        self.full += share;
        match self.shares.iter_mut().find(|(program, _)| *program == dispatch.program) {
            Some((_, sum)) => *sum += share,
            None => self.shares.push((dispatch.program, share)),
        }
    }
}

impl Replay {
    /// Nothing in flight.
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
            allowances: HashMap::new(),
            long: LongDispatches::default(),
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
                let mut share = self.share(dispatch);
                if batch.full + share > 1.0 && !batch.dispatches.is_empty() {
                    self.submit(device, std::mem::take(&mut batch))?;
                    batch.steps.push(*step);
                    share = self.share(dispatch);
                }
                batch.push(dispatch, share);
            }
        }
        if batch.dispatches.is_empty() { Ok(()) } else { self.submit(device, batch) }
    }

    /// How much of a submission a dispatch takes.
    fn share(&self, dispatch: &Dispatch) -> f64 {
        dispatch.work as f64 / self.allowance(dispatch.program) as f64
    }

    fn allowance(&self, program: u64) -> u64 {
        self.allowances.get(&program).copied().unwrap_or(FIRST)
    }

    /// How many of the next dispatches of one Program a submission may hold; one at least.
    pub fn fitting(&self, dispatches: &[Dispatch]) -> usize {
        let mut share = 0.0;
        let fits = |dispatch: &&Dispatch| {
            share += self.share(dispatch);
            share <= 1.0
        };
        dispatches.iter().take_while(fits).count().max(1)
    }

    /// How many times a submission may hold all of these dispatches.
    pub fn copies(&self, dispatches: &[Dispatch]) -> u32 {
        let whole: f64 = dispatches.iter().map(|dispatch| self.share(dispatch)).sum();
        (1.0 / whole) as u32
    }

    /// Runs dispatches so many times at step 0 in one submission, and says how long that took.
    pub fn timed(&self, device: &Device, dispatches: &[Dispatch], copies: u32) -> Result<Took> {
        self.set_clock(device, &[0]);
        timed(device, |pass| {
            for dispatch in (0..copies).flat_map(|_| dispatches) {
                self.dispatch(pass, 0, dispatch);
            }
        })
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
        let alone = match batch.dispatches[..] {
            [(_, dispatch)] => dispatch.ops.first().map(Op::name),
            _ => None,
        };
        self.in_flight.push_back(Submission {
            index,
            submitted: Instant::now(),
            shares: batch.shares,
            alone,
        });
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
        self.long.note(oldest.alone, took, waited);
        for (program, share) in oldest.shares {
            let allowance = adapted(self.allowance(program), share, took, waited);
            self.allowances.insert(program, allowance);
        }
        self.last_done = now;
        Ok(())
    }
}

/// The next allowance of a Program after a submission that held this share of it and was finished
/// within `took`.
/// If the host did not have to wait, the device was done some time ago, so that `took` is only an
/// upper bound.
fn adapted(allowance: u64, share: f64, took: Duration, waited: bool) -> u64 {
    if took < TARGET / 2 && share > 0.25 {
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
        assert_eq!(adapted(100, 0.9, ms(5), true), 200);
        assert_eq!(adapted(100, 0.9, ms(50), true), 100);
        assert_eq!(adapted(100, 0.9, ms(200), true), 50);
        assert_eq!(adapted(100, 0.9, ms(200), false), 100, "the host was late, not the device");
        assert_eq!(adapted(100, 0.03, ms(1), true), 100, "a small submission proves nothing");
    }
}
