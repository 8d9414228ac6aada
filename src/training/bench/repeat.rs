//! Whether a backend repeats itself: a short training again and again from the same state, with
//! every buffer compared after every step.

use super::Task;
use super::cohort::{MadeUp, made_up};
use crate::gan::{Gan, Layout};
use engine::op::{Backend, Tensor};
use ground::checksum::sha256;
use ground::error::Result;
use serde::Serialize;

/// Steps of each training.
const STEPS: u32 = 20;

/// What came of the trainings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repeat {
    /// Trainings.
    pub rounds: usize,
    /// Steps of each.
    pub steps: u32,
    /// Numbers that were compared after every step.
    pub numbers: usize,
    /// Trainings after the first one that were not like it.
    pub different: usize,
    /// Where the first of these left the first training.
    pub first: Option<Difference>,
}

/// Where a training leaves the first one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The training, from 1.
    pub round: usize,
    /// The step, from 1.
    pub step: u32,
    /// The buffers that differ after that step; what a step makes early comes early.
    pub buffers: Vec<String>,
}

/// Trains `rounds` times from one state on a made-up cohort, and compares all bits with those of the
/// first time.
/// Errors when the batch does not fit the rows ([`ground::error::Error::Usage`]) or the device
/// fails.
pub fn repeat(backend: &mut dyn Backend, task: &Task, rounds: usize) -> Result<Repeat> {
    let MadeUp { rows, blocks } = made_up(task.recipe, task.rows, task.features);
    let layout = Layout::of(task.recipe, &rows, task.models, 1)?;
    let gan = Gan::new(backend, task.recipe, &rows, blocks.as_ref(), layout)?;
    let state = gan.state();
    let start = state.iter().map(|of| backend.read(*of)).collect::<Result<Vec<_>>>()?;
    let buffers = buffers(&gan);
    let mut like: Vec<Vec<String>> = Vec::new();
    let (mut different, mut first) = (0, None);
    for round in 1..=rounds {
        state.iter().zip(&start).try_for_each(|(of, values)| backend.write(*of, values))?;
        let mut left = None;
        for step in 0..STEPS {
            backend.replay(&[(gan.step, step)])?;
            let sums = buffers.iter().map(|(_, of)| sum(backend, *of)).collect::<Result<_>>()?;
            if round == 1 {
                like.push(sums);
            } else if left.is_none() && sums != like[step as usize] {
                let pairs = buffers.iter().zip(sums.iter().zip(&like[step as usize]));
                let apart = pairs.filter(|(_, (a, b))| a != b).map(|((name, _), _)| name.clone());
                left = Some(Difference { round, step: step + 1, buffers: apart.collect() });
            }
        }
        different += usize::from(left.is_some());
        first = first.or(left);
    }
    let numbers = buffers.iter().map(|(_, of)| of.models * of.len()).sum();
    Ok(Repeat { rounds, steps: STEPS, numbers, different, first })
}

/// What a step writes, in about the order in which it does, and the whole state.
fn buffers(gan: &Gan) -> Vec<(String, Tensor)> {
    let batch = gan.layout().batch;
    let made = [
        ("noise", Some(gan.latent)),
        ("noise of heads", gan.head_noise),
        ("directions", gan.directions),
        ("batch", Some(gan.rows.rows_from(0, batch))),
        ("generated rows", Some(gan.rows.rows_from(batch, batch))),
    ];
    let made = made.into_iter().filter_map(|(name, of)| Some((name.to_owned(), of?)));
    made.chain(gan.named_state()).filter(|(_, of)| !of.is_empty()).collect()
}

/// The checksum of a buffer's bits.
fn sum(backend: &mut dyn Backend, of: Tensor) -> Result<String> {
    let values = backend.read(of)?;
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_bits().to_le_bytes()).collect();
    Ok(sha256(&[&bytes]))
}
