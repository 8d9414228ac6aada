//! Which plan runs a Program: kernel by kernel as it was recorded, or fused, with tiles of one size
//! or another.
//!
//! Plans add in different orders, so they differ in the last bits of a model.
//! That is why they race only where the choice is kept: the same adapter and driver then give the
//! same bits from one process to the next.
//! A plan must first leave the numbers of the recorded one, within rounding, from the same memory.
//! The race uses the Program's own memory and leaves it as it was.

use crate::gpu::compile::Dispatch;
use crate::gpu::device::Device;
use crate::gpu::memory::Memory;
use crate::gpu::replay::Replay;
use crate::gpu::stopwatch::{Took, medians};
use crate::op::{Access, BufferId, ENOUGH, Op, Program, Tensor, fused, fused_for};
use ground::error::Result;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// One way to run a Program.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gpu) struct Plan {
    /// What people and the cache call it.
    pub name: &'static str,
    /// Workgroups from which large tiles are used; none where kernels stay as they were recorded.
    enough: Option<usize>,
}

/// Every plan; the first one is taken where nothing is known.
pub(in crate::gpu) static PLANS: [Plan; 3] = [
    Plan { name: "fused", enough: Some(ENOUGH) },
    Plan { name: "fused in large tiles", enough: Some(ENOUGH / 8) },
    Plan { name: "as recorded", enough: None },
];

/// Rounds of a race; the medians count.
const ROUNDS: usize = 5;

/// Replays at most before times count: submissions grow until one holds a whole replay.
const WARM: usize = 8;

/// Shortest time that is measured.
const LEAST: Duration = Duration::from_millis(5);

/// A device that takes so long for two replays is not warmed up for its own clock.
const SLOW: Duration = Duration::from_millis(100);

/// Replays of one measurement at most.
const MOST: u32 = 64;

/// Share of the first plan's time that a winner must stay below.
const CLEAR: f64 = 0.95;

/// Bytes of a Program's memory at most: the race needs as many again, and fills them for each plan.
const LARGEST: u64 = 128 << 20;

/// How far a plan may lie from the recorded one, as a share of the length of each result: rounding
/// is a thousandth of that, and what is wrong is not.
const FAR: f64 = 1e-2;

impl Plan {
    /// The kernels of a Program.
    pub fn kernels(&self, program: &Program) -> Vec<Op> {
        match self.enough {
            None => program.ops().to_vec(),
            Some(ENOUGH) => fused(program).ops().to_vec(),
            Some(enough) => fused_for(program, enough).ops().to_vec(),
        }
    }

    /// Whether kernels run one by one, as they were recorded.
    pub fn is_recorded(&self) -> bool {
        self.enough.is_none()
    }

    /// The plan of that name, if there still is one.
    pub fn named(name: &str) -> Option<&'static Self> {
        PLANS.iter().find(|plan| plan.name == name)
    }
}

/// A plan that is ready to run.
pub(in crate::gpu) struct Runner {
    pub plan: &'static Plan,
    pub dispatches: Vec<Dispatch>,
}

/// The memory of a Program, and a copy of it.
struct Kept<'a> {
    device: &'a Device,
    memory: &'a Memory,
    buffers: Vec<(Tensor, wgpu::Buffer)>,
}

impl<'a> Kept<'a> {
    /// Copies what the kernels of all plans touch; none where that is too much.
    fn of(device: &'a Device, memory: &'a Memory, runners: &[Runner]) -> Option<Self> {
        let ops = runners.iter().flat_map(|runner| &runner.dispatches).flat_map(|d| &d.ops);
        let ids: BTreeSet<BufferId> =
            ops.flat_map(Op::operands).map(|operand| operand.tensor.buffer).collect();
        let whole = |id: BufferId| {
            let numbers = memory.numbers(id);
            Tensor::whole(id, [1, 1, numbers])
        };
        let tensors: Vec<Tensor> = ids.into_iter().map(whole).collect();
        let bytes: u64 = tensors.iter().map(|tensor| 4 * tensor.len() as u64).sum();
        if bytes > LARGEST {
            return None;
        }
        let mut kept = Self { device, memory, buffers: Vec::new() };
        for tensor in tensors {
            let usage = wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
            let size = 4 * tensor.len() as u64;
            let descriptor = wgpu::BufferDescriptor {
                label: Some("kept"),
                size,
                usage,
                mapped_at_creation: false,
            };
            let scope = device.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
            let copy = device.device.create_buffer(&descriptor);
            if pollster::block_on(scope.pop()).is_some() {
                return None;
            }
            kept.buffers.push((tensor, copy));
        }
        kept.copy(false);
        Some(kept)
    }

    /// Copies all memory away, or back.
    fn copy(&self, back: bool) {
        let mut encoder =
            self.device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        for (tensor, copy) in &self.buffers {
            let live = self.memory.buffer(tensor);
            let (from, to) = if back { (copy, live) } else { (live, copy) };
            encoder.copy_buffer_to_buffer(from, 0, to, 0, copy.size());
        }
        self.device.queue.submit([encoder.finish()]);
    }

    /// Fills all memory with numbers between 0 and 1, the same every time.
    fn fill(&self) -> Result<()> {
        for (seed, (tensor, _)) in (1..).zip(&self.buffers) {
            let values: Vec<f64> = super::scratch::numbers(tensor.len(), seed)
                .into_iter()
                .map(|value| 0.5 + 0.5 * value)
                .collect();
            self.memory.write(self.device, tensor, &values)?;
        }
        Ok(())
    }
}

/// How a race ended.
pub(in crate::gpu) struct Finish {
    /// Its place among the runners.
    pub winner: usize,
    /// Which plans gave other numbers than the recorded one.
    pub refused: Vec<&'static str>,
}

/// Lets plans compete; none where there is no memory for it.
/// Errors when the device fails.
pub(in crate::gpu) fn race(
    device: &Device,
    memory: &Memory,
    replay: &mut Replay,
    program: &Program,
    runners: &[Runner],
) -> Result<Option<Finish>> {
    let Some(kept) = Kept::of(device, memory, runners) else { return Ok(None) };
    let outcome = compete(&kept, replay, program, runners);
    device.wait(None)?;
    kept.copy(true);
    device.wait(None)?;
    outcome.map(Some)
}

fn compete(
    kept: &Kept,
    replay: &mut Replay,
    program: &Program,
    runners: &[Runner],
) -> Result<Finish> {
    let Kept { device, memory, .. } = *kept;
    let mut results = Vec::new();
    for runner in runners {
        kept.fill()?;
        replay.run(device, &[(&runner.dispatches, 0)])?;
        results.push(asked_for(program, device, memory)?);
    }
    let recorded = runners
        .iter()
        .position(|runner| runner.plan.is_recorded())
        .expect("the recorded plan takes part");
    let right: Vec<bool> = results.iter().map(|result| near(result, &results[recorded])).collect();
    let mut times: Vec<Vec<Took>> = vec![Vec::new(); runners.len()];
    let in_play = || runners.iter().enumerate().filter(|(index, _)| right[*index]);
    for (_, runner) in in_play() {
        warm(device, replay, &runner.dispatches)?;
    }
    for _ in 0..ROUNDS {
        for (index, runner) in in_play() {
            let once = times[index].last().map_or(LEAST.as_secs_f64(), |took| took.host);
            let replays = (LEAST.as_secs_f64() / once).ceil().clamp(1.0, f64::from(MOST)) as u32;
            times[index].push(replayed(device, replay, &runner.dispatches, replays)?);
        }
    }
    let refused = (0..runners.len()).filter(|index| !right[*index]);
    let refused = refused.map(|index| runners[index].plan.name).collect();
    Ok(Finish { winner: quickest(&times), refused })
}

/// Replays until a submission holds a whole replay, so that the device's clock can time it.
/// A device that is too slow for that is timed by the host.
fn warm(device: &Device, replay: &mut Replay, dispatches: &[Dispatch]) -> Result<()> {
    for _ in 0..WARM {
        if replay.copies(dispatches) > 0 {
            break;
        }
        let start = Instant::now();
        replay.run(device, &[(dispatches, 0), (dispatches, 0)])?;
        device.wait(None)?;
        if start.elapsed() > SLOW {
            break;
        }
    }
    Ok(())
}

/// How long one of so many replays takes, or of as many as a submission holds.
fn replayed(
    device: &Device,
    replay: &mut Replay,
    dispatches: &[Dispatch],
    replays: u32,
) -> Result<Took> {
    device.wait(None)?;
    let copies = replay.copies(dispatches).min(replays);
    if copies > 0 {
        return Ok(replay.timed(device, dispatches, copies)?.each(copies));
    }
    let runs: Vec<_> = (0..replays).map(|_| (dispatches, 0)).collect();
    let start = Instant::now();
    replay.run(device, &runs)?;
    device.wait(None)?;
    Ok(Took::of_host(start.elapsed().as_secs_f64()).each(replays))
}

/// The first that took part, unless another one is clearly quicker.
fn quickest(times: &[Vec<Took>]) -> usize {
    let taken = medians(&times.iter().map(|times| &times[..]).collect::<Vec<_>>());
    let took = |index: &usize| taken[*index];
    let mut in_play = (0..times.len()).filter(|index| !times[*index].is_empty());
    let first = in_play.next().expect("the recorded plan is right");
    let best = in_play.min_by(|a, b| took(a).total_cmp(&took(b)));
    best.filter(|best| took(best) < CLEAR * took(&first)).unwrap_or(first)
}

/// What a Program leaves that somebody may ask for.
fn asked_for(program: &Program, device: &Device, memory: &Memory) -> Result<Vec<Vec<f64>>> {
    let written = program.ops().iter().flat_map(Op::operands);
    let written = written.filter(|operand| operand.access != Access::Read);
    let asked = written.filter(|operand| !program.discards(&operand.tensor));
    asked.map(|operand| memory.read(device, &operand.tensor)).collect()
}

/// Whether every result is within rounding of the recorded one; what is not finite must be so in
/// both.
fn near(results: &[Vec<f64>], recorded: &[Vec<f64>]) -> bool {
    results.iter().zip(recorded).all(|(result, recorded)| {
        let length = |values: &mut dyn Iterator<Item = f64>| -> f64 {
            values.filter(|value| value.is_finite()).map(|value| value * value).sum::<f64>().sqrt()
        };
        let pairs = || result.iter().zip(recorded);
        let alike = pairs().all(|(a, b)| a.is_finite() == b.is_finite());
        let apart = length(&mut pairs().map(|(a, b)| a - b));
        alike && apart <= FAR * length(&mut recorded.iter().copied())
    })
}
