//! One kernel, several ways to compute it: each must give the reference's bits before its time
//! counts.

use super::scratch::Scratch;
use crate::gpu::compile::{self, Dispatch};
use crate::gpu::device::Device;
use crate::gpu::group::Group;
use crate::gpu::launch::Launch;
use crate::gpu::pipeline::Pipelines;
use crate::gpu::stopwatch::{Took, medians, timed};
use ground::error::{Error, Result};
use std::time::Duration;

/// Times of each entrant; the median counts.
const ROUNDS: usize = 3;

/// Shortest time that is measured: a kernel that is quicker is dispatched often enough.
const LEAST: Duration = Duration::from_millis(1);

/// Dispatches of one measurement at most.
const MOST: u32 = 64;

/// An entrant that took longer than this many times the quickest is not measured again.
const HOPELESS: f64 = 1.5;

/// Share of the reference's time that a winner must stay below, so that chance does not choose.
const CLEAR: f64 = 0.95;

/// How a contest ended.
pub(in crate::gpu) struct Verdict {
    /// Index of the winner.
    pub winner: usize,
    /// Who may not run on this device for this shape, and why.
    pub refused: Vec<(usize, String)>,
}

struct Entrant {
    index: usize,
    dispatches: Vec<Dispatch>,
    times: Vec<Took>,
}

/// Finds the quickest of the launches of one kernel that give right results; the first of them is
/// the reference.
/// Errors when the reference itself cannot run or gives wrong results: then this device cannot
/// train.
pub(in crate::gpu) fn contest(
    device: &Device,
    pipelines: &mut Pipelines,
    scratch: &Scratch,
    launches: Vec<Launch>,
) -> Result<Verdict> {
    let mut refused = Vec::new();
    let mut entrants: Vec<Entrant> = Vec::new();
    let mut expected = Vec::new();
    for (index, launch) in launches.into_iter().enumerate() {
        match enter(device, pipelines, scratch, launch) {
            Ok((dispatches, took, results)) => {
                if index == 0 {
                    scratch.check(&results)?;
                    expected = results;
                } else if !same_bits(&expected, &results) {
                    refused.push((index, "its results differ from the reference's".to_owned()));
                    continue;
                }
                entrants.push(Entrant { index, dispatches, times: vec![took] });
            }
            Err(error) if index == 0 => return Err(error),
            Err(error) => refused.push((index, error.to_string())),
        }
        device.check()?;
    }
    race(device, &mut entrants)?;
    Ok(Verdict { winner: quickest(&entrants), refused })
}

/// Compiles an entrant, runs it once over results that are not a number, and returns its time and
/// its results.
fn enter(
    device: &Device,
    pipelines: &mut Pipelines,
    scratch: &Scratch,
    launch: Launch,
) -> Result<(Vec<Dispatch>, Took, Vec<f64>)> {
    let dispatches = compile::compile(
        device,
        &scratch.memory,
        pipelines,
        vec![Group { ops: vec![scratch.op], launch }],
    )?;
    // Drivers put the last of compiling off to the first run; a single workgroup is enough for
    // that.
    run(device, &dispatches, Some([1, 1, 1]), 1)?;
    scratch.spoil(device)?;
    let took = run(device, &dispatches, None, 1)?;
    Ok((dispatches, took, scratch.results(device)?))
}

fn race(device: &Device, entrants: &mut [Entrant]) -> Result<()> {
    for _ in 1..ROUNDS {
        let taken = taken(entrants);
        let best = taken.iter().copied().fold(f64::INFINITY, f64::min);
        let in_play = |took: &f64| *took <= HOPELESS * best;
        if taken.iter().filter(|took| in_play(took)).count() < 2 {
            break;
        }
        for (entrant, _) in entrants.iter_mut().zip(&taken).filter(|(_, took)| in_play(took)) {
            let times = (LEAST.as_secs_f64() / best).ceil().clamp(1.0, f64::from(MOST)) as u32;
            let took = run(device, &entrant.dispatches, None, times)?;
            // The first time has the whole cost of a submission in it.
            if entrant.times.len() == 1 && times > 1 {
                entrant.times.clear();
            }
            entrant.times.push(took);
        }
    }
    Ok(())
}

/// The first entrant, unless another one is clearly quicker.
fn quickest(entrants: &[Entrant]) -> usize {
    let taken = taken(entrants);
    let best = entrants.iter().zip(&taken).min_by(|(_, a), (_, b)| a.total_cmp(b));
    let (best, took) = best.expect("the reference");
    if *took < CLEAR * taken[0] { best.index } else { entrants[0].index }
}

/// The median time of each entrant.
fn taken(entrants: &[Entrant]) -> Vec<f64> {
    medians(&entrants.iter().map(|entrant| &entrant.times[..]).collect::<Vec<_>>())
}

/// How long one of `times` dispatches takes.
fn run(
    device: &Device,
    dispatches: &[Dispatch],
    grid: Option<[u32; 3]>,
    times: u32,
) -> Result<Took> {
    let all = timed(device, |pass| {
        for dispatch in (0..times).flat_map(|_| dispatches) {
            pass.set_pipeline(&dispatch.pipeline);
            pass.set_bind_group(0, &dispatch.group, &[]);
            let [x, y, z] = grid.unwrap_or(dispatch.grid);
            pass.dispatch_workgroups(x, y, z);
        }
    })?;
    Ok(all.each(times))
}

fn same_bits(expected: &[f64], results: &[f64]) -> bool {
    expected.len() == results.len()
        && expected.iter().zip(results).all(|(a, b)| a.to_bits() == b.to_bits())
}

impl Scratch {
    /// An error if the reference's results are wrong.
    fn check(&self, results: &[f64]) -> Result<()> {
        match self.first_wrong(results) {
            None => Ok(()),
            Some(what) => Err(Error::Device(format!(
                "this GPU or its driver computes wrongly ({what}); use the CPU backend, or another \
                 driver"
            ))),
        }
    }
}
