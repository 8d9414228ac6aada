//! A training goes on from a checkpoint, and writes checkpoints.

use super::{Run, Task};
use crate::gan::checkpoint::{Checkpoint, Checkpoints, Identity, Position, Saved};
use engine::op::{Backend, Tensor};
use ground::error::{Error, Place, Result};
use std::time::{Duration, Instant};

/// Parts of the names of saved tensors: the state, and the state to which models are returned.
const PARTS: [&str; 2] = ["live", "best"];

impl Run {
    /// Goes on from a checkpoint if there is one; else writes that of the first moment.
    pub(super) fn begin(
        &mut self,
        backend: &mut dyn Backend,
        task: &Task,
        checkpoints: &mut Checkpoints,
    ) -> Result<()> {
        if !checkpoints.are_kept() {
            return Ok(());
        }
        let identity = Identity::of(task);
        let (start, named) = (checkpoints.take(&identity)?, backend.describe());
        self.place = Some(Position::start(identity, named, checkpoints.note()));
        match start {
            Some(checkpoint) => {
                let steps = checkpoint.place.steps;
                self.restore(backend, checkpoint)?;
                checkpoints.begin(steps, None)
            }
            None => {
                let first = self.checkpoint(backend)?;
                checkpoints.begin(0, first.as_ref())
            }
        }
    }

    /// Writes a checkpoint if it is `wanted`, if it is time for one, or if the training is over.
    /// What diverged is not kept: the last checkpoint stays the last good one.
    pub(super) fn keep(
        &mut self,
        backend: &mut dyn Backend,
        checkpoints: &mut Checkpoints,
        wanted: bool,
    ) -> Result<()> {
        let sound = !self.courses.iter().all(|course| course.diverged());
        if !sound || !(wanted || checkpoints.due() || self.is_over()) {
            return Ok(());
        }
        let start = Instant::now();
        match self.checkpoint(backend)? {
            Some(checkpoint) => checkpoints.save(&checkpoint, start),
            None => Ok(()),
        }
    }

    /// What is needed to go on from here; none where nothing is kept.
    fn checkpoint(&self, backend: &mut dyn Backend) -> Result<Option<Checkpoint>> {
        let Some(place) = &self.place else { return Ok(None) };
        let place = Position {
            epochs: self.done,
            steps: self.done * self.gan.batches,
            settled: self.settled,
            kept_from: self.kept_from.clone(),
            seconds: self.elapsed().as_secs_f64(),
            ..place.clone()
        };
        let mut tensors = Vec::new();
        for (name, tensor) in self.saved_tensors() {
            tensors.push(Saved { name, values: backend.read(tensor)? });
        }
        Ok(Some(Checkpoint { place, history: self.history.clone(), tensors }))
    }

    /// What a checkpoint holds: nothing before the first step, and the states to which models are
    /// returned only if one of them is not where it stands.
    fn saved_tensors(&self) -> Vec<(String, Tensor)> {
        let live = self.gan.named_state();
        let best = live.iter().zip(&self.snapshots.best).map(|((name, _), best)| (name, *best));
        let best = best.map(|(name, best)| (format!("{}.{name}", PARTS[1]), best));
        let all_stand = (0..self.courses.len()).all(|model| self.stands(model));
        let best: Vec<_> = if all_stand { Vec::new() } else { best.collect() };
        let live = live.iter().map(|(name, tensor)| (format!("{}.{name}", PARTS[0]), *tensor));
        let live: Vec<_> = if self.done == 0 { Vec::new() } else { live.collect() };
        live.into_iter().chain(best).filter(|(_, tensor)| !tensor.is_empty()).collect()
    }

    /// Takes the place of the training that wrote the checkpoint.
    fn restore(&mut self, backend: &mut dyn Backend, checkpoint: Checkpoint) -> Result<()> {
        let Checkpoint { place, history, tensors } = checkpoint;
        for epoch in &history {
            if let Some(course) = self.courses.get_mut(epoch.model.wrapping_sub(1)) {
                course.take(epoch);
            }
        }
        (self.done, self.history) = (place.epochs, history);
        self.before = Duration::try_from_secs_f64(place.seconds).unwrap_or_default();
        for (name, tensor) in self.saved_tensors() {
            let saved = tensors.iter().find(|saved| saved.name == name);
            let size = tensor.models * tensor.len();
            let saved = saved.filter(|saved| saved.values.len() == size);
            let saved = saved.ok_or_else(|| lacks(&format!("tensor {name} of {size} numbers")))?;
            backend.write(tensor, &saved.values)?;
        }
        if let Some(from) = place.settled {
            self.cool(backend, from)?;
        }
        if place.kept_from.len() != self.kept_from.len() {
            return Err(lacks("place for every model"));
        }
        self.kept_from = place.kept_from;
        self.snapshots.mark(backend)?;
        for model in 0..self.courses.len() {
            if self.stands(model) {
                self.snapshots.keep(backend, model)?;
                self.kept_from[model] = self.done;
            }
        }
        self.start = Instant::now();
        Ok(())
    }
}

fn lacks(what: &str) -> Error {
    let remedy = "start the run again without --resume";
    Error::input(Place::file("the checkpoint"), format!("it has no {what}"), remedy)
}
